import type { Filter, UserField, UserFilter } from '@indwell/core'
import type { Auth0Settings } from '../call'
import { invalidQuery, operationNotSupported } from '../error-catalogue'
import { isWireUserId, toCoreUserId } from '../user-id'
import { parseSearch } from './parse-search'
import type { SearchExpression, SearchPattern, SearchRange } from './search-expression'
import { searchableIdentities } from './search-identities'
import { metadataAt } from './search-metadata'
import { type Period, periodOf } from './search-time'

/** Machines are no users of this face. */
export const humansOnly: UserFilter = { op: 'equals', field: 'type', value: 'human' }

const nobody: UserFilter = { op: 'or', filters: [] }
const everybody: UserFilter = { op: 'and', filters: [] }

/** What members of an organization are found by. */
export const organizationMember = 'organization_id'

/** A member a search can name. */
interface Searchable {
  match(pattern: SearchPattern): UserFilter
  /** Absent: what it holds has no order, or one that cannot be searched by. */
  range?(range: SearchRange): UserFilter
  readonly exists: UserFilter
}

/**
 * Reads `q` of GET /users as a condition on the directory's humans. Members a user does not have match nothing.
 *
 * @param organizations - Which orgs are organizations. Default: all.
 * @throws {@link Auth0Error} 400 as {@link parseSearch}, `invalid_query_string` for what is no time where one is asked
 * for, and `operation_not_supported` for members and ways of searching them that are not served; with `strict`, also for
 * wildcards and ranges on `user_metadata`.
 */
export function searchFilter(
  q: string,
  { defaultConnection, strict }: Pick<Auth0Settings, 'defaultConnection' | 'strict'>,
  organizations: Filter<'orgId'> = { op: 'and', filters: [] },
): UserFilter {
  const members = searchableMembers(defaultConnection, organizations)
  const memberOf = (name: string): Searchable => {
    const member = metadataMember(name, strict) ?? members.get(name)
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
      case 'range': {
        const { range } = memberOf(expression.member)
        if (range === undefined) throw operationNotSupported(`Ranges on ${expression.member} are not supported`)
        return range(expression.range)
      }
      case 'match': {
        const { member, pattern } = expression
        if (member !== undefined) return memberOf(member).match(pattern)
        return { op: 'or', filters: rootTexts.map((name) => memberOf(name).match(pattern)) }
      }
    }
  }
  return { op: 'and', filters: [humansOnly, filterOf(parseSearch(q))] }
}

const metadataNamespaces: ReadonlyMap<string, string> = new Map([
  ['user_metadata', 'user'],
  ['app_metadata', 'app'],
])

/** `undefined`: it is no name of metadata. */
function metadataMember(name: string, strict: boolean): Searchable | undefined {
  const [root = '', ...path] = name.split('.')
  const namespace = metadataNamespaces.get(root)
  if (namespace === undefined) return undefined
  const values = metadataAt(namespace, path)
  const match = (pattern: SearchPattern) => {
    if (path.length === 0) throw operationNotSupported(`Searching by ${name} takes the name of a member`)
    return values.match(pattern)
  }
  if (path.length === 0) return { exists: values.exists, match }
  if (!strict || root !== 'user_metadata') return { ...values, match }
  return {
    exists: values.exists,
    match(pattern) {
      if (pattern.kind !== 'equals') throw operationNotSupported('Wildcards on user_metadata are not supported')
      return match(pattern)
    },
  }
}

/** What a term without a member looks at. */
const rootTexts = ['email', 'name', 'given_name', 'family_name', 'nickname', 'username', 'phone_number']

function searchableMembers(defaultConnection: string, organizations: Filter<'orgId'>): ReadonlyMap<string, Searchable> {
  return new Map<string, Searchable>([
    ['blocked', blocked],
    ['created_at', time('createdAt')],
    ['email', text('email', true)],
    ['email.domain', emailDomain],
    ['email_verified', flag('emailVerified', 'email')],
    ['family_name', text('lastName', true)],
    ['given_name', text('firstName', true)],
    ...searchableIdentities(defaultConnection),
    ['last_ip', absent],
    ['last_login', absent],
    ['logins_count', absent],
    ['name', text('displayName', true)],
    ['nickname', text('nickName', true)],
    [organizationMember, memberOf(organizations)],
    ['phone_number', text('phone', false)],
    ['phone_verified', flag('phoneVerified', 'phone')],
    ['updated_at', time('updatedAt')],
    ['user_id', userId],
    ['username', text('username', false)],
  ])
}

/** What the service would keep and this directory does not: no user has it. */
const absent: Searchable = { match: () => nobody, range: () => nobody, exists: nobody }

function present(field: UserField): UserFilter {
  return { op: 'not', filter: { op: 'equals', field, value: null } }
}

function text(field: UserField, ignoreCase: boolean): Searchable {
  const exists = present(field)
  const match = (pattern: SearchPattern): UserFilter =>
    pattern.kind === 'any' ? exists : { op: 'text', field, method: pattern.kind, value: pattern.text, ignoreCase }
  if (ignoreCase) return { exists, match }
  return {
    exists,
    match,
    range: ({ from, to, fromInclusive, toInclusive }) => ({
      op: 'range',
      field,
      ...(from !== undefined && { from: from.text }),
      ...(to !== undefined && { to: to.text }),
      fromInclusive,
      toInclusive,
    }),
  }
}

/** Every user has it. A text stands for the whole day, month or whatever it names. */
function time(field: 'createdAt' | 'updatedAt'): Searchable {
  const within = (from: number | undefined, to: number | undefined): UserFilter => ({
    op: 'range',
    field,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    fromInclusive: true,
    toInclusive: true,
  })
  return {
    exists: everybody,
    match: (pattern) => {
      if (pattern.kind === 'any') return everybody
      if (pattern.kind !== 'equals') throw operationNotSupported('Wildcards on times are not supported')
      const { first, last } = readPeriod(pattern.text)
      return within(first, last)
    },
    range: ({ from, to, fromInclusive, toInclusive }) => {
      const [start, end] = [from && readPeriod(from.text), to && readPeriod(to.text)]
      return within(
        start && (fromInclusive ? start.first : start.last + 1),
        end && (toInclusive ? end.last : end.first - 1),
      )
    },
  }
}

function readPeriod(text: string): Period {
  const period = periodOf(text)
  if (period === undefined) throw invalidQuery(`The search in q cannot be read: ${text} is no time`)
  return period
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

/** Of an organization: one membership has to meet all that is asked. */
function memberOf(organizations: Filter<'orgId'>): Searchable {
  const exists: UserFilter = { op: 'membership', of: organizations }
  return {
    exists,
    match: (pattern) => {
      if (pattern.kind === 'any') return exists
      const { kind, text } = pattern
      const named: Filter<'orgId'> =
        kind === 'equals'
          ? { op: 'equals', field: 'orgId', value: text }
          : { op: 'text', field: 'orgId', method: kind, value: text, ignoreCase: false }
      return { op: 'membership', of: { op: 'and', filters: [organizations, named] } }
    },
  }
}

function coreIdOf(wireId: string): string | undefined {
  return isWireUserId(wireId) ? toCoreUserId(wireId) : undefined
}

function booleanOf(pattern: Exclude<SearchPattern, { kind: 'any' }>): boolean | undefined {
  if (pattern.kind !== 'equals') return undefined
  return pattern.text === 'true' ? true : pattern.text === 'false' ? false : undefined
}
