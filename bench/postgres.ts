import { startPostgres } from '../test/start-postgres'
import { benchBulkPerEntry } from './bulk-per-entry'
import { openFilled } from './filled'
import { benchOneAggregate } from './one-aggregate'
import { benchOperations } from './operations'
import { benchPgbench } from './pgbench'
import { rawPostgres } from './raw-postgres'
import { rawTransferPostgres } from './raw-transfer-postgres'
import type { Row } from './row'
import { benchTransfer } from './transfer'
import type { Wanted } from './wanted'

/** Against raw pg on the same database: a real server, started here, with its default durability. */
export async function benchPostgres(wanted: Wanted): Promise<readonly Row[]> {
  const server = await startPostgres({ durable: true })
  const workload = await openFilled({ connectionString: server.url, max: 10 })
  const raw = rawPostgres(server.url)
  const transfer = rawTransferPostgres(server.url)
  try {
    const operations = await benchOperations('postgres', workload, raw, wanted)
    const bulk = await benchBulkPerEntry('postgres', workload, wanted)
    const oneAggregate = await benchOneAggregate(workload, raw, wanted)
    const besidePgbench = await benchPgbench(server.url, workload, wanted)
    const transferred = await benchTransfer('postgres', workload, transfer, wanted)
    return [...operations, ...bulk, ...oneAggregate, ...besidePgbench, ...transferred]
  } finally {
    await raw.close()
    await transfer.close()
    await workload.directory.close()
    await server.stop()
  }
}
