import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createDirectory, type DirectoryStorage } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { type SqlitePragmas, sqliteStorage } from '@indwell/storage-sqlite'
import { type Workload, workloadOf } from './workload'

/** Where a database is. */
export type Source =
  | { readonly filename: string; readonly pragmas?: SqlitePragmas }
  | { readonly connectionString: string; readonly max: number }

export interface FillRequest {
  readonly source: Source
  /** Of the one that others are measured on; the first user gets an entry `key` in the namespace `zitadel` then. */
  readonly token?: string
}

/** Who is in a database that was filled. */
export interface Filled {
  readonly ownerId: string
  readonly userIds: readonly string[]
}

export function storageOf(source: Source): DirectoryStorage {
  return 'filename' in source ? sqliteStorage(source) : postgresStorage(source)
}

/** Fills a database from a process of its own. */
export function fillElsewhere(source: Source, token?: string): Filled {
  const program = fileURLToPath(new URL('./fill-database.mjs', import.meta.url))
  const request: FillRequest = token === undefined ? { source } : { source, token }
  return JSON.parse(execFileSync(process.execPath, [program, JSON.stringify(request)], { encoding: 'utf8' })) as Filled
}

/** A directory on a database that another process filled. */
export async function openFilled(source: Source): Promise<Workload> {
  const filled = fillElsewhere(source)
  return workloadOf(await createDirectory({ storage: storageOf(source) }), filled)
}
