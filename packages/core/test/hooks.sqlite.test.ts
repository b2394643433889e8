import { createDirectory } from '@indwell/core'
import { type SqliteDatabase, sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { describeHooks } from './hooks'

describeHooks('SQLite', async () => {
  const database = new Database(':memory:')
  database.exec('create table note (text text)')
  return {
    storage: sqliteStorage({ database }),
    insert: async (connection, note) => (connection as SqliteDatabase).prepare('insert into note values (?)').run(note),
    notes: async () => database.prepare('select text from note order by rowid').pluck().all(),
    close: async () => database.close(),
  }
})

it('a storage without transactions is refused where a hook needs them, and joins none', async () => {
  const { within: _, transaction: __, ...storage } = sqliteStorage({ filename: ':memory:' })
  const unsupported = { code: 'transaction_failed', reason: 'unsupported' }
  await expect(createDirectory({ storage, hooks: { inTransaction: () => {} } })).rejects.toMatchObject(unsupported)

  const directory = await createDirectory({ storage })
  expect(() => directory.within({})).toThrow(expect.objectContaining(unsupported))
  await expect(directory.transaction(async () => {})).rejects.toMatchObject(unsupported)
  await directory.close()
})
