import { type PostgresConnection, postgresStorage } from '@indwell/storage-postgres'
import pg from 'pg'
import { createMigratedDatabase } from '../../../test/postgres'
import { describeHooks } from './hooks'

describeHooks('Postgres', async () => {
  const database = await createMigratedDatabase()
  const pool = new pg.Pool({ connectionString: database.url })
  pool.on('error', () => {})
  await pool.query('create table note (number int generated always as identity, text text)')
  const storage = postgresStorage({ connectionString: database.url })
  return {
    storage,
    insert: (connection, note) =>
      (connection as PostgresConnection).query('insert into note (text) values ($1)', [note]),
    notes: async () => (await pool.query('select text from note order by number')).rows.map(({ text }) => text),
    async close() {
      await storage.close()
      await pool.end()
      await database.drop()
    },
  }
})
