import type { AnyFilter } from '@indwell/core'
import { type Expression, type SqlBool, sql } from 'kysely'
import type { Dialect } from '../migrations/sql-types'
import type { SearchColumn } from './filter-predicate'
import type { Predicate } from './predicate'

/** A condition on one member. */
export type MemberCondition = Extract<AnyFilter, { readonly field: string }>

/** Where login names are made: the table of users that is searched is `found`. */
export interface LoginNames {
  /** Of the domains of orgs, with its schema. */
  readonly domainTable: string
}

/** The member of a filter that stands for any of a user's login names. */
export const loginNameField = 'loginName'

const loginName: SearchColumn = {
  name: 'login_name',
  type: 'text',
  nullable: false,
  expression: sql<string>`(found.user_name || '@' || verified.domain)`,
}

/** @param predicateOf - The condition on one text, which is to hold for one of the login names. */
export function loginNamePredicate(
  filter: MemberCondition,
  { domainTable }: LoginNames,
  dialect: Dialect,
  predicateOf: (filter: MemberCondition, column: SearchColumn) => Predicate,
): Predicate {
  const one = predicateOf(filter, loginName)
  const isVerified = dialect === 'sqlite' ? sql`verified.is_verified = 1` : sql`verified.is_verified`
  return {
    shape: `login(${one.shape})`,
    parameters: one.parameters,
    build: (): Expression<SqlBool> =>
      sql<SqlBool>`exists (select 1 from ${sql.table(domainTable)} as verified where verified.instance_id = found.instance_id and verified.org_id = found.org_id and ${isVerified} and ${one.build()})`,
  }
}
