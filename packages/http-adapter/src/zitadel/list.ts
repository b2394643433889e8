import { type Directory, maxPageSize, type Page, type Paging } from '@indwell/core'
import type { Request } from './binding'
import { listDetails } from './object-details'

/** Which page a list query asks for. No limit, or 0, asks for the largest there is. */
export function pagingOf(query: Request<'v1.ListQuery'> | undefined): Required<Paging> {
  const { offset = 0n, limit = 0 } = query ?? {}
  // Beyond what any list holds, and what a number can.
  const capped = offset > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(offset)
  return { offset: capped, count: true, limit: limit || maxPageSize }
}

/** `details` of a page. One that lies behind the last match reports no matches, as ZITADEL counts within the page. */
export function pageDetails(
  { items, total = 0 }: Page<unknown>,
  directory: Pick<Directory, 'now'>,
): ReturnType<typeof listDetails> {
  return listDetails(items.length === 0 ? 0 : total, directory.now())
}
