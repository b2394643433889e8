import type { DirectoryStorage } from '@indwell/core'
import { afterAll, beforeAll, it } from 'vitest'
import { assertIndexesFindTheSame } from '../../../test/indexed-search'
import { assertFoundByMetadata } from '../../../test/metadata-search'
import { sqliteStorage } from '../src/sqlite-storage'

let storage: DirectoryStorage
beforeAll(async () => {
  storage = sqliteStorage({ filename: ':memory:' })
  await storage.migrate()
})
afterAll(() => storage.close())

it('a search by metadata finds exactly the users whose entries say so', () => assertFoundByMetadata(storage, 150))

it('a search finds the same with an index and without', () => assertIndexesFindTheSame(storage, 40))
