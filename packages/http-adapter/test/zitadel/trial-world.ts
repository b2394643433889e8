import { sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import { verifyDomain } from './subjects'
import { createWorld, type World, type WorldOptions } from './world'

/** A world where calls are taken back once they are answered. */
export interface TrialWorld extends World {
  /**
   * Makes a call, then undoes it.
   *
   * @returns Its answer, and how many rows were not what they had been before it was undone.
   */
  attempt<T>(call: () => Promise<T>): Promise<{ readonly answer: T; readonly rows: number }>
}

export async function createTrialWorld(options: Omit<WorldOptions, 'storage'> = {}): Promise<TrialWorld> {
  const database = new Database(':memory:')
  database.pragma('foreign_keys = on')
  const world = await createWorld({ ...options, verifyDomain, storage: sqliteStorage({ database }) })
  const changes = rowChanges(database)
  return {
    ...world,
    async attempt(call) {
      changes.clear()
      database.exec('savepoint attempt')
      try {
        const answer = await call()
        return { answer, rows: changes.size }
      } finally {
        database.exec('rollback to attempt; release attempt')
      }
    },
    async close() {
      await world.close()
      database.close()
    },
  }
}

/** Rows by what they hold, as often as they came rather than went: what is written and taken back is no change. */
function rowChanges(database: Database.Database): ReadonlyMap<string, number> & { clear(): void } {
  const changes = new Map<string, number>()
  database.function('count_row', (row: string, by: number) => {
    const count = (changes.get(row) ?? 0) + by
    if (count === 0) changes.delete(row)
    else changes.set(row, count)
    return null
  })
  const tables = database
    .prepare("select name from sqlite_schema where type = 'table' and sql is not null")
    .pluck()
    .all()
  for (const table of tables as string[]) {
    const columns = database.pragma(`table_info(${table})`) as readonly { readonly name: string }[]
    const row = (side: 'old' | 'new') =>
      `'${table} ' || ${columns.map(({ name }) => `quote(${side}."${name}")`).join(" || ',' || ")}`
    const count = (side: 'old' | 'new') => `select count_row(${row(side)}, ${side === 'new' ? 1 : -1});`
    for (const [operation, sides] of [
      ['insert', ['new']],
      ['delete', ['old']],
      ['update', ['old', 'new']],
    ] as const) {
      database.exec(`create temp trigger ${table}_${operation} after ${operation} on main.${table} begin
        ${sides.map(count).join('\n')} end`)
    }
  }
  return changes
}
