import type { Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import { appendedEvent } from '../events/event'
import type { AggregateKey, StoredEvent } from '../storage/records'
import { readDeletedUser } from '../users/kept-of-deleted'
import { type FoldedEvent, folder, isFolded } from './folded-event'
import { subjectLog } from './subject-log'
import { applyToState, carriedState, emptyState, type SubjectState } from './subject-state'

export interface PurgeOptions {
  /** Milliseconds since the epoch, exclusive: what happened earlier goes. */
  readonly before: number
  /** Ends it between two subjects, with the signal's reason. What was purged until then stays so. */
  readonly signal?: AbortSignal
}

/** What {@link purgeHistory} did. */
export interface HistoryPurged {
  /** Subjects that have fewer events now. */
  readonly subjects: number
  /** Events that are gone. */
  readonly removed: number
}

const pageSize = 1000

/**
 * Puts one event in place of all that happened to a subject before a time, which carries what they came to: the log tells
 * the same rows as before, and no longer how they came to be. Sequences and positions stay what they are.
 *
 * Of an org that was removed the event stays that says so: what it held has no other.
 *
 * @throws {@link InvalidInputError} for a time that is none, or that is still to come.
 */
export async function purgeHistory(core: Core, { before, signal }: PurgeOptions): Promise<HistoryPurged> {
  if (!Number.isSafeInteger(before)) throw new InvalidInputError('before', 'must be milliseconds since the epoch')
  if (before > core.now()) throw new InvalidInputError('before', 'must not be in the future')
  let subjects = 0
  let removed = 0
  let after: string | undefined
  for (;;) {
    const page = await core.readLog({ until: before, limit: pageSize, ...(after !== undefined && { after }) })
    for (const aggregate of aggregatesOf(page)) {
      signal?.throwIfAborted()
      const gone = await foldHistory(core, aggregate, before)
      if (gone > 0) subjects += 1
      removed += gone
    }
    if (page.length < pageSize) return { subjects, removed }
    after = page.at(-1)!.position
  }
}

function aggregatesOf(events: readonly StoredEvent[]): Iterable<AggregateKey> {
  const left = events.filter((event) => !isFolded(event) && event.type !== 'org.removed')
  return new Map(left.map(({ aggregate }) => [`${aggregate.type} ${aggregate.id}`, aggregate])).values()
}

/** Answers how many events went. */
async function foldHistory(
  core: Core,
  aggregate: AggregateKey,
  before: number,
  beforeSequence?: string,
): Promise<number> {
  const state = emptyState()
  let last: StoredEvent | undefined
  let events = 0
  let since: number | undefined
  for await (const event of subjectLog(core, aggregate, {
    until: before,
    ...(beforeSequence !== undefined && { beforeSequence }),
  })) {
    applyToState(state, appendedEvent(event))
    const folded = isFolded(event) ? (event as { readonly payload: unknown }).payload : undefined
    const { events: counted = 1, since: from = event.createdAt } = (folded ?? {}) as Partial<FoldedEvent['payload']>
    events += counted
    since ??= from
    last = event
  }
  if (state.deleted !== undefined && beforeSequence === undefined) {
    // What was before is all there is of a user that can come back. Read now: it may have gone with its org.
    const kept = await readDeletedUser(core, aggregate.id)
    if (kept !== undefined) {
      const removed = String(BigInt(kept.sequence) - 1n)
      return foldHistory(core, aggregate, before, removed)
    }
  }
  if (last === undefined || events === 1 || isFolded(last)) return 0
  const exceptTypes = ['org.removed']
  const remove = { before: last.sequence, exceptTypes }
  if (last.type === 'org.removed') return core.rewriteEvents(aggregate, { remove, replace: [] })
  await leaveWhatWent(core, aggregate, state)
  const payload = { events, since: since ?? last.createdAt, state: carriedState(state) }
  const { sequence } = last
  const type = `${aggregate.type}.history.folded` satisfies FoldedEvent['type']
  return core.rewriteEvents(aggregate, { remove, replace: [{ sequence, type, payload, actor: folder }] })
}

/**
 * A membership that went because the org of its user did has no event of that. The event that removed the org may stand in
 * front of this one, so what is there no more is left out here.
 */
async function leaveWhatWent(core: Core, aggregate: AggregateKey, { members }: SubjectState): Promise<void> {
  const level = aggregate.type === 'instance' ? 'instance' : 'org'
  const orgId = level === 'org' ? aggregate.id : ''
  const userIds = [...members.keys()]
  const stored = await Promise.all(
    userIds.map((userId) => core.read({ read: 'record', kind: 'member', key: { level, orgId, userId } })),
  )
  for (const [place, userId] of userIds.entries()) if (stored[place] === undefined) members.delete(userId)
}
