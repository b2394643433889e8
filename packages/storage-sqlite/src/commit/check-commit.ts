import type { Claim, Commit, CommitOutcome, Expectation } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connection } from '../connection'
import { loadClaim } from '../load/load-claim'
import { loadKeptAnswer } from '../load/load-kept-answer'
import { callOnDemand } from '../on-demand'
import type { AggregateState, AggregateStates } from './aggregate-states'

/** Answers the first condition of a commit that does not hold; `undefined` when all do. Writes nothing. */
export function checkCommit(
  connection: Connection,
): (instanceId: string, commit: Commit, states: AggregateStates) => CommitOutcome | undefined {
  const entrySequence = callOnDemand(() => selectEntrySequence(connection))
  const findClaim = callOnDemand(() => loadClaim(connection))
  const findAnswer = callOnDemand(() => loadKeptAnswer(connection))

  return (instanceId, commit, states) => {
    for (const { key, expect } of commit.aggregates) {
      const outcome = refusal(states.get(key), expect)
      if (outcome !== undefined) return { outcome, aggregate: key }
    }
    for (const { key, sequence, aggregate } of commit.expectEntries ?? []) {
      const row = entrySequence().get(instanceId, key.subjectType, key.subjectId, key.namespace, key.key)
      const found = row === undefined ? undefined : (row as readonly [string])[0]
      if (found !== sequence) return { outcome: 'stale', aggregate: commit.aggregates[aggregate]!.key }
    }
    for (const { type, value } of commit.takeClaims ?? []) {
      const claim = { type, value }
      if (findClaim(instanceId, claim) !== undefined && !releases(commit, claim))
        return { outcome: 'claim-taken', claim }
    }
    if (commit.keepAnswer !== undefined) {
      const held = findAnswer(instanceId, commit.keepAnswer.key)
      if (held !== undefined && held.expiresAt > commit.at) return { outcome: 'answer-kept' }
    }
    return undefined
  }
}

/** What of an aggregate is not as expected. */
export function refusal(state: AggregateState, expect: Expectation): 'occupied' | 'missing' | 'stale' | undefined {
  if (expect === 'new') return state.live ? 'occupied' : undefined
  if (!state.live) return 'missing'
  if (expect === 'live') return undefined
  if ('revision' in expect && state.revision !== expect.revision) return 'stale'
  if ('sequence' in expect && state.sequence !== expect.sequence) return 'stale'
  return undefined
}

function releases(commit: Commit, { type, value }: Claim): boolean {
  return commit.releaseClaims?.some((claim) => claim.type === type && claim.value === value) === true
}

function selectEntrySequence({ names, builder, statements }: Connection) {
  const query = builder
    .selectFrom(names.entry)
    .select(sql`cast(sequence as text)`.as('sequence'))
    .where('instance_id', '=', param('instanceId'))
    .where('subject_type', '=', param('subjectType'))
    .where('subject_id', '=', param('subjectId'))
    .where('namespace', '=', param('namespace'))
    .where('key', '=', param('key'))
  return statements.keep('rows', () => compile(query, ['instanceId', 'subjectType', 'subjectId', 'namespace', 'key']))
}
