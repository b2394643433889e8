import { postgresStorage } from '@indwell/storage-postgres'
import pg from 'pg'
import { createPostgresDatabase } from '../../../test/postgres'
import { describeBoundaries } from './boundaries'

describeBoundaries('Postgres', async () => {
  const database = await createPostgresDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const storage = postgresStorage({ connectionString: database.url })
  const run = (sql: string) => client.query(sql)
  return {
    storage,
    run,
    moveOnTo: (position) => run(`alter table indwell_event alter column position restart with ${position}`),
    async close() {
      await client.end()
      await storage.close()
      await database.drop()
    },
  }
})
