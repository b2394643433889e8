import { postgresStorage } from '@indwell/storage-postgres'
import { startPostgres } from '../test/start-postgres'
import { benchOperations } from './operations'
import { rawPostgres } from './raw-postgres'
import type { Row } from './row'
import { fill } from './workload'

/** Against raw pg on the same database: a real server, started here, with its default durability. */
export async function benchPostgres(): Promise<readonly Row[]> {
  const server = await startPostgres({ durable: true })
  const workload = await fill(postgresStorage({ connectionString: server.url, max: 10 }))
  const raw = rawPostgres(server.url)
  try {
    return await benchOperations('postgres', workload, raw)
  } finally {
    await raw.close()
    await workload.directory.close()
    await server.stop()
  }
}
