import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { sqliteStorage } from '../src/index'

/** What a migrated database has besides: one list of steps and one lock for all instances. */
const ofAllInstances = ['indwell_migration', 'indwell_migration_lock']

interface Column {
  readonly name: string
  readonly notnull: number
  /** Place in the primary key, from 1; 0: none. */
  readonly pk: number
}

describe('the schema on SQLite', async () => {
  const database = new Database(':memory:')
  await sqliteStorage({ database }).migrate()
  const tables = (database.pragma('table_list') as { schema: string; name: string }[])
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('sqlite_') && !ofAllInstances.includes(name))

  const columnsOf = (table: string) => database.pragma(`table_info(${table})`) as Column[]
  const primaryKeyOf = (table: string) =>
    columnsOf(table)
      .filter(({ pk }) => pk > 0)
      .sort((a, b) => a.pk - b.pk)
      .map(({ name }) => name)
  const indexesOf = (table: string) =>
    (database.pragma(`index_list(${table})`) as { name: string }[]).map(({ name }) => ({
      index: name,
      columns: (database.pragma(`index_info(${name})`) as { name: string | null }[]).map(({ name }) => name),
    }))

  it('has the instance in every table, and never null', () => {
    expect(tables).toHaveLength(18)
    for (const table of tables) {
      expect(columnsOf(table), table).toContainEqual(expect.objectContaining({ name: 'instance_id', notnull: 1 }))
    }
  })

  it('leads every key with the instance, but for the number that SQLite gives each event of the file', () => {
    const others = tables.filter((table) => primaryKeyOf(table)[0] !== 'instance_id')
    // A file is never spread, and a counter by instance would cost every commit one page more.
    expect(others).toEqual(['indwell_event'])
    expect(primaryKeyOf('indwell_event')).toEqual(['position'])
  })

  it('leads every index with the instance', () => {
    const indexes = tables.flatMap(indexesOf)
    expect(indexes.length).toBeGreaterThan(20)
    expect(indexes.filter(({ columns }) => columns[0] !== 'instance_id')).toEqual([])
  })

  it('has nothing that reaches over to another table', () => {
    expect(tables.flatMap((table) => database.pragma(`foreign_key_list(${table})`))).toEqual([])
    expect(database.prepare(`select name from sqlite_master where type in ('trigger', 'view')`).all()).toEqual([])
  })

  it('would be seen with an index that leads with something else', () => {
    const other = new Database(database.serialize())
    other.exec('create index wrong on indwell_user (user_name, instance_id)')
    expect(other.pragma('index_info(wrong)')).toMatchObject([{ name: 'user_name' }, { name: 'instance_id' }])
    other.close()
  })
})
