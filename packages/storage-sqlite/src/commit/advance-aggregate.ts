import type { Commit } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connection } from '../connection'
import { addToSequence } from './add-to-sequence'
import type { AggregateState } from './aggregate-states'

/** A commit whose only condition is that its one aggregate lives: writes of metadata, the most frequent there are. */
export function asksOnlyForLife(commit: Commit): boolean {
  const { aggregates, expectEntries, takeClaims, removeHeldBy, keepAnswer } = commit
  const [only] = aggregates
  return (
    aggregates.length === 1 &&
    only?.expect === 'live' &&
    only.events.length > 0 &&
    only.removes !== true &&
    expectEntries === undefined &&
    takeClaims === undefined &&
    removeHeldBy === undefined &&
    keepAnswer === undefined
  )
}

/**
 * Checks and moves the aggregate of such a commit in one statement, and answers it as it was, with the time of the
 * commit's events; `undefined` when it does not live, and nothing was written.
 */
export function advanceAggregate({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, commit: Commit) => AggregateState | undefined {
  const query = builder
    .updateTable(names.aggregate)
    .set({
      // The driver binds numbers as floats, and a sum with one of them is one.
      sequence: sql`sequence + cast(${param('events')} as integer)`,
      revision: sql`revision + ${param('revisions')}`,
      changed_at: sql`max(changed_at, ${param('at')})`,
    })
    .where('instance_id', '=', param('instanceId'))
    .where('type', '=', param('type'))
    .where('id', '=', param('id'))
    .where('live', '=', sql`1`)
    .returning([sql`cast(sequence as text)`.as('sequence'), 'revision', 'changed_at'])
  const update = statements.keep('rows', () =>
    compile(query, ['events', 'revisions', 'at', 'instanceId', 'type', 'id']),
  )

  return (instanceId, { aggregates, at }) => {
    const { key, events, revise, owner } = aggregates[0]!
    const row = update().get(events.length, revise ? 1 : 0, at, instanceId, key.type, key.id)
    if (row === undefined) return undefined
    const [sequence, revision, changedAt] = row as readonly [string, number, number]
    const base = addToSequence(sequence, -events.length)
    return { key, sequence: base, revision, live: true, changedAt, unsaved: 'nothing', owner }
  }
}
