import { type Answered, isLater } from './storage/answered'

/**
 * Gathers as `createBatcher` does. What is about the same key as something on its way waits for that, and goes with
 * whatever else was asked for by then: so questions of one key never meet each other underway.
 *
 * `ask` answers in the order of its questions; when it fails, all of them do.
 *
 * @param max - What goes in one batch, of questions and of their keys. Those of one key stay together.
 */
export function createKeyedBatcher<Question, Answer>(
  ask: (questions: readonly Question[]) => Answered<readonly Answer[]>,
  keyOf: (question: Question) => string,
  max: { readonly questions: number; readonly keys: number },
): (question: Question) => Promise<Answer> {
  interface Pending {
    readonly question: Question
    readonly key: string
    readonly resolve: (answer: Answer) => void
    readonly reject: (error: unknown) => void
  }
  const underway = new Set<string>()
  let pending: Pending[] = []
  let isDue = false
  const endOfTurn = Promise.resolve()

  function flush(): void {
    isDue = false
    const batches: Pending[][] = []
    const batchOf = new Map<string, Pending[]>()
    const held: Pending[] = []
    let keys = 0
    for (const one of pending) {
      let batch = batchOf.get(one.key)
      if (batch === undefined && !underway.has(one.key)) {
        const last = batches.at(-1)
        if (last === undefined || keys === max.keys || last.length >= max.questions) {
          batch = []
          batches.push(batch)
          keys = 0
        } else batch = last
        keys += 1
        batchOf.set(one.key, batch)
      }
      if (batch === undefined || batch.length >= max.questions) held.push(one)
      else batch.push(one)
    }
    pending = held
    for (const batch of batches) send(batch)
    // Where the storage answers at once, nothing comes back that would ask again.
    if (pending.length > 0 && underway.size === 0) flush()
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
    for (const { key } of batch) underway.add(key)
    const back = () => {
      for (const { key } of batch) underway.delete(key)
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
        for (const { reject } of batch) reject(error)
      },
    )
  }

  function settle(batch: readonly Pending[], answers: readonly Answer[]): void {
    for (let index = 0; index < batch.length; index += 1) batch[index]!.resolve(answers[index]!)
  }

  return (question) =>
    new Promise((resolve, reject) => {
      pending.push({ question, key: keyOf(question), resolve, reject })
      if (isDue) return
      isDue = true
      endOfTurn.then(flush)
    })
}
