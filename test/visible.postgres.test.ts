import type { Caller, Directory } from '@indwell/core'
import { postgresStorage, type VisibleKind, visibleTo } from '@indwell/storage-postgres'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createWorld } from '../packages/core/test/world'
import { createDatabaseCopy, type PostgresDatabase } from './postgres'
import { expectListsToAgree, sorted } from './visible-rows'

type Rows = Record<string, Record<string, string>>

const naming = { prefix: 'dir_', schema: 'people' }
const keys = {
  user: ['user_id'],
  org: ['org_id'],
  client: ['client_id'],
  member: ['level', 'org_id', 'user_id'],
} as const

let database: PostgresDatabase
let pool: pg.Pool
let db: Kysely<Rows>
beforeEach(async () => {
  // A schema of people, and in it the tables, of each database alike.
  database = await createDatabaseCopy('visible', async (url) => {
    const admin = new pg.Pool({ connectionString: url, max: 1 })
    await admin.query('create schema people')
    await postgresStorage({ pool: admin, ...naming }).migrate()
    await admin.end()
  })
  pool = new pg.Pool({ connectionString: database.url, max: 2 })
  db = new Kysely<Rows>({ dialect: new PostgresDialect({ pool }) })
})
afterEach(async () => {
  await pool.end()
  await database.drop()
})

const queryOf = (directory: Directory, caller: Caller, kind: VisibleKind) =>
  db
    .selectFrom(`people.dir_${kind} as shown`)
    .select(keys[kind].map((name) => `shown.${name}`))
    .where(visibleTo({ directory, caller, as: 'shown', ...naming }, kind))

const rowsFor = (directory: Directory) => async (caller: Caller, kind: VisibleKind) =>
  sorted((await queryOf(directory, caller, kind).execute()).map((row) => keys[kind].map((name) => row[name]).join(' ')))

it('holds for the rows that lists show, whoever calls, in a schema and behind a prefix', async () => {
  await expectListsToAgree(postgresStorage({ pool, ...naming }), rowsFor, 40)
}, 60_000)

it('names the table where the query does not, and joins with what the host asks for', async () => {
  const { directory } = await createWorld({ storage: postgresStorage({ pool, ...naming }) })
  const visible = visibleTo({ directory, caller: { userId: 'bob' }, ...naming }, 'user')
  const rows = await db
    .selectFrom('people.dir_user')
    .select('user_id')
    .where(visible)
    .where((eb) => eb.or([eb('type', '=', 'machine'), eb('user_id', '=', 'eve')]))
    .execute()

  expect(rows).toEqual([{ user_id: 'robot' }])
})

it.each(["' or 1=1 --", 'ada\0', '\ud800'])('holds for nothing where the caller is %j', async (userId) => {
  const { directory } = await createWorld({ storage: postgresStorage({ pool, ...naming }) })

  for (const across of [undefined, 'instance', 'orgs'] as const) {
    const caller = { userId, ...(across && { across }) }
    for (const kind of ['user', 'member'] as const) expect(await queryOf(directory, caller, kind).execute()).toEqual([])
  }
})

it('sees what the transaction wrote that it is asked in, and others do not', async () => {
  const { directory } = await createWorld({ storage: postgresStorage({ pool, ...naming }) })
  const query = queryOf(directory, { userId: 'eve', orgId: 'acme' }, 'client')
  const record = { instance_id: directory.instanceId, level: 'org', org_id: 'acme', user_id: 'eve' }

  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('people.dir_member')
      .values({ ...record, roles: '["ORG_OWNER"]', sequence: '1', created_at: '1', changed_at: '1' })
      .execute()
    expect((await trx.executeQuery(query)).rows).toEqual([{ client_id: 'shop' }])
    expect(await query.execute()).toEqual([])
  })
  expect(await query.execute()).toEqual([{ client_id: 'shop' }])
})

it('looks rows up by indexes', async () => {
  const { directory } = await createWorld({ storage: postgresStorage({ pool, ...naming }) })
  const client = await pool.connect()
  try {
    // The tables are small: a plan that has to read one whole is still not made then.
    await client.query('set enable_seqscan = off')
    for (const kind of ['user', 'org', 'client', 'member'] as const) {
      for (const across of [undefined, 'instance', 'orgs'] as const) {
        const { sql, parameters } = queryOf(directory, { userId: 'ada', ...(across && { across }) }, kind).compile()
        const { rows } = await client.query(`explain ${sql}`, [...parameters])
        const plan = rows.map((row) => row['QUERY PLAN'] as string).join('\n')

        expect(plan).not.toContain('Seq Scan')
        expect(plan).toMatch(/Index Cond: .*instance_id = /)
        // What the caller is granted is found once, whatever the rows.
        expect(plan).not.toContain('SubPlan')
      }
    }
  } finally {
    client.release()
  }
})
