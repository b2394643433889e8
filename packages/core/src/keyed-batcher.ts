import { type Asked, isAborted, refuse, settle, withoutGivenUp, worthHalving } from './batcher'
import { type Answered, isLater } from './storage/answered'

export interface KeyedBatches {
  /** Questions in one batch, and keys that they are about. Questions of one key stay together. */
  readonly questions: number
  readonly keys: number
  /** Batches on their way at a time: with more of them each is smaller, and all together take longer. */
  readonly underway: number
  /**
   * Many keys that come while nothing is on its way go in two batches. Whoever is answered together asks again together,
   * so from then on one half is worked at while the other is answered. What is about one key stays whole: its halves would
   * only wait for each other.
   */
  readonly inHalves: boolean
  /** After so many milliseconds a batch no longer keeps others back: what it waits for may take long. */
  readonly patienceMs: number
}

/** Of a batch among those on their way. */
interface Place {
  /** When it no longer keeps others back, on the clock of `performance.now()`. */
  readonly until: number
}

/**
 * Gathers as `createBatcher` does, and goes on gathering while enough is on its way. What is about the same key as
 * something on its way waits for that in any case: so questions of one key never meet each other there.
 *
 * `ask` answers in the order of its questions; when it fails, all of them do. What is given up by its signal before that
 * is not asked for.
 */
export function createKeyedBatcher<Question, Answer>(
  ask: (questions: readonly Question[]) => Answered<readonly Answer[]>,
  keyOf: (question: Question) => string,
  max: KeyedBatches,
): (question: Question, signal?: AbortSignal) => Promise<Answer> {
  interface Pending extends Asked<Answer> {
    readonly question: Question
    /** Once it was needed. */
    key: string | undefined
  }
  const keyOfPending = (one: Pending): string => {
    one.key ??= keyOf(one.question)
    return one.key
  }
  const keysUnderway = new Set<string>()
  /** The batches on their way that keep others back, the oldest first. */
  const underway = new Set<Place>()
  let watch: NodeJS.Timeout | undefined
  let pending: Pending[] = []
  let isDue = false
  const endOfTurn = Promise.resolve()

  function flush(): void {
    isDue = false
    const [only] = pending
    if (pending.length === 1 && underway.size === 0 && keysUnderway.size === 0 && !isAborted(only!)) {
      pending = []
      send([only!])
      return
    }
    const { batches, held } = takeBatches()
    pending = held
    for (const batch of batches) send(batch)
    // Where all was answered at once, nothing comes back that would ask for the rest.
    if (pending.length > 0 && keysUnderway.size === 0) flush()
    watchOldest()
  }

  /** Lets the next batch go once one that keeps it back takes long. No timer runs while nothing is kept back. */
  function watchOldest(): void {
    const [oldest] = underway
    if (watch !== undefined || pending.length === 0 || oldest === undefined || underway.size < max.underway) return
    watch = setTimeout(
      () => {
        watch = undefined
        const now = performance.now()
        for (const place of underway) if (place.until <= now) underway.delete(place)
        flush()
      },
      Math.ceil(oldest.until - performance.now()),
    )
  }

  function takeBatches(): { readonly batches: readonly Pending[][]; readonly held: Pending[] } {
    const batches: Pending[][] = []
    const held: Pending[] = []
    const batchOf = new Map<string, Pending[]>()
    let keys = 0
    const wanted = withoutGivenUp(pending)
    const most = keysOfBatch(wanted)
    for (const one of wanted) {
      const key = keyOfPending(one)
      let batch = batchOf.get(key)
      if (batch === undefined && !keysUnderway.has(key)) {
        batch = batches.at(-1)
        if (batch === undefined || keys === most || batch.length >= max.questions) {
          batch = underway.size + batches.length < max.underway ? [] : undefined
          if (batch !== undefined) {
            batches.push(batch)
            keys = 0
          }
        }
        if (batch !== undefined) {
          batchOf.set(key, batch)
          keys += 1
        }
      }
      if (batch === undefined || batch.length >= max.questions) held.push(one)
      else batch.push(one)
    }
    return { batches, held }
  }

  function keysOfBatch(wanted: readonly Pending[]): number {
    if (!max.inHalves || underway.size > 0 || wanted.length < worthHalving) return max.keys
    const keys = new Set(wanted.map(keyOfPending)).size
    return keys < worthHalving ? max.keys : Math.min(max.keys, Math.ceil(keys / 2))
  }

  function send(batch: readonly Pending[]): void {
    let answers: Answered<readonly Answer[]>
    try {
      answers = ask(batch.map(({ question }) => question))
    } catch (error) {
      answers = Promise.reject(error)
    }
    if (!isLater(answers)) {
      settle(batch, answers)
      return
    }
    const place = { until: performance.now() + max.patienceMs }
    underway.add(place)
    for (const one of batch) keysUnderway.add(keyOfPending(one))
    const back = () => {
      underway.delete(place)
      for (const one of batch) keysUnderway.delete(keyOfPending(one))
      // Whoever is answered now may ask for the next thing within this turn.
      if (pending.length > 0) setImmediate(flush)
    }
    answers.then(
      (found) => {
        back()
        settle(batch, found)
      },
      (error: unknown) => {
        back()
        refuse(batch, error)
      },
    )
  }

  return (question, signal) =>
    new Promise((resolve, reject) => {
      pending.push({ question, key: undefined, signal, resolve, reject })
      if (isDue) return
      isDue = true
      endOfTurn.then(flush)
    })
}
