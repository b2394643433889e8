import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { postgresStorage } from '../src/index'

/** What a migrated database has besides: one list of steps and one lock for all instances. */
const ofAllInstances = ['indwell_migration', 'indwell_migration_lock']

describe.each([{ spread: {} }, { spread: { partitions: 2 } }])('the schema on Postgres with $spread', ({ spread }) => {
  let database: PostgresDatabase
  let client: pg.Client
  beforeAll(async () => {
    database = await createPostgresDatabase()
    const storage = postgresStorage({ connectionString: database.url, ...spread })
    await storage.migrate()
    await storage.close()
    client = new pg.Client({ connectionString: database.url })
    await client.connect()
  })
  afterAll(async () => {
    await client.end()
    await database.drop()
  })

  const tables = `select oid, relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
    and not relname = any($1)`
  /** Columns of indexes and constraints in their order, `?` for an expression. */
  const keys = `select pg_class.relname as index, tables.relname as table, (
        select array_agg(coalesce(attname::text, '?') order by place)
        from unnest(indkey) with ordinality as key (number, place) left join pg_attribute on attrelid = tables.oid and attnum = number
      ) as columns
    from pg_index join (${tables}) as tables on tables.oid = indrelid join pg_class on pg_class.oid = indexrelid`

  it('has the instance in every table, and never null', async () => {
    const { rows } = await client.query(
      `select relname from (${tables}) as tables where not exists (
        select from pg_attribute where attrelid = tables.oid and attname = 'instance_id' and attnotnull and not attisdropped)`,
      [ofAllInstances],
    )
    expect(rows).toEqual([])
    const { rows: all } = await client.query(tables, [ofAllInstances])
    expect(all.length).toBeGreaterThanOrEqual(12)
  })

  it('leads every key and every index with the instance', async () => {
    const { rows } = await client.query(keys, [ofAllInstances])
    expect(rows.length).toBeGreaterThan(20)
    expect(rows.filter(({ columns }) => columns[0] !== 'instance_id')).toEqual([])
  })

  it('has no other constraints, and nothing that reaches over to another table', async () => {
    const { rows } = await client.query(
      `select conname, contype from pg_constraint join (${tables}) as tables on tables.oid = conrelid where contype not in ('p', 'n')`,
      [ofAllInstances],
    )
    expect(rows).toEqual([])
    const { rows: triggers } = await client.query('select tgname from pg_trigger')
    expect(triggers).toEqual([])
  })

  it('would be seen with a key that leads with something else', async () => {
    await client.query('begin')
    await client.query('create unique index wrong on indwell_user (instance_id, user_name)')
    await client.query('create index worse on indwell_user (user_name)')
    const { rows } = await client.query(keys, [ofAllInstances])
    const found = rows.filter(({ columns }) => columns[0] !== 'instance_id')
    expect(found).toContainEqual({ index: 'worse', table: 'indwell_user', columns: ['user_name'] })
    await client.query('rollback')
  })
})
