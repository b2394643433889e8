import { InvalidInputError } from '@indwell/core'
import { parsePosition } from '../feed/position'

const pattern = /^before-(\d{1,20})$/

/** Stands for all transactions with a smaller number than `transactionId`. */
export function formatBookmark(transactionId: string): string {
  return `before-${transactionId}`
}

/**
 * The transaction before which all have to be over where a read shall see what `atLeast` stands for.
 *
 * @throws {@link InvalidInputError} for what is neither a bookmark nor a position.
 */
export function transactionsOf(atLeast: string): string {
  const [, bookmarked] = pattern.exec(atLeast) ?? []
  const position = parsePosition(atLeast)
  const before = bookmarked === undefined ? position && BigInt(position.transactionId) + 1n : BigInt(bookmarked)
  if (before === undefined || before > 2n ** 64n - 1n) throw new InvalidInputError('atLeast', 'is no bookmark')
  return String(before)
}
