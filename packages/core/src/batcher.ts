import { type Answered, isLater } from './storage/answered'

/** Of fewer each half would be a question that costs more than it saves. */
export const worthHalving = 32

/**
 * Gathers what is asked for within one turn of the event loop and asks for it together.
 *
 * `ask` answers in the order of its questions; when it fails, all of them do. What is given up by its signal before that
 * is not asked for.
 *
 * @param isReading - What is asked for first is never newer than what is asked for behind it: where one batch does not hold
 *   all, the next waits for its answers. And where many were answered later and asked again at once, the next answers are
 *   handed out in two halves, a turn apart: from then on one half is asked for while the other is answered, so that neither
 *   waits for the other. What one caller asks for in one turn is asked for together in any case.
 */
export function createBatcher<Question, Answer>(
  ask: (questions: readonly Question[]) => Answered<readonly Answer[]>,
  maxBatch: number,
  isReading = false,
): (question: Question, signal?: AbortSignal) => Promise<Answer> {
  interface Pending extends Asked<Answer> {
    readonly question: Question
  }
  let pending: Pending[] = []
  let underway = 0
  let asked = 0
  let askAgain = false
  const endOfTurn = Promise.resolve()

  // Not an async function: what it would wrap is a promise already, or no promise is needed.
  const answersTo = (questions: readonly Question[]): Answered<readonly Answer[]> => {
    try {
      return ask(questions)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  const flush = () => {
    const gathered = pending
    pending = []
    askFor(gathered)
  }

  const askFor = (gathered: Pending[]) => {
    const wanted = withoutGivenUp(gathered)
    for (let start = 0; start < wanted.length; start += maxBatch) {
      const next = start + maxBatch
      const answered = answer(wanted.length <= maxBatch ? wanted : wanted.slice(start, next))
      if (isReading && answered !== undefined && next < wanted.length) {
        answered.then(() => askFor(wanted.slice(next)))
        return
      }
    }
  }

  /** Answers what ends once they are answered, or refused, unless they are already. */
  const answer = (batch: readonly Pending[]): Promise<void> | undefined => {
    asked += batch.length
    const [first] = batch
    const answers = answersTo(batch.length === 1 ? [first!.question] : batch.map(questionOf))
    if (isLater(answers)) {
      underway += 1
      return answers.then(
        (found) => {
          underway -= 1
          handOut(batch, found)
        },
        (error: unknown) => {
          underway -= 1
          refuse(batch, error)
        },
      )
    }
    settle(batch, answers)
    return undefined
  }

  const handOut = (batch: readonly Pending[], answers: readonly Answer[]) => {
    if (!isReading || batch.length < worthHalving) {
      settle(batch, answers)
      return
    }
    const count = askAgain && underway === 0 ? batch.length >> 1 : batch.length
    asked = 0
    settle(batch, answers, 0, count)
    setImmediate(() => {
      askAgain = asked * 2 >= count
      settle(batch, answers, count)
    })
  }

  const questionOf = ({ question }: Pending) => question

  return (question, signal) =>
    new Promise((resolve, reject) => {
      // What `queueMicrotask` does, without the bookkeeping that Node adds to it.
      if (pending.push(new Waiting(question, signal, resolve, reject)) === 1) endOfTurn.then(flush)
    })
}

/**
 * A class, for of objects that are written out V8 remembers the place: once many at a time waited, it makes all from there
 * in the space for what lives long, and the answers that they lead to are kept with them.
 */
class Waiting<Question, Answer> {
  constructor(
    readonly question: Question,
    readonly signal: AbortSignal | undefined,
    readonly resolve: (answer: Answer) => void,
    readonly reject: (error: unknown) => void,
  ) {}
}

/** Somebody who waits for an answer. */
export interface Asked<Answer> extends GivenUp {
  readonly resolve: (answer: Answer) => void
}

/** Answers those who asked, in their order, from one of them up to another. */
export function settle<Answer>(
  batch: readonly Asked<Answer>[],
  answers: readonly Answer[],
  from = 0,
  to = batch.length,
): void {
  for (let index = from; index < to; index += 1) batch[index]!.resolve(answers[index]!)
}

export function refuse(batch: readonly GivenUp[], error: unknown): void {
  for (const { reject } of batch) reject(error)
}

interface GivenUp {
  readonly signal: AbortSignal | undefined
  readonly reject: (error: unknown) => void
}

/** What is left to ask for; the others reject with the reasons of their signals. */
export function withoutGivenUp<One extends GivenUp>(pending: One[]): One[] {
  const [first] = pending
  if (pending.length === 1 ? !isAborted(first!) : !pending.some(isAborted)) return pending
  for (const one of pending) if (isAborted(one)) one.reject(one.signal?.reason)
  return pending.filter((one) => !isAborted(one))
}

export const isAborted = ({ signal }: GivenUp) => signal?.aborted === true
