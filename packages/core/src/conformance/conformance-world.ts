import type { DirectoryStorage } from '../storage/directory-storage'

/** What a behavior works in. Whoever made it closes every storage it handed out once the behavior is done. */
export interface ConformanceWorld {
  /** Migrated; behaviors may share it, so none closes it. */
  readonly storage: DirectoryStorage
  /** Nothing was ever written under it. */
  readonly instanceId: string
  /** A storage on the same database that shares no connection with the others. */
  reopen(): Promise<DirectoryStorage>
  /** Makes the random behaviors repeat what failed under it. Absent: another one each time. */
  readonly seed?: number
  /** Another database, in which nothing was migrated yet. */
  createDatabase(): Promise<EmptyDatabase>
}

export interface EmptyDatabase {
  /** A storage with connections of its own; may be called many times. */
  open(): Promise<DirectoryStorage>
}
