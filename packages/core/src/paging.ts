import { InvalidInputError } from './errors/invalid-input-error'
import { LimitExceededError } from './errors/limit-exceeded-error'
import type { SignalOption } from './heed-signal'

/** Most items a page may hold. */
export const maxPageSize = 1000
/** Items of a page that says nothing else. */
export const defaultPageSize = 100

/** Which part of a list to answer. */
export interface Paging extends SignalOption {
  /** Items to skip. Default 0. */
  readonly offset?: number
  /** 0 to 1000 items. Default 100. */
  readonly limit?: number
  /** Also count all that match. Default false. */
  readonly count?: boolean
}

/** Which part it is, whatever was said. */
export type AskedPage = Required<Omit<Paging, 'signal'>>

/**
 * @throws {@link LimitExceededError} for a page of more than 1000.
 * @throws {@link InvalidInputError} for a limit or an offset that is no count.
 */
export function paged({ offset = 0, limit = defaultPageSize, count = false }: Paging): AskedPage {
  if (!Number.isSafeInteger(limit) || limit < 0) throw new InvalidInputError('limit', 'must be a count')
  if (!Number.isSafeInteger(offset) || offset < 0) throw new InvalidInputError('offset', 'must be a count')
  if (limit > maxPageSize) throw new LimitExceededError('page.size', maxPageSize, limit)
  return { offset, limit, count }
}
