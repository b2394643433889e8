import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DirectoryStorage } from '@indwell/core'
import { storageBehaviors } from '@indwell/core/conformance'
import { afterAll, afterEach, beforeAll, it } from 'vitest'
import { createPostgresDatabase } from './postgres'

export interface OpenedStorage {
  readonly storage: DirectoryStorage
  /** Also where the storage was closed. */
  close(): Promise<unknown>
}

/** Databases in which a storage is tried. */
export interface ContractDatabases {
  /** A storage that shares no connection with others of its database. */
  open(location: string): OpenedStorage
  /** An empty database. */
  create(): Promise<CreatedDatabase>
}

export interface CreatedDatabase {
  readonly location: string
  drop(): Promise<unknown>
}

/** One crowd on one subject is enough where what sets a storage apart has nothing to do with crowds. */
export const crowds = /^sequences: 64 writers of eight|through (?:three|four) storages/

/**
 * And what is done before a storage is asked, or beside it, is enough to be tried once, where only the way to the database
 * differs.
 */
export const besideTheWay = new RegExp(
  `${crowds.source}|^migration: |^metadata indexes: (?:an index that is declared|of many)|^claims: of 200`,
)

/** What the tests beside the contract's use. */
export interface SharedStorage {
  readonly storage: DirectoryStorage
  readonly location: string
}

/** Tries every behavior, but for those `without`, on one database that they share. */
export function itKeepsStorageContract({ open, create }: ContractDatabases, without?: RegExp): SharedStorage {
  let database: CreatedDatabase
  let shared: OpenedStorage
  let opened: OpenedStorage[] = []
  let created: CreatedDatabase[] = []
  const keep = (one: OpenedStorage) => {
    opened.push(one)
    return one.storage
  }

  beforeAll(async () => {
    database = await create()
    shared = open(database.location)
    await shared.storage.migrate()
  })
  afterEach(async () => {
    await Promise.all(opened.map((one) => one.close()))
    await Promise.all(created.map((one) => one.drop()))
    opened = []
    created = []
  })
  afterAll(async () => {
    await shared.close()
    await database.drop()
  })

  for (const { name, check } of storageBehaviors.filter(({ name }) => !without?.test(name))) {
    it(name, () =>
      check({
        storage: shared.storage,
        instanceId: randomUUID(),
        reopen: async () => keep(open(database.location)),
        async createDatabase() {
          const another = await create()
          created.push(another)
          return { open: async () => keep(open(another.location)) }
        },
      }),
    )
  }
  return {
    get storage() {
      return shared.storage
    },
    get location() {
      return database.location
    },
  }
}

export async function createPostgres(): Promise<CreatedDatabase> {
  const { url, drop } = await createPostgresDatabase()
  return { location: url, drop }
}

/** An SQLite file in a folder of its own. */
export async function createSqlite(): Promise<CreatedDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'indwell-contract-'))
  return { location: join(folder, 'a.db'), drop: () => rm(folder, { recursive: true }) }
}

/** As most storages are closed. */
export const closing = (storage: DirectoryStorage): OpenedStorage => ({ storage, close: () => storage.close() })
