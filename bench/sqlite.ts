import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { benchBulkPerEntry } from './bulk-per-entry'
import { openFilled } from './filled'
import { benchGetsAtOnce } from './gets-at-once'
import { benchOperations } from './operations'
import { rawSqlite } from './raw-sqlite'
import { rawTransferSqlite } from './raw-transfer-sqlite'
import type { Row } from './row'
import { benchTransfer } from './transfer'
import type { Wanted } from './wanted'

/** Against raw better-sqlite3 on the same file. */
export async function benchSqlite(wanted: Wanted): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'indwell-bench-'))
  const filename = join(folder, 'bench.db')
  const workload = await openFilled({ filename })
  const raw = rawSqlite(filename)
  const transfer = rawTransferSqlite(filename)
  try {
    const operations = await benchOperations('sqlite', workload, raw, wanted)
    const bulk = await benchBulkPerEntry('sqlite', workload, wanted)
    const getsAtOnce = await benchGetsAtOnce(workload, raw, wanted)
    const transferred = await benchTransfer('sqlite', workload, transfer, wanted)
    return [...operations, ...bulk, ...getsAtOnce, ...transferred]
  } finally {
    raw.close()
    transfer.close()
    await workload.directory.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
