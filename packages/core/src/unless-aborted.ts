/** What is under way by each signal. One listener stands for all of it: Node warns of signals with more than ten. */
const underway = new WeakMap<AbortSignal, UnderWay>()

interface UnderWay {
  readonly rejects: Set<(reason: unknown) => void>
  abort(): void
}

function underwayOf(signal: AbortSignal): UnderWay {
  const known = underway.get(signal)
  if (known !== undefined) return known
  const rejects: UnderWay['rejects'] = new Set()
  const made: UnderWay = {
    rejects,
    abort() {
      for (const reject of rejects) reject(signal.reason)
    },
  }
  underway.set(signal, made)
  return made
}

/** Rejects with the signal's reason as soon as it is given; `question` is not asked behind that. */
export function unlessAborted<T>(signal: AbortSignal, question: () => Promise<T>): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason)
  const { rejects, abort } = underwayOf(signal)
  return new Promise((resolve, reject) => {
    if (rejects.size === 0) signal.addEventListener('abort', abort, { once: true })
    rejects.add(reject)
    question()
      .then(resolve, reject)
      .finally(() => {
        rejects.delete(reject)
        if (rejects.size === 0) signal.removeEventListener('abort', abort)
      })
  })
}

/** Answers `undefined` as soon as the signal is given; what becomes of the work is nobody's business then. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  work.catch(() => undefined)
  try {
    return await unlessAborted(signal, () => work)
  } catch (error) {
    if (signal.aborted && error === signal.reason) return undefined
    throw error
  }
}
