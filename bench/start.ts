import { spawnSync } from 'node:child_process'
import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { median } from './measure'
import type { Row } from './row'

const times = 11

/** What a test suite waits for: `@indwell/core` as it is published, and directories in memory behind the first one. */
export async function benchStart(): Promise<readonly Row[]> {
  const imports = Array.from({ length: times }, importMs)
  await freshDirectoryMs()
  const fresh: number[] = []
  for (let index = 0; index < times; index += 1) fresh.push(await freshDirectoryMs())
  const row = { database: 'sqlite', callers: 1, atMost: true, unit: 'ms' } as const
  return [
    { ...row, name: 'import core', ratio: median(imports), mark: 30 },
    { ...row, name: 'fresh directory', ratio: median(fresh), mark: 10 },
  ]
}

function importMs(): number {
  const program = `const started = performance.now()
    await import('@indwell/core')
    console.log(performance.now() - started)`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  })
  if (stdout === '') throw new Error(stderr)
  return Number(stdout)
}

async function freshDirectoryMs(): Promise<number> {
  const started = performance.now()
  const directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
  const elapsed = performance.now() - started
  await directory.close()
  return elapsed
}
