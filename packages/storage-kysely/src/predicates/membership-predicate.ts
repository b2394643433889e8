import type { MembershipCondition } from '@indwell/core'
import { type Expression, type SqlBool, sql } from 'kysely'
import { recordTables } from '../columns'
import type { Columns } from './filter-predicate'
import type { Predicate } from './predicate'

/** Where memberships of the users stand who are searched as `found`. */
export interface Memberships {
  /** Of members, with its schema. */
  readonly memberTable: string
  readonly instanceId: string
}

const columns: Columns = {
  orgId: { ...recordTables.member.columns.orgId, expression: sql.ref('membership.org_id') },
  roles: { ...recordTables.member.columns.roles, expression: sql.ref('membership.roles') },
}

/**
 * Not correlated, so that the users may be looked up by the memberships.
 *
 * @param predicateOf - The condition on one membership.
 */
export function membershipPredicate(
  { of }: MembershipCondition,
  { memberTable, instanceId }: Memberships,
  predicateOf: (filter: MembershipCondition['of'], columns: Columns) => Predicate,
): Predicate {
  const one = predicateOf(of, columns)
  return {
    shape: `membership(${one.shape})`,
    parameters: [instanceId, ...one.parameters],
    build: (): Expression<SqlBool> =>
      sql<SqlBool>`found.user_id in (select membership.user_id from ${sql.table(memberTable)} as membership where membership.instance_id = ${instanceId} and membership.level = 'org' and ${one.build()})`,
  }
}
