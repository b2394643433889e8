import assert from 'node:assert/strict'
import type { ClaimRecord, DirectoryStorage, StoredEvent } from '@indwell/core'
import { change, counter, hotUser, manyUsers, type WriteAnswer } from './storage-child'

/** Makes the users that the children write, one event each. */
export async function createSharedUsers(storage: DirectoryStorage, instanceId: string): Promise<void> {
  const users = [hotUser, counter, ...manyUsers]
  const outcomes = await storage.commit(
    instanceId,
    users.map((userId) => change(userId, 'new')),
  )
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    users.map(() => 'applied'),
  )
}

/** Follows the feed, as a consumer would, until it has `count` events or `patienceMs` are over. */
export async function followFeed(
  storage: DirectoryStorage,
  instanceId: string,
  count: number,
  patienceMs = 30_000,
): Promise<readonly StoredEvent[]> {
  const seen: StoredEvent[] = []
  const deadline = Date.now() + patienceMs
  while (seen.length < count && Date.now() < deadline) {
    const last = seen.at(-1)
    const page = await storage.readEvents(instanceId, {
      limit: 50,
      ...(last === undefined ? {} : { after: last.position }),
    })
    seen.push(...page)
    if (page.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return seen
}

/** No gap, no repeat, no claim with two winners or none. */
export async function assertWrittenByMany(
  storage: DirectoryStorage,
  instanceId: string,
  answers: readonly WriteAnswer[],
  rounds: number,
): Promise<void> {
  for (const userId of [hotUser, counter, ...manyUsers]) {
    const answered = answers.flatMap(({ sequences }) => sequences[userId] ?? []).map(Number)
    answered.sort((a, b) => a - b)
    assert.deepEqual(
      answered,
      Array.from({ length: rounds * answers.length }, (_, index) => index + 2),
      `sequences answered for ${userId}`,
    )
    const stored = await storage.readEvents(instanceId, { aggregate: { type: 'user', id: userId }, limit: 100_000 })
    assert.deepEqual(
      stored.map(({ sequence }) => Number(sequence)),
      [1, ...answered],
      `sequences stored for ${userId}`,
    )
  }

  for (let round = 0; round < rounds; round++) {
    const value = `claim-${round}`
    const winners = answers.flatMap(({ won }, writer) => (won.includes(value) ? [`winner-${round}-${writer}`] : []))
    const [claim] = await storage.load(instanceId, [{ read: 'claim', claim: { type: 'name', value } }])
    assert.deepEqual(winners, [(claim as ClaimRecord | undefined)?.ownerId], `winners of ${value}`)
    assert.equal(answers.filter(({ lost }) => lost.includes(value)).length, answers.length - 1)
  }
}

/** Every event once, and those of an aggregate in the order of their sequences. */
export function assertWholeFeed(feed: readonly StoredEvent[], count: number): void {
  const last = new Map<string, number>()
  for (const { aggregate, sequence } of feed) {
    const before = last.get(aggregate.id) ?? 0
    assert.equal(Number(sequence), before + 1, `next event of ${aggregate.id} in the feed`)
    last.set(aggregate.id, before + 1)
  }
  assert.equal(feed.length, count)
}
