/** The part of a better-sqlite3 `Statement` that the storage uses. */
export interface SqliteStatement {
  /** Whether it answers rows. */
  readonly reader: boolean
  run(...parameters: unknown[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint }
  get(...parameters: unknown[]): unknown
  all(...parameters: unknown[]): unknown[]
  iterate(...parameters: unknown[]): IterableIterator<unknown>
  raw(toggle?: boolean): this
  pluck(toggle?: boolean): this
  safeIntegers(toggle?: boolean): this
}

/** The part of an opened better-sqlite3 `Database` that the storage uses. */
export interface SqliteDatabase {
  readonly open: boolean
  /** Path of the file. */
  readonly name: string
  readonly memory: boolean
  readonly inTransaction: boolean
  prepare(sql: string): SqliteStatement
  pragma(source: string, options?: { readonly simple?: boolean }): unknown
  function(name: string, options: { readonly deterministic?: boolean }, fn: (...values: unknown[]) => unknown): unknown
  backup(
    destination: string,
    options: { progress(progress: { readonly totalPages: number; readonly remainingPages: number }): number },
  ): Promise<unknown>
  close(): unknown
}
