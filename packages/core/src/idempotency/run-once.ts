import type { Actor } from '../actor'
import type { Core } from '../core'
import { ContentionError } from '../errors/contention-error'
import { isDirectoryError } from '../errors/directory-error'
import { IdempotencyKeyReusedError } from '../errors/idempotency-key-reused-error'
import type { OutcomeUnknownError } from '../errors/outcome-unknown-error'
import { requireAuthenticated } from '../permissions/check-permission'
import { pause, retryPatienceMs, retryPauseMs } from '../retry'
import type { KeptAnswer } from '../storage/records'
import { AnswerKeptSignal } from './answer-kept-signal'
import type { AnswerKey } from './idempotency-key'
import { openAnswer, sealAnswer } from './sealed-answer'

const maxAttempts = 5

/**
 * Runs a use case whose write shall happen once. Its `core.write` keeps the answer with what it stores; where that was
 * done before, `core.write` answers as it did then, and the use case goes on from there.
 *
 * Two at a time get one answer: those of one process take turns, those of others are told apart by the database.
 *
 * @throws {@link IdempotencyKeyReusedError} when the key named another request.
 */
export function runOnce<T>(core: Core, actor: Actor, key: AnswerKey, work: (core: Core) => Promise<T>): Promise<T> {
  return core.inTurn(key.key, async () => {
    const deadline = performance.now() + retryPatienceMs
    let unknown: OutcomeUnknownError | undefined
    for (let attempt = 1; ; attempt += 1) {
      let kept: KeptAnswer | undefined
      try {
        kept = await findAnswer(core, key)
        // Whoever may not call any more is told nothing, not even what was told before.
        if (kept !== undefined) await requireAuthenticated(core, actor)
        return await work(kept === undefined ? keeping(core, key) : repeating(core, key, kept))
      } catch (error) {
        const isUnknown = isDirectoryError(error) && error.code === 'outcome_unknown'
        if (isUnknown) unknown ??= error as OutcomeUnknownError
        const mayRetry = attempt < maxAttempts && kept === undefined
        if (mayRetry && error instanceof AnswerKeptSignal) continue
        if (mayRetry && isUnknown && performance.now() < deadline) {
          await pause(retryPauseMs)
          continue
        }
        // What was found taken or gone may be the doing of the same request, made elsewhere at the same time.
        if (mayRetry && isRefusal(error) && (await findAnswer(core, key).catch(() => undefined))) continue
        if (unknown !== undefined && kept === undefined) throw unknown
        throw error instanceof AnswerKeptSignal ? new ContentionError(attempt) : error
      }
    }
  })
}

async function findAnswer(core: Core, { key, request }: AnswerKey): Promise<KeptAnswer | undefined> {
  const kept = await core.read({ read: 'keptAnswer', key })
  if (kept === undefined || kept.expiresAt <= core.now()) return undefined
  if (kept.request !== request) throw new IdempotencyKeyReusedError()
  return kept
}

function isRefusal(error: unknown): boolean {
  return !isDirectoryError(error) || (error.code !== 'storage_unavailable' && error.code !== 'idempotency_key_reused')
}

function keeping(core: Core, key: AnswerKey): Core {
  return {
    ...core,
    // Answers are kept by commits.
    writeUnread: undefined,
    write: (actor, plan) =>
      core.write(actor, plan, (answer) => ({
        key: key.key,
        request: key.request,
        answer: sealAnswer(key, answer, core.randomBytes),
        expiresAt: core.now() + core.idempotencyWindowMs,
      })),
  }
}

function repeating(core: Core, key: AnswerKey, { answer, at, sequences }: KeptAnswer): Core {
  const committed = { at, sequenceOf: (index: number) => sequences[index] ?? '0' }
  return {
    ...core,
    isRepeat: true,
    writeUnread: undefined,
    write: async <T>() => openAnswer(key, answer, committed) as T,
  }
}
