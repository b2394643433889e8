import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { rowSet } from '../row-set'
import { slot, tableReference } from '../statement-cache'
import { inInstance, type Part, removalAt } from './part'
import type { IndexedValueRow, IndexTouchRow } from './round-rows'

export const indexParts = (names: TableNames): readonly Part[] => [versionPart(names), valuesPart(names)]

/**
 * What writes entries is prepared with the indexes that this process knows. Where the database has others by now, nothing is
 * written. See docs/decisions/0007.
 */
export function knowsIndexes(names: TableNames): NonNullable<Part['knows']> {
  const version = sql`coalesce((select version from ${tableReference(names, names.metadataIndexVersion)} where ${inInstance}), '')`
  return { isKnown: sql`${version} = ${slot('indexes')}::text`, state: version }
}

function versionPart(names: TableNames): Part {
  return {
    name: 'know indexes',
    occurs: ({ entryPuts, entryRenewals, entryRemovals, subjectRemovals }) =>
      entryPuts.length + entryRenewals.length + entryRemovals.length + subjectRemovals.length > 0,
    values: ({ indexVersion }) => ({ indexes: indexVersion }),
    knows: knowsIndexes(names),
  }
}

/** Of several commits that touch what an index holds of one subject, the last that is applied counts. */
function valuesPart(names: TableNames): Part {
  const touches = rowSet<IndexTouchRow>('given_touch', {
    commit: ['int4', ({ commit }) => commit],
    index_number: ['int8', ({ index }) => index.number],
    subject_id: ['text', ({ subjectId }) => subjectId],
  })
  const values = rowSet<IndexedValueRow>('given_value', {
    touch: ['int8', ({ touch }) => touch],
    value: ['text', ({ value }) => value],
    owner: ['text', ({ owner }) => owner],
  })
  const table = tableReference(names, names.indexedValue)
  return {
    name: 'index values',
    occurs: ({ indexTouches }) => indexTouches.length > 0,
    values: ({ indexTouches, indexedValues }) => ({ ...touches.values(indexTouches), ...values.values(indexedValues) }),
    effect: () => sql`index_touch as materialized (
      select distinct on (given_touch.index_number, given_touch.subject_id)
        given_touch.ord as touch, given_touch.index_number, given_touch.subject_id
      from ${touches.source} join verdict on verdict.commit = given_touch.commit and verdict.ok
      order by given_touch.index_number, given_touch.subject_id, given_touch.ord desc
    ),
    index_value as materialized (
      select index_touch.index_number, index_touch.subject_id, given_value.value, given_value.owner
      from ${values.source} join index_touch on index_touch.touch = given_value.touch
    ),
    stale_values as (
      ${removalAt(
        names,
        names.indexedValue,
        sql`select stored.place from index_touch
          cross join lateral (
            select stored.ctid as place, stored.value from ${table} as stored
            where ${inInstance} and stored.index_number = index_touch.index_number and stored.subject_id = index_touch.subject_id
            offset 0
          ) as stored
        where (index_touch.index_number, index_touch.subject_id, stored.value) not in (select index_number, subject_id, value from index_value)`,
      )}
    ),
    new_values as (
      insert into ${table} as stored (instance_id, index_number, subject_id, value, owner)
      select ${slot('instance')}, index_number, subject_id, value, owner from index_value
      on conflict (instance_id, index_number, subject_id, value) do update set owner = excluded.owner
        where stored.owner <> excluded.owner
    )`,
  }
}
