import type { Actor } from '../actor'
import type { Core } from '../core'
import { isDirectoryError } from '../errors/directory-error'
import { heedSignal, isGivenUp } from '../heed-signal'
import type { JsonValue } from '../json'
import { answerKeyOf, describeRequest } from './idempotency-key'
import { runOnce } from './run-once'

/** What names some work, and tells it from other work of the same name. */
export interface OnceOptions {
  /** As of a single write. */
  readonly idempotencyKey: string
  /** What was asked for: the input, or the request as it came. Another one under the same key is refused. */
  readonly request: JsonValue
}

/**
 * Does some work once, and keeps its answer. Each of its writes is done once by itself, so that work which broke off may be
 * begun again; its answer is stored when all are done.
 */
export async function once<T extends JsonValue>(
  core: Core,
  actor: Actor,
  { idempotencyKey, request: asked }: OnceOptions,
  work: (core: Core) => Promise<T>,
): Promise<T> {
  const request = describeRequest('once', [asked])
  const key = answerKeyOf(core.instanceId, actor, idempotencyKey, request)
  let done: { readonly answer: T } | undefined
  try {
    return await runOnce(heedSignal(core, undefined), actor, key, (keyed) =>
      keyed.write(actor, async () => {
        const answer = await work({ ...core, work: { idempotencyKey, request, writes: new Map() } })
        done = { answer }
        return done
      }),
    )
  } catch (error) {
    // The writes are stored with answers of their own: that the last one is not takes nothing away.
    if (done !== undefined && (isStorageFailure(error) || isGivenUp(core, error))) return done.answer
    throw error
  }
}

function isStorageFailure(error: unknown): boolean {
  return isDirectoryError(error) && (error.code === 'storage_unavailable' || error.code === 'outcome_unknown')
}
