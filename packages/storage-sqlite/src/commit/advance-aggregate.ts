import type { Commit } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connection } from '../connection'
import { addToSequence } from './add-to-sequence'
import type { AggregateState } from './aggregate-states'

type Row = readonly [sequence: string, revision: number, changedAt: number, owner: string, indexVersion: string | null]

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

/** An aggregate as it was before a commit moved it, but with the time of the commit's events. */
export interface AdvancedAggregate extends AggregateState {
  /** Of the indexes of the instance; `null`: it never had any. */
  readonly indexVersion: string | null
}

/**
 * Checks and moves the aggregate of such a commit in one statement, which also looks whether there are indexes of metadata;
 * `undefined` when it does not live, and nothing was written.
 */
export function advanceAggregate({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, commit: Commit) => AdvancedAggregate | undefined {
  const indexVersion = sql`(
    select version from ${sql.table(names.metadataIndexVersion)} where instance_id = ${param('instanceId')}
  )`
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
    .returning([
      sql`cast(sequence as text)`.as('sequence'),
      'revision',
      'changed_at',
      'owner',
      indexVersion.as('version'),
    ])
  const update = statements.keep('rows', () =>
    compile(query, ['events', 'revisions', 'at', 'instanceId', 'type', 'id', 'instanceId']),
  )

  return (instanceId, { aggregates, at }) => {
    const { key, events, revise } = aggregates[0]!
    const row = update().get(events.length, revise ? 1 : 0, at, instanceId, key.type, key.id, instanceId)
    if (row === undefined) return undefined
    const [last, revision, changedAt, owner, indexVersion] = row as Row
    const sequence = addToSequence(last, -events.length)
    return { key, sequence, revision, live: true, changedAt, unsaved: 'nothing', owner, indexVersion }
  }
}
