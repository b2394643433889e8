import { invalidQuery, operationNotSupported } from '../error-catalogue'
import { isWireUserId, toCoreUserId } from '../user-id'
import { parseSearch } from '../users/parse-search'
import { matches, type SearchExpression, type SearchPattern, type SearchRange } from '../users/search-expression'
import { type Period, periodOf } from '../users/search-time'
import { clientActorId } from './log-actor'
import { positionOfLog } from './log-id'
import { both, either, everything, inPlace, type LogNarrowing, nothing, ofTypes, opposite } from './log-narrowing'
import { eventTypesWhere } from './log-type'

/** A member of logs that a search can name. */
interface Searchable {
  match(pattern: SearchPattern): LogNarrowing
  /** Absent: it has no order that could be searched by. */
  range?(range: SearchRange): LogNarrowing
  /** Absent: the log cannot be asked for it. */
  readonly exists?: LogNarrowing
}

/** Whether a search names a member whose meaning depends on which org is the tenant. */
export const organizationMember = 'organization_id'

/**
 * Reads `q` of GET /logs as what the directory's log can be asked. Members that no log has match nothing.
 *
 * @param tenantId - The org that is no organization.
 * @throws {@link Auth0Error} 400 as {@link parseSearch}, `invalid_query_string` for what is no time where one is asked
 * for, and `operation_not_supported` for what the log cannot be asked.
 */
export function searchLogs(q: string, tenantId: string | undefined): LogNarrowing {
  const members = new Map([...fixedMembers, [organizationMember, organization(tenantId)]])
  const memberOf = (name: string): Searchable => {
    const member = members.get(name)
    if (member === undefined) throw operationNotSupported(`Searching logs by ${name} is not supported`)
    return member
  }
  const narrowingOf = (expression: SearchExpression): LogNarrowing => {
    switch (expression.op) {
      case 'and':
        return expression.parts.map(narrowingOf).reduce(both)
      case 'or':
        return expression.parts.map(narrowingOf).reduce(either)
      case 'not':
        return opposite(narrowingOf(expression.part))
      case 'exists':
        return existing(expression.member, memberOf(expression.member))
      case 'range': {
        const { range } = memberOf(expression.member)
        if (range === undefined) throw operationNotSupported(`Ranges on ${expression.member} are not supported`)
        return range(expression.range)
      }
      case 'match': {
        const { member, pattern } = expression
        if (member === undefined) return bareTerm(pattern)
        return pattern.kind === 'any' ? existing(member, memberOf(member)) : memberOf(member).match(pattern)
      }
    }
  }
  return narrowingOf(parseSearch(q))
}

function existing(name: string, { exists }: Searchable): LogNarrowing {
  if (exists === undefined) throw operationNotSupported(`Searching for any ${name} is not supported`)
  return exists
}

const byType = (pattern: SearchPattern) => ofTypes(eventTypesWhere(({ code }) => matches(pattern, code)))
const byDescription = (pattern: SearchPattern) =>
  ofTypes(eventTypesWhere(({ description }) => matches(pattern, description)))

/** Of what such a term looks at, logs have a type, a description and an id. */
function bareTerm(pattern: SearchPattern): LogNarrowing {
  const position = pattern.kind === 'equals' ? positionOfLog(pattern.text) : undefined
  return position === undefined ? either(byType(pattern), byDescription(pattern)) : inPlace({ at: position })
}

/** What is only found whole: a place that a text names, or none. */
function whole(name: string, place: (text: string) => LogNarrowing): Searchable['match'] {
  return (pattern) => {
    if (pattern.kind !== 'equals') throw operationNotSupported(`Wildcards on ${name} are not supported`)
    return place(pattern.text)
  }
}

const absent: Searchable = { match: () => nothing, range: () => nothing, exists: nothing }

const date: Searchable = {
  exists: everything,
  match: whole('date', (text) => {
    const { first, last } = readPeriod(text)
    return inPlace({ since: first, until: last + 1 })
  }),
  range: ({ from, to, fromInclusive, toInclusive }) => {
    const [start, end] = [from && readPeriod(from.text), to && readPeriod(to.text)]
    const since = start && inPlace({ since: fromInclusive ? start.first : start.last + 1 })
    const until = end && inPlace({ until: toInclusive ? end.last + 1 : end.first })
    return both(since ?? everything, until ?? everything)
  },
}

function readPeriod(text: string): Period {
  const period = periodOf(text)
  if (period === undefined) throw invalidQuery(`The search in q cannot be read: ${text} is no time`)
  return period
}

const fixedMembers: readonly (readonly [string, Searchable])[] = [
  ['client_id', { match: whole('client_id', (text) => inPlace({ actorId: clientActorId(text) })) }],
  ['date', date],
  ['description', { match: byDescription, exists: everything }],
  [
    'log_id',
    {
      exists: everything,
      match: whole('log_id', (text) => {
        const position = positionOfLog(text)
        return position === undefined ? nothing : inPlace({ at: position })
      }),
    },
  ],
  ['type', { match: byType, exists: everything }],
  [
    'user_id',
    {
      exists: ofTypes(eventTypesWhere((_, eventType) => eventType.startsWith('user.'))),
      match: whole('user_id', (text) =>
        isWireUserId(text) ? inPlace({ subject: { type: 'user', id: toCoreUserId(text) } }) : nothing,
      ),
    },
  ],
  ...['client_name', 'connection', 'connection_id', 'hostname', 'ip'].map((name) => [name, absent] as const),
  ...['strategy', 'strategy_type', 'user_agent', 'user_name'].map((name) => [name, absent] as const),
]

function organization(tenantId: string | undefined): Searchable {
  return {
    match: whole(organizationMember, (text) =>
      text === tenantId ? nothing : inPlace({ subject: { type: 'org', id: text } }),
    ),
  }
}
