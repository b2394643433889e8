/** Everything about the packages that neither tests, types nor lint see. One line for each check. */
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { build, findPackages } from './build.mjs'
import { checkBoundaries } from './check-boundaries.mjs'
import { checkExports } from './check-exports.mjs'
import { checkTypedConsumer, compilers } from './check-typed-consumer.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)

/** A script that says nothing and exits 0 when all is well. */
async function runScript(...script) {
  try {
    await run(process.execPath, script, { cwd: root, maxBuffer: 64 * 1024 * 1024 })
    return []
  } catch (error) {
    return [`${error.stdout}${error.stderr}`.trim() || error.message]
  }
}

async function checkPublint({ directory, manifest }) {
  // Without packing: what is packed is what `files` lists, and check-exports sees to that.
  const { messages } = await publint({ pkgDir: directory, strict: true, pack: false })
  return messages.map((message) => formatMessage(message, manifest))
}

const checkTypesOf = ({ directory }) =>
  runScript(
    join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js'),
    '--pack',
    directory,
    '--profile',
    'esm-only',
  )

await build()

const published = [...(await findPackages()).values()].filter(({ manifest }) => !manifest.private)
const generators = (await readdir(join(root, 'scripts'))).filter((name) => /^generate-.*\.mjs$/.test(name)).sort()
const checks = [
  ['boundaries', checkBoundaries],
  ['exports', checkExports],
  ...published.map((found) => [`publint ${found.name}`, () => checkPublint(found)]),
  ...published.map((found) => [`attw ${found.name}`, () => checkTypesOf(found)]),
  ...compilers.map((compiler) => [`typed metadata by ${compiler}`, () => checkTypedConsumer(compiler)]),
  ...generators.map((name) => [`up to date: ${name}`, () => runScript(join(root, 'scripts', name), '--check')]),
]

for (const [name, check] of checks) {
  const problems = await check()
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}`)
  for (const problem of problems) console.log(problem.replace(/^/gm, '       '))
  if (problems.length > 0) process.exitCode = 1
}
