import type { Commit, CommitOutcome } from '@indwell/core'
import { formatPosition } from '../feed/position'
import type { PostgresRow } from '../postgres-pool'
import type { RoundMember } from './take-round'

/** By member of the round; `undefined`: to be tried again, nothing of it was written. */
export function roundOutcomes(
  round: readonly RoundMember[],
  rows: readonly PostgresRow[],
): readonly (CommitOutcome | undefined)[] {
  const verdicts = new Map(rows.map((row) => [row[0], row]))
  const feed = verdicts.get(null)!
  const places = feed[4]?.split(',') ?? []
  let place = 0
  return round.map(({ commit }, number) => {
    const [, refused, again, time, sequences] = verdicts.get(String(number))!
    if (again === 't') return undefined
    if (refused !== null) return refusal(commit, Number(refused))
    const events = commit.aggregates.reduce((sum, { events }) => sum + events.length, 0)
    const positions = places.slice(place, place + events).map((text) => formatPosition(feed[3]!, text))
    place += events
    return { outcome: 'applied', at: Number(time), sequences: sequences!.split(','), positions }
  })
}

/** Of the indexes in the database; `undefined` where the round need not know them. */
export function indexVersionOf(rows: readonly PostgresRow[]): string | undefined {
  return rows.find(([number]) => number === null)?.[5] ?? undefined
}

/** @param refused - Twice the number of the condition; one more where a live aggregate is not what was expected. */
function refusal(commit: Commit, refused: number): CommitOutcome {
  const { aggregates, expectEntries = [], takeClaims = [] } = commit
  const condition = refused >> 1
  const change = aggregates[condition]
  if (change !== undefined) {
    if (change.expect === 'new') return { outcome: 'occupied', aggregate: change.key }
    return { outcome: refused % 2 === 0 ? 'missing' : 'stale', aggregate: change.key }
  }
  const entry = expectEntries[condition - aggregates.length]
  if (entry !== undefined) return { outcome: 'stale', aggregate: aggregates[entry.aggregate]!.key }
  const claim = takeClaims[condition - aggregates.length - expectEntries.length]
  if (claim === undefined) return { outcome: 'answer-kept' }
  return { outcome: 'claim-taken', claim: { type: claim.type, value: claim.value } }
}
