/** Where an event stands in the feed: its transaction, and its place among the events of that. */
export interface Position {
  readonly transactionId: string
  readonly place: string
}

// The server reads an xid8 that begins with a zero as octal.
const pattern = /^(0|[1-9]\d{0,19})-(0|[1-9]\d{0,18})$/

export function formatPosition(transactionId: string, place: string): string {
  return `${transactionId}-${place}`
}

/** `undefined` for what this storage never answered. */
export function parsePosition(text: string): Position | undefined {
  const [, transactionId, place] = pattern.exec(text) ?? []
  if (transactionId === undefined || place === undefined) return undefined
  if (BigInt(transactionId) > 2n ** 64n - 1n || BigInt(place) > 2n ** 63n - 1n) return undefined
  return { transactionId, place }
}
