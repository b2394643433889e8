import type { UserRecord } from '@indwell/core'
import { recordTables } from '@indwell/storage-kysely'
import type { PostgresRow } from '../postgres-pool'

const places = Object.keys(recordTables.user.columns)
const at = Object.fromEntries(places.map((member, place) => [member, place])) as {
  readonly [Member in keyof UserRecord]: number
}

/**
 * Reads a user from a row that has all its columns, in their order, from `first` on.
 *
 * Member by member, as other kinds of records are not: an object that is filled by names which the engine does not see
 * takes it longer than the server takes to find the row.
 */
export function decodeUser(row: PostgresRow, first: number): UserRecord {
  const blocked = row[first + at.blocked] ?? null
  const passwordChangedAt = row[first + at.passwordChangedAt] ?? null
  const decoded: { readonly [Member in keyof UserRecord]: unknown } = {
    userId: row[first + at.userId],
    orgId: row[first + at.orgId],
    type: row[first + at.type],
    state: row[first + at.state],
    userName: row[first + at.userName],
    displayName: row[first + at.displayName],
    firstName: row[first + at.firstName],
    lastName: row[first + at.lastName],
    nickName: row[first + at.nickName],
    preferredLanguage: row[first + at.preferredLanguage],
    gender: row[first + at.gender],
    avatarUrl: row[first + at.avatarUrl],
    email: row[first + at.email],
    emailVerified: isTrue(row[first + at.emailVerified]),
    phone: row[first + at.phone],
    phoneVerified: isTrue(row[first + at.phoneVerified]),
    description: row[first + at.description],
    accessTokenType: row[first + at.accessTokenType],
    connection: row[first + at.connection],
    username: row[first + at.username],
    blocked: blocked === null ? null : isTrue(blocked),
    passwordChangedAt: passwordChangedAt === null ? null : Number(passwordChangedAt),
    sequence: row[first + at.sequence],
    createdAt: Number(row[first + at.createdAt]),
    changedAt: Number(row[first + at.changedAt]),
  }
  return decoded as UserRecord
}

/** `t` as a column of its own, `true` where it was cast to text. */
const isTrue = (value: string | null | undefined) => value === 't' || value === 'true'
