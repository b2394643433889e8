import type { DirectoryStorage } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { type SqlitePragmas, sqliteStorage } from '@indwell/storage-sqlite'

/** Where a child finds its directory. */
export type Location =
  | { readonly filename: string; readonly pragmas?: SqlitePragmas }
  | {
      readonly connectionString: string
      readonly max?: number
      readonly synchronousCommit?: 'on' | 'off'
      readonly connectTimeoutMs?: number
      readonly statementTimeoutMs?: number
    }

export interface CrashTask {
  readonly location: Location
  readonly seed: number
  /** Before the tags of all its calls and the ids of all it creates. */
  readonly name: string
  readonly lanes: number
  /** Whether the database may go away under it: an error is no flaw then, and it goes on. */
  readonly survives: boolean
  /** Whether it also counts, and reads what it counted. */
  readonly watches?: boolean
}

export interface HistoryTask {
  readonly location: Location
  readonly seed: number
  readonly process: number
  readonly lanes: number
  readonly durationMs: number
}

export function openStorage(location: Location): DirectoryStorage {
  return 'filename' in location ? sqliteStorage(location) : postgresStorage(location)
}

/** What the parent wants done. */
export function givenTask<Task>(): Task {
  return JSON.parse(process.argv[2]!) as Task
}
