/**
 * What a project that defines its metadata sees of the built declarations, by every TypeScript that it may have: its code
 * compiles, what it must not do does not, and its own declarations hold what values are and no schema library.
 */
import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const project = join(root, 'test/typed-consumer')
const run = promisify(execFile)

export const compilers = ['typescript-5.4', 'typescript', 'typescript-6', 'typescript-7']

/** @returns {Promise<string[]>} one line for each thing that is wrong. */
export async function checkTypedConsumer(compiler) {
  const out = join(root, '.cache/typed-consumer', compiler)
  await rm(out, { recursive: true, force: true })
  const tsc = join(root, 'node_modules', compiler, 'bin/tsc')
  try {
    await run(process.execPath, [tsc, '-p', project, '--outDir', out], { cwd: root, maxBuffer: 64 * 1024 * 1024 })
  } catch (error) {
    return [`${error.stdout}${error.stderr}`.trim() || error.message]
  }
  const problems = []
  for (const file of ['metadata.d.ts', 'directory.d.ts']) {
    const emitted = await readFile(join(out, file), 'utf8')
    const library = /valibot|zod|arktype/.exec(emitted)
    if (library) problems.push(`${file} depends on ${library[0]}`)
    if (/\bany\b/.test(emitted)) problems.push(`${file} has lost a type: ${/^.*\bany\b.*$/m.exec(emitted)[0].trim()}`)
  }
  return problems
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const compiler of compilers) {
    const problems = await checkTypedConsumer(compiler)
    console.log(compiler, problems.length === 0 ? 'ok' : problems.join('\n'))
    if (problems.length > 0) process.exitCode = 1
  }
}
