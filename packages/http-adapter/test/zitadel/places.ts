import { randomUUID } from 'node:crypto'
import type { DirectoryStorage } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { afterAll, beforeAll } from 'vitest'
import { createMigratedDatabase, type PostgresDatabase } from '../../../../test/postgres'
import { hosts } from '../hosts'
import { createWorld, type World, type WorldOptions } from './world'

/** Where calls are answered, and how they get there. */
export interface Place {
  readonly storage: 'SQLite' | 'Postgres'
  readonly host: 'node:http' | 'Web fetch'
}

/** Each storage by another way in: every pair would take twice the time, and most other tests call the exchange itself. */
export const places: readonly Place[] = [
  { storage: 'SQLite', host: 'Web fetch' },
  { storage: 'Postgres', host: 'node:http' },
]

/** Opens worlds at a place, for the tests of the suite it is called in. Those on Postgres share a database, not an instance. */
export function worldsAt({ storage, host }: Place): (options?: WorldOptions) => Promise<World> {
  const mountedOn = hosts.find(({ name }) => name === host)
  if (storage === 'SQLite') return (options) => createWorld({ ...options, host: mountedOn })

  let database: PostgresDatabase
  let shared: DirectoryStorage
  beforeAll(async () => {
    database = await createMigratedDatabase()
    shared = postgresStorage({ connectionString: database.url, max: 4 })
    await shared.migrate()
  })
  afterAll(async () => {
    await shared.close()
    await database.drop()
  })
  return (options) =>
    createWorld({
      ...options,
      host: mountedOn,
      instanceId: randomUUID(),
      migrate: false,
      storage: { ...shared, close: async () => {} },
    })
}
