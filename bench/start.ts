import { spawnSync } from 'node:child_process'
import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { median } from './measure'
import type { Row } from './row'
import type { Wanted } from './wanted'

const times = 11

/** What a test suite waits for: `@indwell/core` as it is published, and directories in memory behind the first one. */
export async function benchStart(wanted: Wanted): Promise<readonly Row[]> {
  const importing = { name: 'import core, ms', database: 'none', callers: 1 }
  const opening = { name: 'fresh directory in memory, ms', database: 'sqlite', callers: 1 }
  const rows: Row[] = []
  if (wanted(importing)) rows.push({ ...importing, ratio: median(Array.from({ length: times }, importMs)) })
  if (wanted(opening)) {
    await freshDirectoryMs()
    const fresh: number[] = []
    for (let index = 0; index < times; index += 1) fresh.push(await freshDirectoryMs())
    rows.push({ ...opening, ratio: median(fresh) })
  }
  return rows
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
