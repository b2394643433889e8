import type { DirectoryStorage } from '@indwell/core'

/** A place where one directory's content stands, and nobody else's. */
export interface DatabaseCopy {
  /** Migrated. */
  readonly storage: DirectoryStorage
  /** Under which instance that content stands which calls name otherwise. */
  instanceOf(instanceId: string): string
  /** What is in it now. */
  save(): Promise<SavedContent>
  /** Its content is gone with it. */
  close(): Promise<void>
}

/** Content that nothing changes any more. */
export interface SavedContent {
  /** A copy to work on. */
  open(): Promise<DatabaseCopy>
  /** Copies of it stay. */
  drop(): Promise<void>
}
