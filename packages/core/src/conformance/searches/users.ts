import assert from 'node:assert/strict'
import type { RecordPut } from '../../storage/commit'
import type { UserRecord } from '../../storage/records'
import type { FieldOf, RecordFilter, SearchField, Sort, TextMethod } from '../../storage/search'
import { creationOf, userKey } from '../commit-of'
import type { Place } from '../place'
import { userOf } from '../record-of'

export const ada = userKey('ada')

export type UserFilter = RecordFilter<'user'>
export type UserSort = Sort<SearchField<'user'>>

export const putUsers = (users: readonly UserRecord[]) =>
  creationOf(ada, { put: users.map((record): RecordPut => ({ kind: 'user', record, created: false })) })

/** Ids of the users that match, in the order found. */
export async function idsOf({ storage, instanceId }: Place, filter?: UserFilter, sort?: readonly UserSort[]) {
  const page = await storage.search(instanceId, {
    kind: 'user',
    offset: 0,
    limit: 1000,
    count: true,
    ...(filter === undefined ? {} : { filter }),
    ...(sort === undefined ? {} : { sort }),
  })
  assert.equal(page.total, page.items.length)
  return page.items.map(({ userId }) => userId)
}

export const text = (
  field: FieldOf<UserRecord>,
  value: string,
  method: TextMethod = 'equals',
  ignoreCase = false,
): UserFilter => ({ op: 'text', field, method, value, ignoreCase })

/** Four users that differ in a member of each type. */
export const four = [
  userOf('ada', { nickName: 'x', emailVerified: true, blocked: true, passwordChangedAt: 5, type: 'human' }),
  userOf('bob', { nickName: 'y', emailVerified: false, blocked: false, passwordChangedAt: 6, type: 'human' }),
  userOf('carol', { nickName: 'x', emailVerified: true, blocked: null, passwordChangedAt: 7, type: 'machine' }),
  userOf('dave', { nickName: null, emailVerified: false, blocked: null, passwordChangedAt: null, type: 'machine' }),
]
