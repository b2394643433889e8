import { postgresStorage } from '@indwell/storage-postgres'
import { afterAll, describe } from 'vitest'
import { createMigratedDatabase, type PostgresDatabase } from '../../../test/postgres'
import { describeAnonymise } from './anonymise'
import { describeUndelete } from './undelete'

describe('on Postgres', () => {
  let database: PostgresDatabase | undefined
  afterAll(() => database?.drop())

  const open = async () => {
    database ??= await createMigratedDatabase()
    return postgresStorage({ connectionString: database.url })
  }
  describeUndelete(open, false)
  describeAnonymise(open, false)
})
