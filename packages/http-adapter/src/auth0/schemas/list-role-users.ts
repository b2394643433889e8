import * as v from 'valibot'
import { from, includeTotals, page, perPage, take } from './query-members'

/** Query of GET /roles/{id}/users. */
export const ListRoleUsersQuery = v.strictObject({
  page: v.optional(page),
  per_page: v.optional(perPage),
  include_totals: v.optional(includeTotals),
  from: v.optional(from),
  take: v.optional(take),
})
export type ListRoleUsersQuery = v.InferOutput<typeof ListRoleUsersQuery>
