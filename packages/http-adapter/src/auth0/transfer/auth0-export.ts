import { createHash } from 'node:crypto'
import type { JsonObject, PortableLine } from '@indwell/core'
import type { MetadataEntries } from '../metadata-rules'
import { TransferredUser } from '../schemas/import-user'
import { localPart } from '../user-body'
import { isWireUserId, toCoreUserId } from '../user-id'
import { ElementSplitter, type SourceElement } from './element-splitter'
import { maxRowBytes } from './read-row'
import { bytesOf, type UserSource } from './read-source'
import { type Row, RowReader } from './row-reader'
import type { RowReport } from './row-report'

/** What {@link auth0Export} read, and what of it is in no line. */
export interface Auth0ExportRead {
  readonly users: number
  /** Rows that cannot be read. */
  readonly refused: number
  /** How many rows had a member that is kept nowhere, by its name. */
  readonly dropped: Readonly<Record<string, number>>
  /** Why the rest of the source could not be read. */
  readonly fault?: string
}

/** Options of {@link auth0Export}. */
export interface Auth0ExportOptions {
  /** The org that owns the users. Absent: the default org of the directory that they are brought into. */
  readonly orgId?: string
  /** Connection of all users. Absent: what a row names in its `identities`, else `defaultConnection`. */
  readonly connection?: string
  /** Default `Username-Password-Authentication`. */
  readonly defaultConnection?: string
  /** Gets every row that cannot be read, in order. */
  readonly onRefused?: (report: RowReport) => void
  /** Called once, behind the last line. */
  readonly onEnd?: (read: Auth0ExportRead) => void
}

/**
 * A file of Auth0 users as lines for `directory.import`: what its export jobs write, or the array that its import jobs take.
 * Ids, names, contacts, connections, `blocked`, when each was created, both kinds of metadata and linked identities are
 * taken along; a user without an id gets one that is made of its row, so that the same file gives the same lines. Of all rows
 * e-mails, ids and usernames are remembered, since a row must not repeat an earlier one.
 */
export async function* auth0Export(source: UserSource, options: Auth0ExportOptions = {}): AsyncGenerator<string> {
  let current: SourceElement
  const reader = new RowReader({
    connection: options.connection,
    defaultConnection: options.defaultConnection ?? 'Username-Password-Authentication',
    upsert: false,
    schema: TransferredUser,
    now: Date.now,
    randomBytes: (count) =>
      createHash('sha256')
        .update(current ?? '')
        .digest()
        .subarray(0, count),
    directory: { actor: { type: 'system' } },
  })
  const dropped = new Map<string, number>()
  let users = 0
  let refused = 0
  let lines = 1
  const splitter = new ElementSplitter(maxRowBytes)
  yield textOf({ kind: 'header', format: 'indwell', version: 1 })
  for await (const element of elementsOf(splitter, source)) {
    current = element
    const row = reader.read(element)
    if (!('record' in row)) {
      refused += 1
      options.onRefused?.(row)
      continue
    }
    users += 1
    for (const name of row.dropped) {
      if (name !== 'identities') dropped.set(name, (dropped.get(name) ?? 0) + 1)
    }
    for (const line of linesOf(row, options.orgId)) {
      lines += 1
      yield textOf(line)
    }
  }
  if (splitter.fault === undefined) yield textOf({ kind: 'end', lines })
  options.onEnd?.({
    users,
    refused,
    dropped: Object.fromEntries(dropped),
    ...(splitter.fault !== undefined && { fault: splitter.fault }),
  })
}

const textOf = (line: PortableLine | JsonObject) => `${JSON.stringify(line)}\n`

async function* elementsOf(splitter: ElementSplitter, source: UserSource): AsyncGenerator<SourceElement> {
  for await (const chunk of bytesOf(source)) {
    yield* splitter.push(chunk)
    if (splitter.fault !== undefined) return
  }
  yield* splitter.end()
}

function* linesOf(row: Row, orgId: string | undefined): Generator<JsonObject> {
  const { record, connection, email, wireId, userId } = row
  const known = email ?? record.phone_number ?? wireId
  const identities = linkedTo(record.identities?.slice(1) ?? [])
  yield withoutAbsent({
    kind: 'user',
    userId,
    orgId,
    userName: wireId,
    state: record.blocked ? 'locked' : 'active',
    displayName: record.name ?? known,
    nickName: record.nickname ?? localPart(known),
    firstName: record.given_name,
    lastName: record.family_name,
    avatarUrl: record.picture,
    email,
    emailVerified: record.email_verified,
    phone: record.phone_number,
    phoneVerified: record.phone_verified,
    connection,
    username: record.username,
    blocked: record.blocked,
    identities: identities.length > 0 ? identities : undefined,
    at: record.created_at === undefined ? undefined : { createdAt: Date.parse(record.created_at) },
  })
  yield* entryLines(userId, 'user', row.userMetadata)
  yield* entryLines(userId, 'app', row.appMetadata)
}

function* entryLines(id: string, namespace: string, entries: MetadataEntries | undefined): Generator<JsonObject> {
  const of = { type: 'user', id }
  if (entries?.length === 0) yield { kind: 'metadata', of, namespace, empty: true }
  for (const [key, value] of entries ?? []) yield { kind: 'metadata', of, namespace, key, value }
}

interface ShownIdentity {
  readonly connection: string
  readonly provider: string
  readonly user_id?: unknown
  readonly profileData?: unknown
}

/** What Auth0 shows of users that were linked to another one. What has no id stands for nobody. */
function linkedTo(identities: readonly ShownIdentity[]): readonly JsonObject[] {
  return identities.flatMap(({ connection, provider, user_id, profileData }) => {
    const wireId = `${provider}|${String(user_id)}`
    const isNamed = (typeof user_id === 'string' || typeof user_id === 'number') && isWireUserId(wireId)
    if (!isNamed) return []
    const profile = (typeof profileData === 'object' && profileData !== null ? profileData : {}) as JsonObject
    const text = (name: string) => {
      const value = Object.hasOwn(profile, name) ? profile[name] : undefined
      return typeof value === 'string' && value !== '' ? value : undefined
    }
    return [
      withoutAbsent({
        userId: toCoreUserId(wireId),
        userName: wireId,
        displayName: text('name'),
        firstName: text('given_name'),
        lastName: text('family_name'),
        nickName: text('nickname'),
        avatarUrl: text('picture'),
        email: text('email')?.toLowerCase(),
        emailVerified: profile.email_verified === true,
        phone: text('phone_number'),
        phoneVerified: profile.phone_verified === true,
        username: text('username'),
        connection,
      }),
    ]
  })
}

const withoutAbsent = (members: Readonly<Record<string, unknown>>): JsonObject =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as JsonObject
