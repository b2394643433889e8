import type { Actor } from '@indwell/core'
import { newObjectId } from '../new-id'
import type { TransferredUser } from '../schemas/import-user'
import { toCoreUserId } from '../user-id'
import type { SourceElement } from './element-splitter'
import type { ImportTarget } from './import-target'
import { type ReadRow, readRow } from './read-row'
import { duplicated, type RowError, type RowReport, rowError } from './row-report'

/** A row that can be kept, and whom it is about. */
export interface Row extends ReadRow {
  readonly connection: string
  readonly email: string | undefined
  readonly wireId: string
  readonly userId: string
}

/** Connections whose users have no password; the connection names the provider of their ids. */
const passwordless: ReadonlySet<string> = new Set(['email', 'sms'])

/** What of a target matters for reading. */
type ReadingFor = Pick<
  ImportTarget,
  'randomBytes' | 'connection' | 'defaultConnection' | 'upsert' | 'schema' | 'now'
> & { readonly directory: { readonly actor: Pick<Actor, 'type'> } }

/** Reads rows in their order, and remembers what a later one must not repeat. */
export class RowReader {
  readonly #target: ReadingFor
  readonly #seen = new Set<string>()
  /** How many rows had members that were not kept, by name. */
  readonly dropped = new Map<string, number>()

  constructor(target: ReadingFor) {
    this.#target = target
  }

  /** Notes a row that an earlier run has done. */
  remember(element: SourceElement): void {
    const row = this.#identify(element)
    if ('record' in row) this.#repeats(row)
  }

  /** The row, or why it cannot be kept. */
  read(element: SourceElement): Row | RowReport {
    const row = this.#identify(element)
    if (!('record' in row)) return row
    const { record, dropped } = row
    const isDated = record.created_at !== undefined && this.#target.directory.actor.type !== 'system'
    for (const name of isDated ? [...dropped, 'created_at'] : dropped) {
      this.dropped.set(name, (this.dropped.get(name) ?? 0) + 1)
    }
    const repeated = this.#repeats(row)
    return repeated === undefined ? row : { user: row.user, errors: [repeated] }
  }

  #identify(element: SourceElement): Row | RowReport {
    const row = readRow(element, this.#target.schema, this.#target.now())
    if (!('record' in row)) return row
    const { record } = row
    const [identity] = record.identities ?? []
    const connection = this.#target.connection ?? identity?.connection ?? this.#target.defaultConnection
    const demanded = connection === 'sms' ? 'phone_number' : 'email'
    if (record[demanded] === undefined) {
      return { user: row.user, errors: [rowError('OBJECT_REQUIRED', `Missing required property: ${demanded}`)] }
    }
    const wireId = this.#wireIdOf(record, connection)
    return { ...row, connection, email: record.email?.toLowerCase(), wireId, userId: toCoreUserId(wireId) }
  }

  /** Ids stand in files with their provider, or without. */
  #wireIdOf({ user_id: id, identities }: TransferredUser, connection: string): string {
    const provider = passwordless.has(connection) ? connection : 'auth0'
    if (id === undefined) return `${provider}|${newObjectId(this.#target.randomBytes)}`
    const shown = [provider, 'auth0', ...(identities ?? []).map((identity) => identity.provider)]
    const isShown = shown.some((name) => name !== '' && id.startsWith(`${name}|`) && id.length > name.length + 1)
    return isShown ? id : `${provider}|${id}`
  }

  /** Why a row cannot be there beside an earlier one. Notes it otherwise. */
  #repeats({ record, connection, email, wireId }: Row): RowError | undefined {
    const names = [
      [email && nameOf('email', connection, email), 'CONFLICT_EMAIL', 'email'],
      [record.username && nameOf('username', connection, record.username), 'CONFLICT_USERNAME', 'username'],
      [record.user_id && nameOf('id', '', wireId), 'CONFLICT', 'user_id'],
    ] as const
    const repeated = names.find(([name]) => name && this.#seen.has(name))
    if (repeated !== undefined) {
      const [, code, path] = repeated
      return this.#target.upsert ? rowError(code, `An earlier user of the file has the same ${path}`, path) : duplicated
    }
    for (const [name] of names) if (name) this.#seen.add(name)
    return undefined
  }
}

/** Unique whatever its case in what holds it. As JSON: connections and usernames may hold any separator. */
function nameOf(kind: string, within: string, text: string): string {
  return JSON.stringify([kind, within, text.toLowerCase()])
}
