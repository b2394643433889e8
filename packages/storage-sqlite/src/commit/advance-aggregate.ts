import type { Commit } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import { type SqlBool, sql } from 'kysely'
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

/** What has to hold besides; absent: anything will do. */
export interface AdvanceConditions {
  readonly owner?: string | undefined
  readonly sequence?: string | undefined
}

/**
 * Checks and moves the aggregate of such a commit in one statement, which also looks whether there are indexes of metadata;
 * `undefined` when it does not live or a condition does not hold, and nothing was written.
 */
export function advanceAggregate({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, commit: Commit, conditions?: AdvanceConditions) => AdvancedAggregate | undefined {
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
    .where(sql<SqlBool>`owner = coalesce(${param('owner')}, owner)`)
    .where(sql<SqlBool>`sequence = coalesce(cast(${param('expected')} as integer), sequence)`)
    .returning([
      sql`cast(sequence as text)`.as('sequence'),
      'revision',
      'changed_at',
      'owner',
      indexVersion.as('version'),
    ])
  const update = statements.keep('rows', () =>
    compile(query, [...['events', 'revisions', 'at', 'instanceId', 'type', 'id', 'owner', 'expected'], 'instanceId']),
  )

  return (instanceId, { aggregates, at }, { owner: of = null, sequence: expected = null } = {}) => {
    const { key, events, revise } = aggregates[0]!
    const { type, id } = key
    const row = update().get(events.length, revise ? 1 : 0, at, instanceId, type, id, of, expected, instanceId)
    if (row === undefined) return undefined
    const [last, revision, changedAt, owner, indexVersion] = row as Row
    const sequence = addToSequence(last, -events.length)
    return { key, sequence, revision, live: true, changedAt, unsaved: 'nothing', owner, indexVersion }
  }
}
