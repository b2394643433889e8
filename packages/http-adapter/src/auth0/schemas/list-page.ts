import * as v from 'valibot'
import { from, includeTotals, page, perPage, take } from './query-members'

/** Query of lists that only page: a user's organizations, roles and permissions, a member's roles. */
export const ListPageQuery = v.strictObject({
  page: v.optional(page),
  per_page: v.optional(perPage),
  include_totals: v.optional(includeTotals),
  from: v.optional(from),
  take: v.optional(take),
})
export type ListPageQuery = v.InferOutput<typeof ListPageQuery>
