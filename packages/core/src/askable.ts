import { isStorable } from './input'
import type { Read, ReadResult } from './storage/read'
import type { AnyFilter, EventQuery, MembershipCondition, Search, ValueTest } from './storage/search'

/**
 * Text that no database can hold is stored nowhere: what is asked by it is answered here, since one driver would fail on
 * it and another find what is stored under U+FFFD.
 */
export function isAskable(read: Read): boolean {
  switch (read.read) {
    case 'record':
      return Object.values(read.key as Readonly<Record<string, string>>).every(isStorable)
    case 'aggregate':
      return isStorable(read.key.id)
    case 'entry':
      return isStorable(read.key.subjectId) && isStorable(read.key.key)
    case 'entries':
    case 'entryPage':
      return isStorable(read.subject.subjectId)
    case 'claim':
      return isStorable(read.claim.type) && isStorable(read.claim.value)
    case 'principal':
      return isStorable(read.userId) && (read.orgId === undefined || isStorable(read.orgId))
    case 'accessTokenByHash':
    case 'keptAnswer':
      return true
    case 'memberships':
    case 'loginDomains':
      return isStorable(read.userId)
  }
}

const listed: ReadonlySet<Read['read']> = new Set(['entries', 'entryPage', 'memberships', 'loginDomains'])

/** The answer to what {@link isAskable} is false of, of a principal whose own id can be stored excepted. */
export function nothingFound(read: Read): ReadResult {
  return listed.has(read.read) ? [] : undefined
}

/** The same search, with conditions that nothing can meet as such. */
export function askableSearch<S extends Search>(search: S): S {
  return search.filter === undefined ? search : { ...search, filter: askableFilter(search.filter as AnyFilter) }
}

const nothing: AnyFilter = { op: 'or', filters: [] }

function askableFilter(filter: AnyFilter): AnyFilter {
  switch (filter.op) {
    case 'and':
    case 'or':
      return { op: filter.op, filters: filter.filters.map(askableFilter) }
    case 'not':
      return { op: 'not', filter: askableFilter(filter.filter) }
    case 'in':
      return { ...filter, values: filter.values.filter(isStorableScalar) }
    case 'text':
    case 'equals':
    case 'range':
      return isAskableTest(filter) ? filter : nothing
    case 'holds':
      return isStorable(filter.value) ? filter : nothing
    case 'membership':
      return { op: 'membership', of: askableFilter(filter.of) as MembershipCondition['of'] }
    case 'metadata':
      if (!filter.path.every(isStorable)) return nothing
      if (filter.test.op === 'in')
        return { ...filter, test: { op: 'in', values: filter.test.values.filter(isStorableScalar) } }
      return isAskableTest(filter.test) ? filter : nothing
  }
}

const isStorableScalar = (value: unknown) => typeof value !== 'string' || isStorable(value)

type Test = Exclude<ValueTest, { readonly op: 'in' }> | Extract<AnyFilter, { readonly op: 'text' | 'equals' | 'range' }>

function isAskableTest(test: Test): boolean {
  switch (test.op) {
    case 'exists':
      return true
    case 'text':
    case 'equals':
      return typeof test.value !== 'string' || isStorable(test.value)
    case 'range':
      return [test.from, test.to].every((end) => typeof end !== 'string' || isStorable(end))
  }
}

/** The same query, without event types that nothing can be stored under; `undefined` when it can find nothing at all. */
export function askableQuery(query: EventQuery): EventQuery | undefined {
  const { aggregate, aggregateId, actorId, owner, types, at } = query
  const texts = [aggregate?.id, aggregateId, actorId, owner, at]
  if (!texts.every((text) => text === undefined || isStorable(text))) return undefined
  return types === undefined ? query : { ...query, types: types.filter(isStorable) }
}
