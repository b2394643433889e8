import { postgresStorage } from '@indwell/storage-postgres'
import { it } from 'vitest'
import { createPostgresDatabase } from '../../../test/postgres'
import { expectLogToTellRows } from './replay'

it('the log tells every row on Postgres', async () => {
  const database = await createPostgresDatabase()
  let prefix = 0
  try {
    await expectLogToTellRows(
      async () => postgresStorage({ connectionString: database.url, prefix: `run${++prefix}_` }),
      30,
    )
  } finally {
    await database.drop()
  }
})
