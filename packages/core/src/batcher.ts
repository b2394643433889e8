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

  const flush = () => {
    const gathered = pending
    pending = []
    for (let start = 0; start < gathered.length; start += maxBatch) {
      answer(gathered.length <= maxBatch ? gathered : gathered.slice(start, start + maxBatch))
    }
  }

  const answer = (batch: readonly Pending[]) => {
    new Promise<readonly Answer[]>((resolve) => resolve(ask(batch.map(({ question }) => question)))).then(
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
      if (pending.push({ question, resolve, reject }) === 1) queueMicrotask(flush)
    })
}
