import { recordTables, type TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { slot, tableReference } from '../statement-cache'
import { inInstance, type Sql } from './part'

/** Where a call works: in the org that it names, or in the caller's own. */
export type PlaceOfCall = 'named org' | 'own org'

/**
 * The org of a caller who may do it where the call works, or null. Each look is an expression by a whole key, which is one
 * node of the plan and goes by that key also while the planner knows nothing of the table. As rows to join they were three
 * times as many nodes: see `unreadStatement`.
 *
 * @param andIf - Begins with `and`; speaks of the caller's row as `caller`.
 */
export function permittedHome(names: TableNames, place: PlaceOfCall, andIf: Sql = sql``): Sql {
  const { user, org, member } = recordTables
  const table = ({ kind }: { readonly kind: keyof typeof names.record }) => tableReference(names, names.record[kind])
  const orgOfCall = place === 'own org' ? sql`caller.org_id` : sql`${slot('callOrg')}::text`
  const holds = (roles: string, where: Sql) => sql`coalesce((
            select roles like any (${slot(roles)}::text[]) and (expires_at > ${slot('at')}::int8) is not false
            from ${table(member)} where ${inInstance} and ${where} and user_id = ${slot('caller')}::text
          ), false)`
  const stateOf = (orgId: Sql) => sql`(select state from ${table(org)} where ${inInstance} and org_id = ${orgId})`
  return sql`(
        select caller.org_id from ${table(user)} as caller
        where ${inInstance} and caller.user_id = ${slot('caller')}::text and caller.state not in ('inactive', 'locked') ${andIf}
          and ${stateOf(sql`caller.org_id`)} = 'active'
          ${place === 'own org' ? sql`` : sql`and ${stateOf(orgOfCall)} is not null`}
          and (${holds('instanceRoles', sql`level = 'instance' and org_id = ''`)}
            or ${holds('orgRoles', sql`level = 'org' and org_id = ${orgOfCall}`)})
      )`
}
