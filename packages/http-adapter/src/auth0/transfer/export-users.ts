import type { ActingDirectory, Directory, JsonObject, UserFilter } from '@indwell/core'
import { userBody } from '../user-body'
import { humansOnly } from '../users/search-filter'
import { userNamespaces, userView } from '../users/user-view'
import { csvLine } from './csv-line'
import { type ExportField, memberOf } from './export-field'

/** Options of {@link exportUsers}. */
export interface ExportUsersOptions {
  /** `json` is NDJSON: a user a line, which {@link importUsers} reads. `csv` is RFC 4180 with a line of names first. */
  readonly format: 'json' | 'csv'
  /**
   * Members of each user, in this order; in CSV at most 30. Absent: all of them in JSON, in CSV those that are no objects.
   */
  readonly fields?: readonly ExportField[]
  /** Most users. Default: all. */
  readonly limit?: number
  /** Only users of this connection. */
  readonly connection?: string
  /** Connection of users that came with none. Default `Username-Password-Authentication`. */
  readonly defaultConnection?: string
  /**
   * CSV: whether cells that a spreadsheet would run begin with `'`. `keep` leaves them as they are. Default `escape`.
   */
  readonly formulas?: 'escape' | 'keep'
}

const pageSize = 500
export const maxCsvFields = 30

/** What CSV shows where nobody says. */
const plainFields: readonly ExportField[] = [
  'user_id',
  'email',
  'email_verified',
  'username',
  'phone_number',
  'phone_verified',
  'name',
  'nickname',
  'given_name',
  'family_name',
  'picture',
  'blocked',
  'identities[0].connection',
  'created_at',
  'updated_at',
].map((name) => ({ name }))

/**
 * Exports the humans that the call may see, as Auth0 shows them, in the order of their ids. Some hundred are read at a
 * time, whatever their number, and each is as it was when its turn came; who is there from beginning to end is exported
 * exactly once.
 *
 * @param target - A {@link Directory} is asked as the system.
 * @returns The text, in pieces of whole lines.
 * @throws {RangeError} for a limit that is no natural number, and for more than 30 fields of CSV.
 */
export function exportUsers<Metadata>(
  target: Directory<Metadata> | ActingDirectory<Metadata>,
  options: ExportUsersOptions,
): AsyncIterable<string>
export function exportUsers(target: Directory | ActingDirectory, options: ExportUsersOptions): AsyncIterable<string> {
  const { format, limit = Number.MAX_SAFE_INTEGER, fields = format === 'csv' ? plainFields : undefined } = options
  if (!Number.isSafeInteger(limit) || limit < 0) throw new RangeError(`limit must be a natural number, not ${limit}`)
  if (format === 'csv' && (fields?.length ?? 0) > maxCsvFields) {
    throw new RangeError(`CSV has at most ${maxCsvFields} fields, not ${fields?.length}`)
  }
  const directory = 'asSystem' in target ? target.asSystem('export to auth0') : target
  return exported(directory, { ...options, limit, ...(fields !== undefined && { fields }) })
}

async function* exported(
  directory: ActingDirectory,
  options: ExportUsersOptions & { readonly limit: number },
): AsyncGenerator<string, void, undefined> {
  const { format, fields, limit, formulas = 'escape' } = options
  const escapes = formulas === 'escape'
  const named = fields?.map((field) => ({ name: field.name, as: field.export_as ?? field.name }))
  const lineOf = (user: JsonObject): string => {
    if (format === 'csv')
      return csvLine(
        (named ?? []).map(({ name }) => memberOf(user, name)),
        escapes,
      )
    return `${JSON.stringify(named === undefined ? user : membersOf(user, named))}\n`
  }
  if (format === 'csv')
    yield csvLine(
      (named ?? []).map(({ as }) => as),
      escapes,
    )
  let left = limit
  for await (const users of pagesOf(directory, options)) {
    const page = users.slice(0, left)
    left -= page.length
    if (page.length > 0) yield page.map(lineOf).join('')
    if (left === 0) return
  }
}

function membersOf(user: JsonObject, named: readonly { readonly name: string; readonly as: string }[]): JsonObject {
  return Object.fromEntries(
    named.flatMap(({ name, as }) => {
      const value = memberOf(user, name)
      return value === undefined ? [] : [[as, value]]
    }),
  )
}

async function* pagesOf(
  directory: ActingDirectory,
  { connection, defaultConnection = 'Username-Password-Authentication', limit = pageSize }: ExportUsersOptions,
): AsyncGenerator<readonly JsonObject[], void, undefined> {
  const { users } = directory
  const size = Math.max(1, Math.min(pageSize, limit))
  const filter = exportFilter(connection, defaultConnection)
  let last: string | undefined
  for (;;) {
    const after: UserFilter[] =
      last === undefined ? [] : [{ op: 'range', field: 'userId', from: last, fromInclusive: false, toInclusive: false }]
    const { items } = await users.list({
      filter: { op: 'and', filters: [...filter, ...after] },
      sort: [{ field: 'userId', descending: false }],
      limit: size,
    })
    const ids = items.map(({ userId }) => userId)
    const snapshots = await users.findSnapshots(ids, userNamespaces)
    yield snapshots.flatMap((found) =>
      found?.user.type === 'human' ? [userBody(userView(found, defaultConnection))] : [],
    )
    last = ids.at(-1)
    if (ids.length < size) return
  }
}

/** The humans an export has. */
export function exportFilter(connection: string | undefined, defaultConnection: string): readonly UserFilter[] {
  if (connection === undefined) return [humansOnly]
  const named: UserFilter = { op: 'equals', field: 'connection', value: connection }
  if (connection !== defaultConnection) return [humansOnly, named]
  return [humansOnly, { op: 'or', filters: [named, { op: 'equals', field: 'connection', value: null }] }]
}
