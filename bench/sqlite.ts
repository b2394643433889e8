import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { benchGetsAtOnce } from './gets-at-once'
import { benchOperations } from './operations'
import { rawSqlite } from './raw-sqlite'
import type { Row } from './row'
import { fill } from './workload'

/** Against raw better-sqlite3 on the same file. */
export async function benchSqlite(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'indwell-bench-'))
  const filename = join(folder, 'bench.db')
  const workload = await fill(sqliteStorage({ filename }))
  const raw = rawSqlite(filename)
  try {
    return [...(await benchOperations('sqlite', workload, raw)), await benchGetsAtOnce(workload, raw)]
  } finally {
    raw.close()
    await workload.directory.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
