import type { JsonObject, JsonValue } from '@indwell/core'
import { invalidPaging } from './error-catalogue'

/** A page by number. */
export interface OffsetPaging {
  /** Number of records before the page. */
  readonly start: number
  /** Most records of the page; 0 answers none. */
  readonly limit: number
  readonly includeTotals: boolean
}

/** A page after a cursor. */
export interface CheckpointPaging {
  /** Cursor the last page ended with; absent: from the beginning. */
  readonly from: string | undefined
  /** Most records of the page. */
  readonly take: number
}

/** What a list query says about paging. */
export interface PagingQuery {
  readonly page?: number | undefined
  readonly per_page?: number | undefined
  readonly include_totals?: boolean | undefined
  readonly from?: string | undefined
  readonly take?: number | undefined
}

const defaultLength = 50
/** How many records a search answers, page by page. */
export const searchWindow = 1000

/** Lists, by the name of their member. */
export type ListName = 'users' | 'clients' | 'organizations' | 'members' | 'roles' | 'permissions' | 'logs'

/** Reads a page by number: the first one, of 50, without totals, where the query is silent. */
export function offsetPaging(query: PagingQuery): OffsetPaging {
  const limit = query.per_page ?? defaultLength
  return { start: (query.page ?? 0) * limit, limit, includeTotals: query.include_totals ?? false }
}

/** Reads a page after a cursor; `undefined` when the query asks for none. Totals and page numbers beside it do not count. */
export function checkpointPaging(query: PagingQuery): CheckpointPaging | undefined {
  if (query.take === undefined && query.from === undefined) return undefined
  return { from: query.from, take: query.take ?? defaultLength }
}

/**
 * Refuses a page of users or logs that begins beyond the window a search answers.
 *
 * @throws {@link Auth0Error} 400 `invalid_paging`.
 */
export function requireSearchWindow(paging: OffsetPaging): void {
  if (paging.start >= searchWindow) throw invalidPaging()
}

/**
 * Wraps one page as each list does: bare without totals, else in an envelope whose key order is the recorded one.
 *
 * @param total - Number of records of the whole list.
 */
export function offsetBody(
  list: ListName,
  paging: OffsetPaging,
  items: readonly JsonObject[],
  total: number,
): JsonValue {
  if (!paging.includeTotals) return items
  const { start, limit } = paging
  switch (list) {
    case 'users':
    case 'logs':
      return { start, limit, length: items.length, [list]: items, total }
    case 'clients':
      return { total, start, limit, clients: items }
    default:
      return { [list]: items, start, limit, total }
  }
}

/** Whether a query names a page. */
export function isPaged({ page, per_page }: PagingQuery): boolean {
  return page !== undefined || per_page !== undefined
}

/**
 * The `Link` header (RFC 8288) of one page, in the recorded order. The targets hold a query alone: what stands in front of
 * it is the address that the client used, which a host may have rewritten.
 */
export function pageLinks(
  query: object,
  { start, limit }: OffsetPaging,
  total: number,
): Readonly<Record<string, string>> {
  if (limit === 0) return {}
  const current = start / limit
  const last = Math.max(0, Math.ceil(total / limit) - 1)
  const link = (page: number, relation: string) => {
    const parameters = new URLSearchParams()
    for (const [name, value] of Object.entries({ ...query, page })) parameters.append(name, String(value))
    return `<?${parameters}>; rel="${relation}"`
  }
  const links = [link(0, 'first'), ...(current < last ? [link(current + 1, 'next')] : []), link(last, 'last')]
  return { link: links.join(', ') }
}

/** Wraps one page of a list read by cursor; `next` is absent on the last page. */
export function checkpointBody(list: ListName, items: readonly JsonObject[], next: string | undefined): JsonObject {
  return { [list]: items, ...(next !== undefined && { next }) }
}
