import type { Filter, Sort } from '@indwell/core'
import { invalidQuery } from './error-catalogue'
import type { CheckpointPaging } from './paging'
import { validationSentence } from './validation-messages'

/** How a list is sorted: by a member of its items, ties by their id. Both are names that filters and items share. */
export interface ListOrder<Field extends string> {
  readonly field: Field
  readonly holds: 'times' | 'texts' | 'texts or null'
  readonly descending: boolean
  readonly id: Field
}

type Value = string | number | null
type Item<Field extends string> = Readonly<Record<Field, Value>>

/** What is asked of a list for one page behind a cursor. */
export interface ListPart<Field extends string> {
  readonly filter: Filter<Field>
  readonly sort: readonly Sort<Field>[]
  readonly limit: number
}

export interface CheckpointPage<T> {
  readonly items: readonly T[]
  /** The cursor of what follows; `undefined` behind an empty page. */
  readonly end: string | undefined
  /** Whether anything follows. */
  readonly hasMore: boolean
}

/**
 * Reads the page behind a cursor. It begins behind the last item of the page before, even when that is gone by then.
 *
 * @throws {@link Auth0Error} 400 `invalid_query_string` for a cursor that comes from no such list.
 */
export async function checkpointPage<Field extends string, T extends Item<Field>>(
  { from, take }: CheckpointPaging,
  order: ListOrder<Field>,
  read: (part: ListPart<Field>) => Promise<readonly T[]>,
): Promise<CheckpointPage<T>> {
  const { field, descending } = order
  const filter: Filter<Field> = from === undefined ? { op: 'and', filters: [] } : behind(order, readCursor(order, from))
  const found = await read({ filter, sort: [{ field, descending }], limit: take + 1 })
  const items = found.slice(0, take)
  const last = items.at(-1)
  return { items, end: last && writeCursor(order, last), hasMore: found.length > items.length }
}

interface Cursor {
  readonly value: Value
  readonly id: string
}

/** Opaque text for clients' eyes: base64url of the order, what the last item is sorted by, and its id. */
function writeCursor<Field extends string>(order: ListOrder<Field>, item: Item<Field>): string {
  return Buffer.from(JSON.stringify([nameOf(order), item[order.field], item[order.id]])).toString('base64url')
}

function readCursor<Field extends string>(order: ListOrder<Field>, text: string): Cursor {
  const parts = parseParts(Buffer.from(text, 'base64url').toString())
  if (parts?.length === 3) {
    const [name, value, id] = parts
    if (name === nameOf(order) && isValueOf(order, value) && typeof id === 'string') return { value, id }
  }
  throw invalidQuery(
    validationSentence('query', `Object didn't pass validation for format checkpoint: ${text}`, { path: ['from'] }),
  )
}

function parseParts(json: string): readonly unknown[] | undefined {
  try {
    const parts: unknown = JSON.parse(json)
    return Array.isArray(parts) ? parts : undefined
  } catch {
    return undefined
  }
}

function isValueOf({ holds }: ListOrder<string>, value: unknown): value is Value {
  if (holds === 'times') return Number.isSafeInteger(value)
  return typeof value === 'string' || (value === null && holds === 'texts or null')
}

const nameOf = ({ field, descending }: ListOrder<string>) => `${field}:${descending ? -1 : 1}`

/** What comes behind an item. `null` is smaller than every text; of one value the smaller id comes first, either way. */
function behind<Field extends string>(
  { field, holds, descending, id }: ListOrder<Field>,
  { value, id: lastId }: Cursor,
): Filter<Field> {
  const laterId: Filter<Field> = { op: 'range', field: id, from: lastId, fromInclusive: false, toInclusive: false }
  if (value === null) {
    const tie: Filter<Field> = { op: 'and', filters: [{ op: 'equals', field, value }, laterId] }
    const anyText: Filter<Field> = { op: 'range', field, fromInclusive: true, toInclusive: true }
    return descending ? tie : { op: 'or', filters: [tie, anyText] }
  }
  const side = (inclusive: boolean): Filter<Field> => ({
    op: 'range',
    field,
    ...(descending ? { to: value } : { from: value }),
    fromInclusive: inclusive,
    toInclusive: inclusive,
  })
  // The bound twice, so that an index is entered where the page begins.
  const later: Filter<Field> = { op: 'and', filters: [side(true), { op: 'or', filters: [side(false), laterId] }] }
  if (!descending || holds !== 'texts or null') return later
  return { op: 'or', filters: [later, { op: 'equals', field, value: null }] }
}
