import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'

interface Tables {
  invoice: { number: string; instance_id: string; user_id: string }
}

const database = new Database(':memory:')
database.pragma('foreign_keys = on')
const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) })
export const directory = await createDirectory({ storage: sqliteStorage({ database }) })
database.exec(`create table invoice (
  number text primary key, instance_id text not null, user_id text not null,
  foreign key (instance_id, user_id) references indwell_user (instance_id, user_id) on delete restrict
)`)

// A transaction of yours: the user and the invoice are stored together, or neither is.
const { joined, userId } = await db.transaction().execute(async (trx) => {
  const joined = directory.within(trx)
  const { userId } = await joined.asSystem('sign-up').users.createHuman({ userName: 'ada' })
  await trx.insertInto('invoice').values({ number: '1', instance_id: directory.instanceId, user_id: userId }).execute()
  return { joined, userId }
})
// Committed: now listeners may hear of it, and codes may be sent.
export const told = await joined.announce() // 1

// A transaction of the directory's own begins, commits and tells by itself.
export const refused = await directory
  .transaction(async (transaction) => {
    const { users } = transaction.asSystem('clean-up')
    await users.metadata(userId).set({ plan: 'none' })
    transaction.connection.prepare('update invoice set number = ?').run('0')
    await users.delete(userId)
  })
  .catch(({ reason }) => reason) // 'referenced': the invoice keeps her, and all of it was rolled back
export const numbers = await db.selectFrom('invoice').select('number').execute() // [{ number: '1' }]
