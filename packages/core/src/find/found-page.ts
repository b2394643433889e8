import { createHash } from 'node:crypto'
import { InvalidInputError } from '../errors/invalid-input-error'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import { defaultPageSize, maxPageSize } from '../paging'
import type { Filter, RecordFilter, SearchField } from '../storage/search'
import { type AskedCondition, compileWhere } from './compile-where'
import { type FoundKind, fieldKind, idFields } from './found-fields'
import { type ParsedInclude, parseInclude } from './include'
import { heedUnindexed, type UnindexedRules } from './unindexed'
import type { FindQuery, FoundPage } from './where'
import { membersOf } from './where-scalars'

/** Members that a page may be ordered by. */
export const maxOrder = 5
const maxCursorLength = 20_000

type Position = string | number | null

interface Order {
  readonly field: string
  readonly descending: boolean
  readonly nullable: boolean
}

type OrderedField<K extends FoundKind> = Extract<SearchField<K>, string>

/** A search for one more than the page holds, which tells whether there is another. */
export interface PageSearch<K extends FoundKind> {
  readonly filter: RecordFilter<K>
  /** Everything that `where` asks. */
  readonly asked: readonly AskedCondition[]
  readonly include: ParsedInclude | undefined
  /** What comes behind the page before. */
  readonly behind: RecordFilter<K> | undefined
  readonly sort: readonly { readonly field: OrderedField<K>; readonly descending: boolean }[]
  readonly limit: number
  /** The page of what was found. */
  pageOf<T extends object>(found: readonly T[]): FoundPage<T>
}

/**
 * What a query asks the storage for. Pages follow each other by what the last item of a page has in the order, not by
 * counting: what comes, goes or moves in between neither repeats nor hides others.
 *
 * @throws {@link InvalidInputError} `after` for what is no cursor, or that of another query.
 * @throws {@link LimitExceededError} for a page of more than 1000, or more than 5 members in the order.
 */
export function pageSearch<K extends FoundKind>(
  kind: K,
  query: FindQuery<K> & { readonly include?: unknown },
  unindexed?: UnindexedRules,
): PageSearch<K> {
  const { after, ...rest } = query
  for (const [name] of membersOf(rest, '')) {
    if (!queryMembers.includes(name)) throw new InvalidInputError(name, 'is not known')
  }
  const { limit = defaultPageSize, where = {} } = rest
  if (!Number.isSafeInteger(limit) || limit < 1) throw new InvalidInputError('limit', 'must be a count of at least 1')
  if (limit > maxPageSize) throw new LimitExceededError('page.size', maxPageSize, limit)
  const asked: AskedCondition[] = []
  const filter = compileWhere(kind, where, asked)
  const include = parseInclude(kind, query.include)
  heedUnindexed(kind, asked, query.unindexed, unindexed)
  const sort = orderOf(kind, query.orderBy === undefined ? defaultOrder[kind] : query.orderBy)
  const print = createHash('sha256')
    .update(JSON.stringify([kind, filter, sort]))
    .digest('base64url')
    .slice(0, 22)
  const behind = after === undefined ? undefined : behindOf(sort, positionOf(after, print, kind, sort))
  return {
    filter,
    asked,
    include,
    behind: behind as RecordFilter<K> | undefined,
    sort: sort.map(({ field, descending }) => ({ field: field as OrderedField<K>, descending })),
    limit: limit + 1,
    pageOf<T extends object>(found: readonly T[]): FoundPage<T> {
      const items = found.slice(0, limit)
      if (found.length <= limit) return { items }
      const last = new Map<string, unknown>(Object.entries(items[items.length - 1]!))
      const cursor = JSON.stringify([print, ...sort.map(({ field }) => last.get(field))])
      return { items, next: Buffer.from(cursor).toString('base64url') }
    },
  }
}

const queryMembers = ['where', 'orderBy', 'limit', 'include', 'unindexed']

/** Of those that stand in an index as they came. */
const defaultOrder: Readonly<Partial<Record<FoundKind, object>>> = { client: { createdAt: 'asc' } }

/** The order, up to the id. */
function orderOf(kind: FoundKind, orderBy: unknown = []): readonly Order[] {
  const path = 'orderBy'
  const asked = (Array.isArray(orderBy) ? Array.from<unknown>(orderBy) : [orderBy]).map((item) => {
    const [first, second] = membersOf(item, path)
    if (first === undefined || second !== undefined) throw new InvalidInputError(path, 'must have one member each')
    return first
  })
  if (asked.length > maxOrder) throw new LimitExceededError('order.members', maxOrder, asked.length)
  const order: Order[] = []
  for (const [field, direction] of asked) {
    const known = fieldKind(kind, field)
    if (known === undefined) throw new InvalidInputError(`${path}.${field}`, 'is not known')
    // When anything of a subject happened is no part of what is read of it.
    if (known.type === 'boolean' || field === 'updatedAt') {
      throw new InvalidInputError(`${path}.${field}`, 'is no member to order by')
    }
    if (direction !== 'asc' && direction !== 'desc') {
      throw new InvalidInputError(`${path}.${field}`, 'must be asc or desc')
    }
    if (order.some((one) => one.field === field)) throw new InvalidInputError(`${path}.${field}`, 'is there twice')
    order.push({ field, descending: direction === 'desc', nullable: known.nullable })
    if (field === idFields[kind]) return order
  }
  return [...order, { field: idFields[kind], descending: false, nullable: false }]
}

function positionOf(after: unknown, print: string, kind: FoundKind, order: readonly Order[]): readonly Position[] {
  const [printed, ...position] = cursorOf(after)
  if (printed !== print) throw new InvalidInputError('after', 'is the cursor of another query')
  const isAt = ({ field, nullable }: Order, value: unknown) =>
    (value === null && nullable) ||
    (fieldKind(kind, field)?.type === 'time' ? Number.isSafeInteger(value) : typeof value === 'string')
  if (position.length !== order.length || !order.every((one, index) => isAt(one, position[index]))) {
    throw new InvalidInputError('after', 'is no cursor')
  }
  return position as readonly Position[]
}

function cursorOf(after: unknown): readonly unknown[] {
  if (typeof after === 'string' && after.length <= maxCursorLength) {
    try {
      const parsed: unknown = JSON.parse(Buffer.from(after, 'base64url').toString())
      if (Array.isArray(parsed)) return parsed
    } catch {}
  }
  throw new InvalidInputError('after', 'is no cursor')
}

/** Behind a position: behind in the first member, or at the same place there and behind in the others. */
function behindOf(order: readonly Order[], position: readonly Position[]): Filter {
  const [[first, ...others], [value = null, ...values]] = [order, position]
  if (first === undefined) return nothing
  if (others.length === 0) return beyond(first, value, false)
  const same: Filter = { op: 'equals', field: first.field, value }
  const further: Filter = { op: 'and', filters: [same, behindOf(others, values)] }
  // Said before the `or`, from which databases would not find where to begin in an index.
  return {
    op: 'and',
    filters: [beyond(first, value, true), { op: 'or', filters: [beyond(first, value, false), further] }],
  }
}

const nothing: Filter = { op: 'or', filters: [] }

function beyond({ field, descending, nullable }: Order, value: Position, orThere: boolean): Filter {
  const any: Filter = { op: 'range', field, fromInclusive: true, toInclusive: true }
  const isNull: Filter = { op: 'equals', field, value: null }
  if (value === null) {
    if (descending) return orThere ? isNull : nothing
    return orThere ? { op: 'or', filters: [isNull, any] } : any
  }
  if (!descending) return { op: 'range', field, from: value, fromInclusive: orThere, toInclusive: false }
  const before: Filter = { op: 'range', field, to: value, fromInclusive: false, toInclusive: orThere }
  return nullable ? { op: 'or', filters: [before, isNull] } : before
}
