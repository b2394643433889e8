import { type Directory, maxPageSize, type Page, type Paging } from '@indwell/core'
import type { Request } from './binding'
import { listDetails, listDetailsV2 } from './object-details'

/** Which page a list query of v1 or v2 asks for. No limit, or 0, asks for `most`: in v1 for the largest there is. */
export function pagingOf(
  query: Pick<Request<'v1.ListQuery'>, 'offset' | 'limit'> | undefined,
  most = maxPageSize,
): Required<Omit<Paging, 'signal'>> {
  const { offset = 0n, limit = 0 } = query ?? {}
  // Beyond what any list holds, and what a number can.
  const capped = offset > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(offset)
  return { offset: capped, count: true, limit: limit || most }
}

/** Matches of a page. One that lies behind the last match reports none, as ZITADEL counts within the page. */
export const totalOf = ({ items, total = 0 }: Page<unknown>): number => (items.length === 0 ? 0 : total)

/** `details` of a page of v1. */
export function pageDetails(page: Page<unknown>, directory: Pick<Directory, 'now'>): ReturnType<typeof listDetails> {
  return listDetails(totalOf(page), directory.now())
}

/** `details` of a page of v2. */
export function pageDetailsV2(
  page: Page<unknown>,
  directory: Pick<Directory, 'now'>,
): ReturnType<typeof listDetailsV2> {
  return listDetailsV2(totalOf(page), directory.now())
}
