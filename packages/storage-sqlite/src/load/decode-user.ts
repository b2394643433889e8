import type { UserRecord } from '@indwell/core'
import { recordTables } from '@indwell/storage-kysely'

const places = Object.keys(recordTables.user.columns)
const at = Object.fromEntries(places.map((member, place) => [member, place])) as {
  readonly [Member in keyof UserRecord]: number
}

/**
 * Turns a row, its values in the order of the columns, into the user.
 *
 * Member by member, as other kinds of records are not: an object that is filled by names which the engine does not see
 * takes it longer than SQLite takes to find the row.
 */
export function decodeUser(row: readonly unknown[]): UserRecord {
  const decoded: { readonly [Member in keyof UserRecord]: unknown } = {
    userId: row[at.userId],
    orgId: row[at.orgId],
    type: row[at.type],
    state: row[at.state],
    userName: row[at.userName],
    displayName: row[at.displayName],
    firstName: row[at.firstName],
    lastName: row[at.lastName],
    nickName: row[at.nickName],
    preferredLanguage: row[at.preferredLanguage],
    gender: row[at.gender],
    avatarUrl: row[at.avatarUrl],
    email: row[at.email],
    emailVerified: row[at.emailVerified] === 1,
    phone: row[at.phone],
    phoneVerified: row[at.phoneVerified] === 1,
    description: row[at.description],
    accessTokenType: row[at.accessTokenType],
    connection: row[at.connection],
    username: row[at.username],
    blocked: row[at.blocked] === null ? null : row[at.blocked] === 1,
    passwordChangedAt: row[at.passwordChangedAt],
    sequence: row[at.sequence],
    createdAt: row[at.createdAt],
    changedAt: row[at.changedAt],
  }
  return decoded as UserRecord
}
