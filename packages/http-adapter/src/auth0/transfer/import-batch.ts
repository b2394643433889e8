import {
  type AlreadyExistsError,
  type CreateHumanInput,
  type DirectoryErrorCode,
  type InvalidInputError,
  isDirectoryError,
  type MetadataChanges,
  type UpdateUserInput,
} from '@indwell/core'
import type { MetadataEntries } from '../metadata-rules'
import { localPart } from '../user-body'
import type { SourceElement } from './element-splitter'
import { findHolders } from './find-holders'
import type { ImportTarget } from './import-target'
import type { Row, RowReader } from './row-reader'
import { duplicated, type RowError, type RowReport, rowError } from './row-report'

export type RowOutcome =
  | { readonly kind: 'inserted' | 'updated' }
  | { readonly kind: 'failed'; readonly report: RowReport }

/** Rows handed over together, one batch after the other. */
export class ImportBatch {
  readonly #target: ImportTarget
  readonly #reader: RowReader

  constructor(target: ImportTarget, reader: RowReader) {
    this.#target = target
    this.#reader = reader
  }

  /** Writes what can be written of each row, and answers what became of it. */
  async apply(elements: readonly SourceElement[]): Promise<readonly RowOutcome[]> {
    const rows = elements.map((element) => this.#reader.read(element))
    const holders = await findHolders(
      this.#target,
      rows.filter((row) => 'record' in row),
    )
    // All in one turn: they are one question and one write of the storage then.
    const written = await Promise.allSettled(
      rows.map(async (row) => ('record' in row ? this.#write(row, holders.get(row)) : failed(row))),
    )
    return written.map((result) => {
      if (result.status === 'rejected') throw result.reason
      return result.value
    })
  }

  async #write(row: Row, holder: string | undefined): Promise<RowOutcome> {
    const { directory, dryRun } = this.#target
    try {
      if (holder !== undefined) {
        await this.#update(row, holder)
        return { kind: 'updated' }
      }
      await directory.users.createHuman(this.#humanOf(row), { dryRun })
      return { kind: 'inserted' }
    } catch (error) {
      const refused = this.#rowErrorOf(error)
      if (refused === undefined) throw error
      return failed({ user: row.user, errors: [refused] })
    }
  }

  #humanOf({ record, connection, email, wireId, userId, userMetadata, appMetadata }: Row): CreateHumanInput {
    const known = email ?? record.phone_number ?? wireId
    const isSystem = this.#target.directory.actor.type === 'system'
    return {
      userId,
      userName: wireId,
      connection,
      email,
      emailVerified: record.email_verified,
      emailCode: 'none',
      phone: record.phone_number,
      phoneVerified: record.phone_verified,
      phoneCode: 'none',
      username: record.username,
      displayName: record.name ?? known,
      nickName: record.nickname ?? localPart(known),
      firstName: record.given_name,
      lastName: record.family_name,
      avatarUrl: record.picture,
      blocked: record.blocked,
      ...(isSystem && record.created_at !== undefined && { createdAt: Date.parse(record.created_at) }),
      metadata: {
        ...(userMetadata !== undefined && { user: userMetadata }),
        ...(appMetadata !== undefined && { app: appMetadata }),
      },
    }
  }

  /** Gives a user what of a row may be updated, however often others write meanwhile. */
  async #update(row: Row, userId: string): Promise<void> {
    const { dryRun, directory } = this.#target
    const { users } = directory
    const { record, userMetadata, appMetadata } = row
    for (let attempt = 1; ; attempt += 1) {
      const [snapshot] = await users.findSnapshots([userId], ['user', 'app'])
      const change: UpdateUserInput = {
        emailVerified: record.email_verified,
        emailCode: 'none',
        displayName: record.name,
        nickName: record.nickname,
        firstName: record.given_name,
        lastName: record.family_name,
        avatarUrl: record.picture,
        metadata: {
          ...(userMetadata !== undefined && { user: this.#change(userMetadata, snapshot?.metadata.user) }),
          ...(appMetadata !== undefined && { app: this.#change(appMetadata, snapshot?.metadata.app) }),
        },
      }
      try {
        await users.update(userId, change, { dryRun, ifVersion: snapshot?.version })
        return
      } catch (error) {
        if (attempt === maxAttempts || !isDirectoryError(error) || error.code !== 'version_conflict') throw error
      }
    }
  }

  #change(entries: MetadataEntries, stored: Readonly<Record<string, unknown>> | undefined): MetadataChanges[string] {
    if (this.#target.mergeMetadata) return { set: entries }
    // Nothing is cleared that the row sets again: what is so already writes nothing.
    if (stored === undefined && entries.length === 0) return { clear: true }
    const named = new Set(entries.map(([name]) => name))
    return { set: entries, remove: Object.keys(stored ?? {}).filter((name) => !named.has(name)) }
  }

  #taken(subject: 'user_id' | 'user_name' | 'email' | 'username'): RowError {
    if (!this.#target.upsert) return duplicated
    const [code, path] = conflicts[subject]
    return rowError(code, `Another user has the same ${path}`, path)
  }

  /** What is wrong with the row; `undefined`: it is not the row. */
  #rowErrorOf(error: unknown): RowError | undefined {
    if (!isDirectoryError(error)) return undefined
    if (error.code === 'already_exists') {
      const { subject, key = '' } = error as AlreadyExistsError
      if (subject === 'metadata') return rowError('CONFLICT', error.message, key)
      return subject in conflicts ? this.#taken(subject as keyof typeof conflicts) : undefined
    }
    if (!aboutRows.has(error.code)) return undefined
    return rowError(
      'NOT_PASSED',
      error.message,
      error.code === 'invalid_input' ? wirePath(error as InvalidInputError) : '',
    )
  }
}

const maxAttempts = 20

const conflicts = {
  email: ['CONFLICT_EMAIL', 'email'],
  username: ['CONFLICT_USERNAME', 'username'],
  user_id: ['CONFLICT', 'user_id'],
  user_name: ['CONFLICT', 'user_id'],
} as const

/** Errors that another row would not meet. */
const aboutRows: ReadonlySet<DirectoryErrorCode> = new Set([
  'invalid_input',
  'limit_exceeded',
  'invalid_state',
  'version_conflict',
  'contention',
])

function wirePath({ path }: InvalidInputError): string {
  return path === 'createdAt' ? 'created_at' : path
}

function failed(report: RowReport): RowOutcome {
  return { kind: 'failed', report }
}
