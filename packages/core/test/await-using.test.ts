import { createDirectory, type Directory } from '@indwell/core'
import { type PostgresStorage, postgresStorage } from '@indwell/storage-postgres'
import { type SqliteStorage, sqliteStorage } from '@indwell/storage-sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'

describe('await using', () => {
  let database: PostgresDatabase
  beforeEach(async () => {
    database = await createPostgresDatabase()
  })
  afterEach(() => database.drop())

  const closed = { code: 'storage_unavailable', reason: 'closed' }
  const storages: Readonly<Record<string, () => SqliteStorage | PostgresStorage>> = {
    SQLite: () => sqliteStorage({ filename: ':memory:' }),
    Postgres: () => postgresStorage({ connectionString: database.url }),
  }

  it.each(Object.entries(storages))('closes a directory on %s at the end of its block', async (_, open) => {
    let kept: Directory
    {
      await using directory = await createDirectory<SqliteStorage | PostgresStorage>({ storage: open() })
      kept = directory as Directory
      await directory.asSystem('test').orgs.get()
    }
    await expect(kept.asSystem('test').orgs.get()).rejects.toMatchObject(closed)
  })

  it.each(Object.entries(storages))('closes a storage on %s once, whoever closes it first', async (_, open) => {
    let kept: SqliteStorage | PostgresStorage
    {
      await using storage = open()
      await using directory = await createDirectory<SqliteStorage | PostgresStorage>({ storage })
      await directory.close()
      kept = storage
    }
    await expect(kept.readEvents('default', { limit: 1 })).rejects.toMatchObject(closed)
  })

  it('closes at the end of a block that throws', async () => {
    const storage = sqliteStorage({ filename: ':memory:' })
    const failing = async () => {
      await using _directory = await createDirectory({ storage })
      throw new Error('on the way')
    }
    await expect(failing()).rejects.toThrow('on the way')
    await expect(storage.readEvents('default', { limit: 1 })).rejects.toMatchObject(closed)
  })
})
