import { postgresStorage } from '@indwell/storage-postgres'
import { startPostgres } from '../test/start-postgres'
import { benchOperations } from './operations'
import { rawPostgres } from './raw-postgres'
import { rawTransferPostgres } from './raw-transfer-postgres'
import type { Row } from './row'
import { benchTransfer } from './transfer'
import type { Wanted } from './wanted'
import { fill } from './workload'

/** Against raw pg on the same database: a real server, started here, with its default durability. */
export async function benchPostgres(wanted: Wanted): Promise<readonly Row[]> {
  const server = await startPostgres({ durable: true })
  const workload = await fill(postgresStorage({ connectionString: server.url, max: 10 }))
  const raw = rawPostgres(server.url)
  const transfer = rawTransferPostgres(server.url)
  try {
    const transferred = await benchTransfer('postgres', workload, transfer, wanted)
    return [...(await benchOperations('postgres', workload, raw, wanted)), ...transferred]
  } finally {
    await raw.close()
    await transfer.close()
    await workload.directory.close()
    await server.stop()
  }
}
