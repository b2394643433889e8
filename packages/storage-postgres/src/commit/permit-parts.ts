import { recordTables, type TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import { slot, tableReference } from '../statement-cache'
import { inInstance, type Sql } from './part'

/** Where a call works: in the org that it names, or in the caller's own. */
export type PlaceOfCall = 'named org' | 'own org'

/**
 * What a permit looks up, to be joined to other rows, and when it holds. Of joined tables the planner believes much while they
 * have no statistics: a subquery for each row has it go by the key. See `readParts`.
 *
 * @param org - The org that the call works in: only what is held there counts, or in the instance.
 */
export function permitParts(
  names: TableNames,
  place: PlaceOfCall,
  org: Sql,
): { readonly joined: Sql; readonly holds: Sql } {
  const { user, org: orgs, member } = recordTables
  const table = ({ kind }: { readonly kind: keyof typeof names.record }) => tableReference(names, names.record[kind])
  const heldAt = (alias: string, where: Sql) => sql`left join lateral (
          select roles, expires_at from ${table(member)} where ${inInstance} and ${where} and user_id = caller.user_id limit 1
        ) as ${sql.id(alias)} on true`
  const suffices = (alias: string, roles: string) =>
    sql`(${sql.ref(`${alias}.roles`)} like any (${slot(roles)}::text[]) and (${sql.ref(`${alias}.expires_at`)} > ${slot('at')}::int8) is not false)`
  const joined = sql`(
          select user_id, org_id from ${table(user)}
          where ${inInstance} and user_id = ${slot('caller')}::text and state not in ('inactive', 'locked') limit 1
        ) as caller
        cross join lateral (
          select 1 from ${table(orgs)} where ${inInstance} and org_id = caller.org_id and state = 'active' limit 1
        ) as home
        ${place === 'own org' ? sql`` : sql`cross join lateral (select 1 from ${table(orgs)} where ${inInstance} and org_id = ${org} limit 1) as context`}
        ${heldAt('anywhere', sql`level = 'instance' and org_id = ''`)}
        ${heldAt('there', sql`level = 'org' and org_id = ${org}`)}`
  return { joined, holds: sql`(${suffices('anywhere', 'instanceRoles')} or ${suffices('there', 'orgRoles')})` }
}
