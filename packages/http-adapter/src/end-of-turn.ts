// Taken when loaded: tests that hold the clock hold this one too, and a request would wait for them.
const later: ((done: () => void) => unknown) | undefined = globalThis.setImmediate

let turn: Promise<void> | undefined

/**
 * Resolves once everything has been looked at that had arrived on any connection, for all who wait at the same time: what
 * they ask next goes to the storage together, and what they write shares a transaction. Waits for nothing that has yet to
 * arrive. At once on runtimes that cannot tell when that is.
 */
export function endOfTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    const end = () => {
      turn = undefined
      resolve()
    }
    if (later === undefined) end()
    else later(end)
  })
  return turn
}
