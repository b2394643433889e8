import type { AggregateChange, Commit, NewEvent } from '../storage/commit'
import type { AggregateKey, Claim, EventActor } from '../storage/records'

/** A time of no meaning, in milliseconds since the epoch. */
export const noon = 1_750_000_000_000

export const byAda: EventActor = { type: 'user', id: 'ada', reason: null }

export const orgKey = (id: string): AggregateKey => ({ type: 'org', id })
export const userKey = (id: string): AggregateKey => ({ type: 'user', id })

export const eventOf = (type = 'touched', payload: NewEvent['payload'] = {}): NewEvent => ({ type, payload })

/** One event on something that lives, unless told otherwise. */
export function changeOf(key: AggregateKey, change: Partial<Omit<AggregateChange, 'key'>> = {}): AggregateChange {
  return { key, expect: 'live', owner: 'acme', events: [eventOf()], revise: true, ...change }
}

/** A commit at {@link noon} by Ada, unless told otherwise. */
export function commitOf(
  aggregates: AggregateChange | readonly AggregateChange[],
  rest: Partial<Omit<Commit, 'aggregates'>> = {},
): Commit {
  return { at: noon, actor: byAda, aggregates: 'key' in aggregates ? [aggregates] : aggregates, ...rest }
}

/** One event that makes a subject, or makes it again. */
export function creationOf(key: AggregateKey, rest: Partial<Omit<Commit, 'aggregates'>> = {}): Commit {
  return commitOf(changeOf(key, { expect: 'new', events: [eventOf('added')] }), rest)
}

/** One event that ends a subject. */
export function removalOf(key: AggregateKey, rest: Partial<Omit<Commit, 'aggregates'>> = {}): Commit {
  return commitOf(changeOf(key, { events: [eventOf('removed')], removes: true }), rest)
}

/** A claim as a commit of `owner` takes it. */
export function claimFor(owner: AggregateKey, claim: Claim) {
  return { ...claim, ownerType: owner.type, ownerId: owner.id }
}
