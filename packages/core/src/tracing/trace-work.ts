import { isDirectoryError } from '../errors/directory-error'
import type { TracedOutcome, TracedWork } from './tracing'

/** Runs `work` as what has begun, which ends with its answer: at once, later, or with the last part of it. */
export function traceWork<T>(begun: TracedWork, work: () => T): T {
  let answer: T
  try {
    answer = begun.run(work)
  } catch (error) {
    begun.end({ errorType: errorTypeOf(error) })
    throw error
  }
  if (typeof answer === 'object' && answer !== null) {
    if (isPromise(answer)) return endWith(begun, answer) as T
    if (isParts(answer)) return eachPart(begun, answer) as T
  }
  begun.end(outcomeOf(answer))
  return answer
}

async function endWith(begun: TracedWork, answer: PromiseLike<unknown>): Promise<unknown> {
  try {
    const found = await answer
    begun.end(outcomeOf(found))
    return found
  } catch (error) {
    begun.end({ errorType: errorTypeOf(error) })
    throw error
  }
}

async function* eachPart(begun: TracedWork, parts: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  const iterator = parts[Symbol.asyncIterator]()
  let outcome: TracedOutcome = {}
  let count = 0
  try {
    for (;;) {
      const part = await begun.run(() => iterator.next())
      if (part.done) break
      count += 1
      yield part.value
    }
    outcome = { count }
  } catch (error) {
    outcome = { errorType: errorTypeOf(error) }
    throw error
  } finally {
    await iterator.return?.()
    begun.end(outcome)
  }
}

/** What of an error says nothing of anybody: messages name keys, and errors of the host's anything. */
function errorTypeOf(error: unknown): string {
  if (isDirectoryError(error)) return error.code
  const name = error instanceof Error ? error.name : undefined
  return name === 'AbortError' || name === 'TimeoutError' ? 'aborted' : '_OTHER'
}

function outcomeOf(answer: unknown): TracedOutcome {
  if (typeof answer !== 'object' || answer === null) return {}
  const items = Array.isArray(answer) ? answer : (answer as { readonly items?: unknown }).items
  return Array.isArray(items) ? { count: items.length } : {}
}

const isPromise = (answer: object): answer is PromiseLike<unknown> => 'then' in answer
const isParts = (answer: object): answer is AsyncIterable<unknown> => Symbol.asyncIterator in answer
