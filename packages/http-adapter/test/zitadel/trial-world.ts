import { sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import { verifyDomain } from './subjects'
import { createWorld, type World, type WorldOptions } from './world'

/** A world where calls are taken back once they are answered. */
export interface TrialWorld extends World {
  /**
   * Makes a call, then undoes it.
   *
   * @returns Its answer, and how many rows it wrote.
   */
  attempt<T>(call: () => Promise<T>): Promise<{ readonly answer: T; readonly rows: number }>
}

export async function createTrialWorld(options: Omit<WorldOptions, 'storage'> = {}): Promise<TrialWorld> {
  const database = new Database(':memory:')
  database.pragma('foreign_keys = on')
  const world = await createWorld({ ...options, verifyDomain, storage: sqliteStorage({ database }) })
  const written = () => Number(database.prepare('select total_changes()').pluck().get())
  return {
    ...world,
    async attempt(call) {
      const before = written()
      database.exec('savepoint attempt')
      try {
        const answer = await call()
        return { answer, rows: written() - before }
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
