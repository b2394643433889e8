import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { benchBulkPerEntry } from './bulk-per-entry'
import { benchGetsAtOnce } from './gets-at-once'
import { benchOperations } from './operations'
import { rawSqlite } from './raw-sqlite'
import { rawTransferSqlite } from './raw-transfer-sqlite'
import type { Row } from './row'
import { benchTransfer } from './transfer'
import type { Wanted } from './wanted'
import { fill } from './workload'

/** Against raw better-sqlite3 on the same file. */
export async function benchSqlite(wanted: Wanted): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'indwell-bench-'))
  const filename = join(folder, 'bench.db')
  const workload = await fill(sqliteStorage({ filename }))
  const raw = rawSqlite(filename)
  const transfer = rawTransferSqlite(filename)
  try {
    const transferred = await benchTransfer('sqlite', workload, transfer, wanted)
    const operations = await benchOperations('sqlite', workload, raw, wanted)
    const bulk = await benchBulkPerEntry('sqlite', workload, wanted)
    return [...operations, ...bulk, ...(await benchGetsAtOnce(workload, raw, wanted)), ...transferred]
  } finally {
    raw.close()
    transfer.close()
    await workload.directory.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
