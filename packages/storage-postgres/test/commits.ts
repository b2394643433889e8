import type { AggregateChange, Commit } from '@indwell/core'

/** A change of a user with one event that leaves decisions alone, unless told otherwise. */
export function changeOf(userId: string, change: Partial<AggregateChange> = {}): AggregateChange {
  return {
    key: { type: 'user', id: userId },
    expect: 'live',
    owner: 'acme',
    events: [{ type: 'user.touched', payload: {} }],
    revise: false,
    ...change,
  }
}

export function commitOf(change: AggregateChange | readonly AggregateChange[], rest: Partial<Commit> = {}): Commit {
  return {
    at: 1_700_000_000_000,
    actor: { type: 'system', id: '', reason: null },
    aggregates: 'key' in change ? [change] : change,
    ...rest,
  }
}

export function creationOf(userId: string, rest: Partial<Commit> = {}): Commit {
  return commitOf(changeOf(userId, { expect: 'new', revise: true }), rest)
}
