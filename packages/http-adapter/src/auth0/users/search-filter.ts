import type { UserField, UserQuery } from '@indwell/core'
import { operationNotSupported } from '../error-catalogue'
import { isWireUserId, toCoreUserId } from '../user-id'
import { parseSearch, type SearchExpression, type SearchPattern } from './parse-search'

type UserFilter = NonNullable<UserQuery['filter']>

/** Machines are no users of this face. */
export const humansOnly: UserFilter = { op: 'equals', field: 'type', value: 'human' }

const nobody: UserFilter = { op: 'or', filters: [] }
const everybody: UserFilter = { op: 'and', filters: [] }

/** A member a search can name. */
interface Searchable {
  match(pattern: SearchPattern): UserFilter
  readonly exists: UserFilter
}

/**
 * Reads `q` of GET /users as a condition on the directory's humans. Members a user does not have match nothing.
 *
 * @throws {@link Auth0Error} 400 as {@link parseSearch}, and `operation_not_supported` for members that cannot be
 * searched: metadata, times, and names nobody knows.
 */
export function searchFilter(q: string, defaultConnection: string): UserFilter {
  const members = searchableMembers(defaultConnection)
  const memberOf = (name: string): Searchable => {
    const member = members.get(name)
    if (member === undefined) throw operationNotSupported(`Searching by ${name} is not supported`)
    return member
  }
  const filterOf = (expression: SearchExpression): UserFilter => {
    switch (expression.op) {
      case 'and':
      case 'or':
        return { op: expression.op, filters: expression.parts.map(filterOf) }
      case 'not':
        return { op: 'not', filter: filterOf(expression.part) }
      case 'exists':
        return memberOf(expression.member).exists
      case 'match': {
        const { member, pattern } = expression
        if (member !== undefined) return memberOf(member).match(pattern)
        return { op: 'or', filters: rootTexts.map((name) => memberOf(name).match(pattern)) }
      }
    }
  }
  return { op: 'and', filters: [humansOnly, filterOf(parseSearch(q))] }
}

/** What a term without a member looks at. */
const rootTexts = ['email', 'name', 'given_name', 'family_name', 'nickname', 'username', 'phone_number']

function searchableMembers(defaultConnection: string): ReadonlyMap<string, Searchable> {
  return new Map([
    ['blocked', blocked],
    ['email', text('email', true)],
    ['email.domain', emailDomain],
    ['email_verified', flag('emailVerified', 'email')],
    ['family_name', text('lastName', true)],
    ['given_name', text('firstName', true)],
    ['identities.connection', connectionOf(defaultConnection)],
    ['last_ip', absent],
    ['last_login', absent],
    ['logins_count', absent],
    ['name', text('displayName', true)],
    ['nickname', text('nickName', true)],
    ['phone_number', text('phone', false)],
    ['phone_verified', flag('phoneVerified', 'phone')],
    ['user_id', userId],
    ['username', text('username', false)],
  ])
}

/** What the service would keep and this directory does not: no user has it. */
const absent: Searchable = { match: () => nobody, exists: nobody }

function present(field: UserField): UserFilter {
  return { op: 'not', filter: { op: 'equals', field, value: null } }
}

function text(field: UserField, ignoreCase: boolean): Searchable {
  const exists = present(field)
  return {
    exists,
    match: (pattern) =>
      pattern.kind === 'any' ? exists : { op: 'text', field, method: pattern.kind, value: pattern.text, ignoreCase },
  }
}

/** A flag that is shown only beside another member. */
function flag(field: UserField, beside: UserField): Searchable {
  const exists = present(beside)
  return {
    exists,
    match: (pattern) => {
      if (pattern.kind === 'any') return exists
      const value = booleanOf(pattern)
      return value === undefined ? nobody : { op: 'and', filters: [exists, { op: 'equals', field, value }] }
    },
  }
}

const blockedByLock: UserFilter = {
  op: 'and',
  filters: [
    { op: 'equals', field: 'blocked', value: null },
    { op: 'equals', field: 'state', value: 'locked' },
  ],
}

/** Shown once it was ever set, and of a user that is locked. */
const blocked: Searchable = {
  exists: { op: 'or', filters: [present('blocked'), blockedByLock] },
  match: (pattern) => {
    if (pattern.kind === 'any') return blocked.exists
    const value = booleanOf(pattern)
    if (value === undefined) return nobody
    const set: UserFilter = { op: 'equals', field: 'blocked', value }
    return value ? { op: 'or', filters: [set, blockedByLock] } : set
  },
}

const emailDomain: Searchable = {
  exists: present('email'),
  match: (pattern) => {
    if (pattern.kind === 'any') return emailDomain.exists
    if (pattern.kind !== 'equals') throw operationNotSupported('Wildcards on email.domain are not supported')
    return { op: 'text', field: 'email', method: 'ends-with', value: `@${pattern.text}`, ignoreCase: true }
  },
}

const userId: Searchable = {
  exists: everybody,
  match: (pattern) => {
    if (pattern.kind === 'any') return everybody
    if (pattern.kind !== 'equals') throw operationNotSupported('Wildcards on user_id are not supported')
    const coreId = coreIdOf(pattern.text)
    return coreId === undefined ? nobody : { op: 'equals', field: 'userId', value: coreId }
  },
}

function coreIdOf(wireId: string): string | undefined {
  return isWireUserId(wireId) ? toCoreUserId(wireId) : undefined
}

/** Users that came without a connection are shown with the default one. */
function connectionOf(defaultConnection: string): Searchable {
  const named = text('connection', false)
  return {
    exists: everybody,
    match: (pattern) => {
      if (pattern.kind === 'any') return everybody
      const filter = named.match(pattern)
      if (!matches(pattern, defaultConnection)) return filter
      return { op: 'or', filters: [filter, { op: 'equals', field: 'connection', value: null }] }
    },
  }
}

function matches(pattern: Exclude<SearchPattern, { kind: 'any' }>, value: string): boolean {
  switch (pattern.kind) {
    case 'equals':
      return value === pattern.text
    case 'starts-with':
      return value.startsWith(pattern.text)
    case 'ends-with':
      return value.endsWith(pattern.text)
    case 'contains':
      return value.includes(pattern.text)
  }
}

function booleanOf(pattern: Exclude<SearchPattern, { kind: 'any' }>): boolean | undefined {
  if (pattern.kind !== 'equals') return undefined
  return pattern.text === 'true' ? true : pattern.text === 'false' ? false : undefined
}
