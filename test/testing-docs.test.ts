import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'

const root = new URL('..', import.meta.url)
const read = (path: string) => readFile(new URL(path, root), 'utf8')
const run = promisify(execFile)

/** As users run it: on what is built. */
async function runIn(example: string, ...args: readonly string[]) {
  const { NODE_OPTIONS: _, VITEST: __, NODE_TEST_CONTEXT: ___, ...env } = process.env
  const cwd = fileURLToPath(new URL(`examples/${example}`, root))
  return run(process.execPath, args, { cwd, env }).catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`${error.stdout}\n${error.stderr}`)
  })
}

describe('docs/testing.md', () => {
  beforeAll(() => runIn('testing-node', '../../scripts/build.mjs', '--no-declarations'))

  it('shows, word for word, code of the examples', async () => {
    const found = (await read('docs/testing.md')).matchAll(/^```[tj]s file=(\S+)\n(.*?)^```$/gms)
    const shown = [...found].map(([, file = '', code = '']) => ({ file, code }))

    expect(shown.map(({ file }) => file)).toEqual([
      'examples/testing-vitest/src/upgrade.ts',
      'examples/testing-vitest/test/upgrade.test.ts',
      'examples/testing-jest/test/upgrade.test.js',
      'examples/testing-node/test/members.test.js',
    ])
    for (const { file, code } of shown) expect(code, file).toBe(await read(file))
  })

  it('has an example that jest runs', async () => {
    const { stderr } = await runIn(
      'testing-jest',
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
      '--no-watchman',
    )

    expect(stderr).toMatch(/Tests: +3 passed, 3 total/)
    expect(stderr).not.toContain('did not exit')
  })

  it('has an example that node:test runs, and ends by itself', async () => {
    const { stdout } = await runIn('testing-node', '--test', '--test-reporter=tap')

    expect(stdout).toMatch(/^# pass 2$/m)
    expect(stdout).toMatch(/^# fail 0$/m)
  })
})
