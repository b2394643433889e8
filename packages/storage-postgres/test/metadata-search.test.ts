import type { DirectoryStorage } from '@indwell/core'
import { afterAll, beforeAll, it } from 'vitest'
import { assertIndexesFindTheSame } from '../../../test/indexed-search'
import { assertFoundByMetadata } from '../../../test/metadata-search'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { postgresStorage } from '../src/index'

let database: PostgresDatabase
let storage: DirectoryStorage
beforeAll(async () => {
  database = await createPostgresDatabase()
  storage = postgresStorage({ connectionString: database.url })
  await storage.migrate()
})
afterAll(async () => {
  await storage.close()
  await database.drop()
})

it('a search by metadata finds exactly the users whose entries say so', () => assertFoundByMetadata(storage, 60))

it('a search finds the same with an index and without', () => assertIndexesFindTheSame(storage, 10))
