/**
 * Builds every package whose inputs changed since its `dist` was written, dependencies first.
 *
 * `--no-declarations` leaves out the `.d.ts` files, which take most of the time and are not needed to run.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = join(root, '.cache/build')
const tsup = join(root, 'node_modules/tsup/dist/cli-default.js')

/** What the result of every package depends on besides its own files. */
const sharedInputs = ['pnpm-lock.yaml', 'tsconfig.base.json', 'scripts/build.mjs']
const ownInputs = ['package.json', 'tsconfig.json', 'tsup.config.ts']

/** A lock older than this was left behind by a build that was killed, even if its process id is in use again. */
const staleLockMs = 5 * 60_000

/**
 * @param {{ declarations?: boolean }} [options]
 * @returns {Promise<number>} how many packages were built.
 */
export async function build({ declarations = true } = {}) {
  const unlock = await lock()
  try {
    const packages = await findPackages()
    const shared = await hashFiles(sharedInputs.map((file) => join(root, file)))
    const limit = limiter(Math.min(4, availableParallelism()))

    const within = ({ dependencies }) =>
      dependencies.filter((name) => packages.has(name)).map((name) => packages.get(name))
    const hashOf = remember(async (found) => {
      const below = await Promise.all(within(found).map(hashOf))
      return sha256([shared, ...below, await hashFiles(await inputsOf(found.directory))].join('\n'))
    })
    const finish = remember(async (found) => {
      // Only declarations need those of the packages below.
      if (declarations) await Promise.all(within(found).map(finish))
      const hash = await hashOf(found)
      if (await isBuilt(found, hash, declarations)) return 0
      await limit(() => buildOne(found, hash, declarations))
      return 1
    })

    const results = await Promise.allSettled([...packages.values()].map(finish))
    for (const { reason } of results) if (reason) throw reason
    return results.reduce((count, { value }) => count + value, 0)
  } finally {
    await unlock()
  }
}

/** Every workspace package that has something to build, by name. */
export async function findPackages() {
  const packages = new Map()
  for (const parent of ['packages', 'examples']) {
    for (const name of (await readdir(join(root, parent))).sort()) {
      const directory = join(root, parent, name)
      if (!existsSync(join(directory, 'tsup.config.ts'))) continue
      const manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'))
      const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
      packages.set(manifest.name, { name: manifest.name, directory, manifest, dependencies })
    }
  }
  return packages
}

async function inputsOf(directory) {
  const sources = await readdir(join(directory, 'src'), { recursive: true, withFileTypes: true })
  return [
    ...ownInputs.map((file) => join(directory, file)),
    ...sources
      .filter((entry) => entry.isFile() && !/\.test(-d)?\.ts$/.test(entry.name))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .sort(),
  ]
}

async function hashFiles(files) {
  const lines = await Promise.all(
    files.map(async (file) => `${relative(root, file)} ${sha256(await readFile(file).catch(() => ''))}`),
  )
  return sha256(lines.join('\n'))
}

const sha256 = (data) => createHash('sha256').update(data).digest('hex')

const stampOf = ({ name }) => join(cache, `${name.replace('/', '+')}.json`)

async function isBuilt(found, hash, declarations) {
  if (!existsSync(join(found.directory, 'dist'))) return false
  const stamp = await readFile(stampOf(found), 'utf8').then(JSON.parse, () => undefined)
  return stamp?.hash === hash && (stamp.declarations || !declarations)
}

async function buildOne(found, hash, declarations) {
  const startedAt = performance.now()
  // Gone until the build is whole: one that is killed is done again.
  await rm(stampOf(found), { force: true })
  await run(found, declarations ? [] : ['--no-dts'])
  await writeFile(stampOf(found), JSON.stringify({ hash, declarations }))
  console.error(`built ${found.name} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
}

function run({ name, directory }, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [tsup, ...options], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new BuildError(`${name} does not build:\n${output}`))
    })
  })
}

class BuildError extends Error {}

/** Does for each argument once what it is asked for many times. */
function remember(work) {
  const results = new Map()
  return (argument) => {
    if (!results.has(argument)) results.set(argument, work(argument))
    return results.get(argument)
  }
}

/** Runs at most `count` tasks at a time. */
function limiter(count) {
  const waiting = []
  let running = 0
  return async (task) => {
    if (running >= count) await new Promise((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}

/** Two builds at once would clean away each other's files. */
async function lock() {
  const file = join(cache, 'lock')
  await mkdir(dirname(file), { recursive: true })
  for (;;) {
    try {
      const handle = await open(file, 'wx')
      await handle.writeFile(String(process.pid))
      await handle.close()
      return () => rm(file, { force: true })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (await isAbandoned(file)) await rm(file, { force: true })
    else await sleep(100)
  }
}

async function isAbandoned(file) {
  const holder = await Promise.all([readFile(file, 'utf8'), stat(file)]).catch(() => undefined)
  if (holder === undefined) return false
  const [pid, { mtimeMs }] = holder
  const age = Date.now() - mtimeMs
  // Its holder writes its id a moment after it made the file.
  if (pid === '') return age > 1000
  return age > staleLockMs || !isRunning(Number(pid))
}

function isRunning(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const built = await build({ declarations: !process.argv.includes('--no-declarations') })
    if (built === 0) console.error('everything is built')
  } catch (error) {
    if (!(error instanceof BuildError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
