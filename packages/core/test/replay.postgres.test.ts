import { postgresStorage } from '@indwell/storage-postgres'
import { it } from 'vitest'
import { createMigratedDatabase, type PostgresDatabase } from '../../../test/postgres'
import { expectLogToTellRows } from './replay'

it('the log tells every row on Postgres', async () => {
  const databases: PostgresDatabase[] = []
  const open = async () => {
    const database = await createMigratedDatabase()
    databases.push(database)
    return postgresStorage({ connectionString: database.url })
  }
  try {
    await expectLogToTellRows(open, 12)
  } finally {
    for (const database of databases) await database.drop()
  }
})
