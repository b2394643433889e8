import assert from 'node:assert/strict'
import type { Applied, Commit, CommitOutcome } from '../storage/commit'
import type { DirectoryStorage } from '../storage/directory-storage'
import type { Read, ReadAnswer } from '../storage/read'
import type { AggregateKey, RecordKind, RecordMap, StoredEvent } from '../storage/records'
import type { EventQuery, RecordSearch } from '../storage/search'

/** One instance, seen through one storage. */
export interface Place {
  readonly storage: DirectoryStorage
  readonly instanceId: string
}

/** Commits alone and answers whatever came of it. */
export async function attempt({ storage, instanceId }: Place, commit: Commit): Promise<CommitOutcome> {
  const outcomes = await storage.commit(instanceId, [commit])
  assert.equal(outcomes.length, 1, 'one commit has one outcome')
  return outcomes[0]!
}

/** Commits alone and insists that it applies. */
export async function apply(place: Place, commit: Commit): Promise<Applied> {
  return requireApplied(await attempt(place, commit))
}

/** @throws AssertionError when the commit did not apply. */
export function requireApplied(outcome: CommitOutcome | undefined): Applied {
  assert.equal(outcome?.outcome, 'applied', `expected an applied commit, got ${JSON.stringify(outcome)}`)
  return outcome as Applied
}

export async function loadOne<R extends Read>({ storage, instanceId }: Place, read: R): Promise<ReadAnswer<R>> {
  const answers = await storage.load(instanceId, [read])
  assert.equal(answers.length, 1, 'one read has one answer')
  return answers[0] as ReadAnswer<R>
}

/** All records of a kind, up to a thousand, ordered by key. */
export async function recordsOf<K extends RecordKind>(
  { storage, instanceId }: Place,
  kind: K,
): Promise<readonly RecordMap[K][]> {
  const search = { kind, offset: 0, limit: 1000, count: false } as RecordSearch
  const { items } = await storage.search(instanceId, search)
  return items as readonly RecordMap[K][]
}

/** All events of an aggregate, by sequence. */
export function eventsOf({ storage, instanceId }: Place, aggregate: AggregateKey): Promise<readonly StoredEvent[]> {
  return storage.readEvents(instanceId, { aggregate, limit: 10_000 })
}

const feedPatienceMs = 10_000

/**
 * Reads the feed page by page until `count` events came.
 *
 * A storage may hold events back while other transactions of its database are open, so the reader asks again.
 *
 * @throws AssertionError when they do not come in time.
 */
export async function readFeed(
  { storage, instanceId }: Place,
  count: number,
  query: Omit<EventQuery, 'limit'> & { readonly limit?: number } = {},
): Promise<readonly StoredEvent[]> {
  const seen: StoredEvent[] = []
  const deadline = Date.now() + feedPatienceMs
  let after = query.after
  while (seen.length < count) {
    const page = await storage.readEvents(instanceId, {
      limit: 1000,
      ...query,
      ...(after === undefined ? {} : { after }),
    })
    seen.push(...page)
    after = page.at(-1)?.position ?? after
    if (page.length > 0) continue
    assert.ok(Date.now() < deadline, `${count} events committed, the feed gave ${seen.length}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return seen
}
