import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { rowSet } from '../row-set'
import { tableReference } from '../statement-cache'
import { inInstance, type Part, part, type Sql } from './part'
import type { HeldRemovalRow } from './round-rows'

/**
 * Removes what an org holds, as the port's `HeldByOrg` lists it. What that is stands in the snapshot, so the locks have to
 * be older.
 *
 * Claims are found by a scan: an index by their owners would cost every creation more than the few removals of orgs save.
 */
export function heldRemovalPart(names: TableNames): Part {
  const set = rowSet<HeldRemovalRow>('ended_org', {
    commit: ['int4', ({ commit }) => commit],
    org_id: ['text', ({ orgId }) => orgId],
  })
  const record = names.record
  const table = (name: string) => tableReference(names, name)
  const deletion = (name: string, condition: Sql) => sql`${sql.id(`held_${name}`)} as (
      delete from ${table(name)} as stored where ${inInstance} and ${condition}
    )`
  const ofOrg = sql`org_id in (select org_id from emptied_org)`
  const ofUser = sql`user_id in (select id from held where type = 'user')`

  return part('remove held', set, (rows) => rows.heldRemovals, {
    effect: () =>
      sql.join([
        sql`emptied_org as materialized (
          select ended_org.org_id from ${set.source} join verdict on verdict.commit = ended_org.commit and verdict.ok
        )`,
        sql`held as materialized (
          select 'org' as type, org_id as id from emptied_org
          union all select 'user', user_id from ${table(record.user)} where ${inInstance} and ${ofOrg}
          union all select 'user', user_id from ${table(record.deletedUser)} where ${inInstance} and ${ofOrg}
          union all select 'client', client_id from ${table(record.client)} where ${inInstance} and ${ofOrg}
        )`,
        sql`ended as (
          update ${table(names.aggregate)} set live = false, revision = revision + 1
          where ${inInstance} and live and (type, id) in (select type, id from held where type <> 'org')
        )`,
        deletion(
          names.indexedValue,
          sql`(index_number, subject_id) in (
            select declared.number, held.id
            from held join ${table(names.metadataIndex)} as declared on ${inInstance} and declared.subject_type = held.type
          )`,
        ),
        deletion(names.entry, sql`(subject_type, subject_id) in (select type, id from held)`),
        deletion(names.claim, sql`(owner_type, owner_id) in (select type, id from held)`),
        deletion(record.accessToken, ofUser),
        deletion(record.member, sql`(${ofOrg} or ${ofUser})`),
        ...[record.orgDomain, record.org, record.client, record.user, record.deletedUser].map((name) =>
          deletion(name, ofOrg),
        ),
      ]),
  })
}
