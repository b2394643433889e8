/** Lets work of one name wait for its turn. */
export type InTurn = <T>(name: string, work: () => Promise<T>) => Promise<T>

/** One at a time for each name, in the order in which they came; whether the one before failed does not matter. */
export function createTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>()
  return async (name, work) => {
    const turn = (last.get(name) ?? Promise.resolve()).then(work, work)
    last.set(name, turn)
    try {
      return await turn
    } finally {
      if (last.get(name) === turn) last.delete(name)
    }
  }
}
