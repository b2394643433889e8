import type { DirectoryStorage } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { describe, expect, it } from 'vitest'
import {
  besideTheWay,
  closing,
  createPostgres,
  createSqlite,
  itKeepsStorageContract,
} from '../../../test/storage-contract'
import { forwardingStorage } from '../src/database/forwarding-storage'
import type { DatabaseCopy } from '../src/database/test-database'
import { faultyStorage } from '../src/faults/faulty-storage'
import { lateSearches } from '../src/faults/late-searches'
import { storageFaults } from '../src/faults/storage-faults'

/** As a test directory has it, with all faults off. */
function wrapped(storage: DirectoryStorage, instanceOf: DatabaseCopy['instanceOf']): DirectoryStorage {
  const copy: DatabaseCopy = {
    storage,
    instanceOf,
    save: () => Promise.reject(new Error('nothing asks for that')),
    close: () => storage.close(),
  }
  const current = () => copy
  const outer = faultyStorage(forwardingStorage(storage, current), storageFaults(), lateSearches(current))
  return { ...outer, close: () => outer.close().then(() => storage.close()) }
}

const kinds = {
  sqlite: {
    create: createSqlite,
    bare: (filename: string) => sqliteStorage({ filename }),
    instanceOf: (instanceId: string) => instanceId,
    without: undefined,
  },
  postgres: {
    create: createPostgres,
    bare: (connectionString: string) => postgresStorage({ connectionString, max: 4 }),
    instanceOf: (instanceId: string) => `of ${instanceId}`,
    without: besideTheWay,
  },
}

describe.each(['sqlite', 'postgres'] as const)('the storage of a test directory, faults off, on %s', (kind) => {
  const { create, bare, instanceOf, without } = kinds[kind]
  const shared = itKeepsStorageContract(
    { open: (location) => closing(wrapped(bare(location), instanceOf)), create },
    without,
  )

  it('has every call that the storage has', async () => {
    const storage = bare(shared.location)
    // A test directory is one instance: what is beside it in the database is another test's.
    const {
      migrations: _,
      backupTo: __,
      readAllEvents: ___,
      ...port
    } = storage as typeof storage & { backupTo?: unknown }

    expect(
      Object.keys(shared.storage)
        .filter((name) => name !== 'idle')
        .sort(),
    ).toEqual(Object.keys(port).sort())
    await storage.close()
  })
})
