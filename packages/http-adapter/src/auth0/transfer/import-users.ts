import { randomBytes as systemRandomBytes } from 'node:crypto'
import type { ActingDirectory, Directory } from '@indwell/core'
import type * as v from 'valibot'
import type { RandomBytes } from '../new-id'
import { ImportedUser, TransferredUser } from '../schemas/import-user'
import { ElementSplitter, type SourceElement } from './element-splitter'
import { ImportBatch } from './import-batch'
import type { ImportTarget } from './import-target'
import { maxRowBytes } from './read-row'
import { bytesOf, type UserSource } from './read-source'
import { RowReader } from './row-reader'
import type { RowReport } from './row-report'
import { UserImportError } from './user-import-error'

/** What became of the rows of a run. */
export interface ImportSummary {
  readonly failed: number
  /** Users that were there and now are as the file says, whether that changed anything or not. */
  readonly updated: number
  readonly inserted: number
  readonly total: number
}

export interface ImportProgress extends ImportSummary {
  /** Rows of the source that are done with, those skipped included: what `skip` of the next run takes. */
  readonly rows: number
}

export interface ImportResult extends ImportSummary {
  /** How many rows had a member that was not kept, by its name: `password_hash`, `updated_at`, `last_login` … */
  readonly dropped: Readonly<Record<string, number>>
}

/** Options of {@link importUsers}. */
export interface ImportUsersOptions {
  /** What the users look like. */
  readonly format: 'auth0'
  /** Connection of all users. Absent: what a row names in its `identities`, else `defaultConnection`. */
  readonly connection?: string
  /** Default `Username-Password-Authentication`. */
  readonly defaultConnection?: string
  /**
   * Users whose e-mail is there already get the names, picture, metadata and `email_verified` of their row. Default:
   * their rows fail.
   */
  readonly upsert?: boolean
  /** Of users that are updated, metadata that no row names stays. Default: the row's replaces it. */
  readonly mergeMetadata?: boolean
  /** Changes nothing, and answers what would have happened. */
  readonly dryRun?: boolean
  /** Rows at the beginning that an earlier run has done. They are read, so that later rows cannot repeat them. */
  readonly skip?: number
  /** Gets every row that failed, in order. */
  readonly onError?: (report: RowReport) => void
  /** Called after some hundred rows each. */
  readonly onProgress?: (progress: ImportProgress) => void
  /** Ends the import behind rows that are written. */
  readonly signal?: AbortSignal
}

/** What only a job of the face asks for. */
export interface ServiceImportOptions extends ImportUsersOptions {
  /** Refuse members that the service's own import does not take. */
  readonly closed: boolean
  readonly randomBytes: RandomBytes
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Rows handed over together. */
const batchSize = 200

/**
 * Imports users from a file of Auth0: a JSON array, or NDJSON as its exports are. One row after the other is read and
 * some hundred are held at once, whatever the length of the file; of all rows, their e-mails, ids and usernames are
 * remembered, since a row must not repeat an earlier one.
 *
 * Kept are the id (with or without `auth0|`), e-mail, phone, username, names, picture, `blocked`, what is verified,
 * metadata, and `created_at` where the directory is asked as the system. Passwords, hashes, factors and what logins leave
 * behind are counted and dropped; so is `updated_at`, which the import itself moves.
 *
 * A run that broke off goes on with `skip`. Run again as a whole, with `upsert`, it writes nothing that is so already.
 *
 * @param target - A {@link Directory} is asked as the system.
 * @throws {@link UserImportError} when it cannot go on, with how far it came; the reason of `signal` when that ended it.
 * @throws {RangeError} when `skip` is no natural number.
 */
export function importUsers<Metadata>(
  target: Directory<Metadata> | ActingDirectory<Metadata>,
  source: UserSource,
  options: ImportUsersOptions,
): Promise<ImportResult>
export function importUsers(
  target: Directory | ActingDirectory,
  source: UserSource,
  options: ImportUsersOptions,
): Promise<ImportResult> {
  const isWhole = 'asSystem' in target
  const directory = isWhole ? target.asSystem('import from auth0') : target
  const randomBytes: RandomBytes = isWhole ? target.randomBytes : (count) => systemRandomBytes(count)
  return runImport(directory, source, {
    ...options,
    closed: false,
    randomBytes,
    now: isWhole ? () => target.now() : Date.now,
  })
}

/** The same, as a job of the face does it. */
export async function runImport(
  directory: ActingDirectory,
  source: UserSource,
  { closed, randomBytes, now, ...options }: ServiceImportOptions,
): Promise<ImportResult> {
  const { skip = 0, onError, onProgress, signal } = options
  if (!Number.isSafeInteger(skip) || skip < 0) throw new RangeError(`skip must be a natural number, not ${skip}`)
  const schema: v.GenericSchema = closed ? ImportedUser : TransferredUser
  const target: ImportTarget = {
    directory,
    randomBytes,
    connection: options.connection,
    defaultConnection: options.defaultConnection ?? 'Username-Password-Authentication',
    upsert: options.upsert ?? false,
    mergeMetadata: options.mergeMetadata ?? false,
    dryRun: options.dryRun ?? false,
    schema,
    now,
  }
  const reader = new RowReader(target)
  const batch = new ImportBatch(target, reader)
  const summary = { failed: 0, updated: 0, inserted: 0, total: 0 }
  let rows = 0

  const take = async (elements: readonly SourceElement[]): Promise<void> => {
    const skipped = Math.min(Math.max(skip - rows, 0), elements.length)
    for (const element of elements.slice(0, skipped)) reader.remember(element)
    const outcomes = await batch.apply(elements.slice(skipped))
    for (const outcome of outcomes) {
      summary.total += 1
      summary[outcome.kind] += 1
      if (outcome.kind === 'failed') onError?.(outcome.report)
    }
    rows += elements.length
    onProgress?.({ rows, ...summary })
  }

  const splitter = new ElementSplitter(maxRowBytes)
  try {
    for await (const elements of inBatches(splitter, source)) {
      signal?.throwIfAborted()
      await take(elements)
    }
  } catch (error) {
    if (signal?.aborted && error === signal.reason) throw error
    throw new UserImportError('interrupted', `The import broke off behind row ${rows}`, rows, summary, { cause: error })
  }
  if (splitter.fault !== undefined) {
    throw new UserImportError('malformed_source', `Behind row ${rows} ${splitter.fault}`, rows, summary)
  }
  return { ...summary, dropped: Object.fromEntries(reader.dropped) }
}

async function* inBatches(splitter: ElementSplitter, source: UserSource): AsyncIterable<readonly SourceElement[]> {
  let batch: SourceElement[] = []
  let bytes = 0
  const isFull = (element: SourceElement) => {
    batch.push(element)
    bytes += element?.byteLength ?? 0
    return batch.length === batchSize || bytes >= maxRowBytes
  }
  const taken = () => {
    const full = batch
    batch = []
    bytes = 0
    return full
  }
  for await (const chunk of bytesOf(source)) {
    for (const element of splitter.push(chunk)) if (isFull(element)) yield taken()
    if (splitter.fault !== undefined) break
  }
  for (const element of splitter.end()) isFull(element)
  if (batch.length > 0) yield taken()
}
