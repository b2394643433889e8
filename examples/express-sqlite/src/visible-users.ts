import { createDirectory } from '@indwell/core'
import { sqliteStorage, visibleTo } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'

interface Tables {
  readonly invoice: { readonly id: number; readonly user_id: string }
  readonly indwell_user: { readonly user_id: string; readonly user_name: string }
}

const database = new Database(':memory:')
const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) })
export const directory = await createDirectory({ storage: sqliteStorage({ database }) })

const { orgs, users } = directory.asSystem('set-up')
const { orgId } = await orgs.create({ name: 'Books' })
const { userId } = await users.createHuman({ orgId, userName: 'grace' })
const { userId: strangerId } = await users.createHuman({ userName: 'mallory' })
await orgs.members(orgId).add({ userId, roles: ['ORG_OWNER_VIEWER'] })

await db.schema.createTable('invoice').addColumn('id', 'integer').addColumn('user_id', 'text').execute()
await db
  .insertInto('invoice')
  .values([
    { id: 1, user_id: userId },
    { id: 2, user_id: strangerId },
  ])
  .execute()

// Invoices of the users that grace may see, in one query.
export const invoices = await db
  .selectFrom('invoice')
  .innerJoin('indwell_user as u', 'u.user_id', 'invoice.user_id')
  .select(['invoice.id', 'u.user_name'])
  .where(visibleTo({ directory, caller: { userId }, as: 'u' }, 'user'))
  .execute() // [{ id: 1, user_name: 'grace' }]
