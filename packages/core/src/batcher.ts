/**
 * Gathers what is asked for within one turn of the event loop and asks for it together.
 *
 * `ask` answers in the order of its questions; when it fails, all of them do.
 */
export function createBatcher<Question, Answer>(
  ask: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  maxBatch: number,
): (question: Question) => Promise<Answer> {
  interface Pending {
    readonly question: Question
    readonly resolve: (answer: Answer) => void
    readonly reject: (error: unknown) => void
  }
  let pending: Pending[] = []
  const endOfTurn = Promise.resolve()

  // Not an async function: what it would wrap is a promise already.
  const answersTo = (questions: readonly Question[]): Promise<readonly Answer[]> => {
    try {
      return ask(questions)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  const flush = () => {
    const gathered = pending
    pending = []
    for (let start = 0; start < gathered.length; start += maxBatch) {
      answer(gathered.length <= maxBatch ? gathered : gathered.slice(start, start + maxBatch))
    }
  }

  const answer = (batch: readonly Pending[]) => {
    answersTo(batch.map(({ question }) => question)).then(
      (answers) => {
        for (let index = 0; index < batch.length; index += 1) batch[index]!.resolve(answers[index]!)
      },
      (error: unknown) => {
        for (const { reject } of batch) reject(error)
      },
    )
  }

  return (question) =>
    new Promise((resolve, reject) => {
      // What `queueMicrotask` does, without the bookkeeping that Node adds to it.
      if (pending.push({ question, resolve, reject }) === 1) endOfTurn.then(flush)
    })
}
