import type { Caller, Directory } from '@indwell/core'
import { sqliteStorage, type VisibleKind, visibleTo } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWorld, type World } from '../packages/core/test/world'
import { expectListsToAgree, sorted } from './visible-rows'

type Rows = Record<string, Record<string, string>>

let database: Database.Database
let db: Kysely<Rows>
beforeEach(() => {
  database = new Database(':memory:')
  db = new Kysely<Rows>({ dialect: new SqliteDialect({ database }) })
})
afterEach(() => {
  database.close()
})

const keys = {
  user: ['user_id'],
  org: ['org_id'],
  client: ['client_id'],
  member: ['level', 'org_id', 'user_id'],
} as const

const queryOf = (directory: Directory, caller: Caller, kind: VisibleKind) =>
  db
    .selectFrom(`indwell_${kind} as shown`)
    .select(keys[kind].map((name) => `shown.${name}`))
    .where(visibleTo({ directory, caller, as: 'shown' }, kind))

const rowsFor = (directory: Directory) => async (caller: Caller, kind: VisibleKind) =>
  sorted((await queryOf(directory, caller, kind).execute()).map((row) => keys[kind].map((name) => row[name]).join(' ')))

it('holds for the rows that lists show, whoever calls', async () => {
  await expectListsToAgree(sqliteStorage({ database }), rowsFor, 150)
}, 60_000)

describe('visibleTo on SQLite', () => {
  let world: World
  beforeEach(async () => {
    world = await createWorld({ storage: sqliteStorage({ database }) })
  })

  it('joins with conditions and tables of the host', async () => {
    await db.schema.createTable('invoice').addColumn('id', 'integer').addColumn('user_id', 'text').execute()
    await db
      .insertInto('invoice')
      .values([
        { id: '1', user_id: 'bob' },
        { id: '2', user_id: 'eve' },
      ])
      .execute()
    const invoicesOf = (userId: string) =>
      db
        .selectFrom('invoice')
        .innerJoin('indwell_user', 'indwell_user.user_id', 'invoice.user_id')
        .select('invoice.user_id as owner')
        .where(visibleTo({ directory: world.directory, caller: { userId } }, 'user'))
        .where((eb) => eb.or([eb('indwell_user.type', '=', 'human'), eb('indwell_user.type', '=', 'machine')]))
        .execute()

    expect(await invoicesOf('ada')).toEqual([{ owner: 'bob' }])
    expect(await invoicesOf('eve')).toEqual([])
    expect(await invoicesOf('root')).toEqual([])

    // What was decided a moment ago counts for nothing.
    await world.system.orgs.members('acme').remove('ada')
    expect(await invoicesOf('ada')).toEqual([])
  })

  it.each([
    ["' or 1=1 --", undefined],
    ['ada\0', undefined],
    ['\ud800', undefined],
    ['__proto__', undefined],
    ['ada', "acme' or '1'='1"],
    ['ada', 'a\0'],
  ])('holds for nothing where the caller is %j in %j', async (userId, orgId) => {
    for (const across of [undefined, 'instance', 'orgs'] as const) {
      const caller = { userId, ...(orgId !== undefined && { orgId }), ...(across && { across }) }
      for (const kind of ['user', 'org', 'client', 'member'] as const) {
        expect(await queryOf(world.directory, caller, kind).execute()).toEqual([])
      }
    }
  })

  it.each([
    [{ caller: {} }, 'user', 'userId'],
    [{ caller: { userId: 'ada', orgId: 3 } }, 'user', 'orgId'],
    [{ caller: { userId: 'ada', across: 'world' } }, 'user', 'across'],
    [{}, 'token', 'kind'],
    [{}, '__proto__', 'kind'],
  ])('refuses %j of %s', (more, kind, path) => {
    const options = { directory: world.directory, caller: { userId: 'ada' }, ...more }

    expect(() => visibleTo(options as never, kind as never)).toThrow(expect.objectContaining({ path }))
  })

  it('does not take a caller for the system, whatever its claims say', async () => {
    const caller = { userId: 'eve', type: 'system', reason: 'mine' }

    expect(await queryOf(world.directory, caller, 'user').execute()).toEqual([])
  })

  it('finds tables behind another prefix', async () => {
    const storage = sqliteStorage({ database, prefix: 'dir_' })
    const { directory } = await createWorld({ storage })
    const visible = visibleTo({ directory, caller: { userId: 'bob' }, prefix: 'dir_' }, 'client')

    const { sql } = db.selectFrom('dir_client').select('client_id').where(visible).compile()
    expect(sql).not.toContain('indwell_')
    expect(await db.selectFrom('dir_client').select('client_id').where(visible).execute()).toEqual([
      { client_id: 'shop' },
    ])
    expect(() => visibleTo({ ...{ directory }, caller: { userId: 'b' }, prefix: 'a"b' }, 'user')).toThrow(TypeError)
  })

  it.each(['user', 'org', 'client', 'member'] as const)('looks the rows of a %s up by an index', (kind) => {
    for (const across of [undefined, 'instance', 'orgs'] as const) {
      const caller = { userId: 'ada', ...(across && { across }) }
      const { sql, parameters } = queryOf(world.directory, caller, kind).compile()
      const plan = database.prepare(`explain query plan ${sql}`).all(...parameters) as { readonly detail: string }[]
      const steps = plan.map(({ detail }) => detail)

      expect(steps.filter((step) => /^SCAN (?!json_each)/.test(step))).toEqual([])
      const rows = steps.filter((step) => step.startsWith('SEARCH shown'))
      expect(rows.length).toBeGreaterThan(0)
      // Beside the caller itself, the planner may look through the users of the instance.
      const byOrg = across === 'orgs' ? kind !== 'user' : across === undefined && kind !== 'org'
      for (const row of rows)
        expect(row).toMatch(byOrg ? /instance_id=\? AND (org_id|level|user_id)/ : /instance_id=\?/)
    }
  })
})
