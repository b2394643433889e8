import * as v from 'valibot'
import { includeTotals, page, perPage } from './query-members'

/** Query of lists that are paged by number alone: roles of a user or member, permissions of a role or user. */
export const OffsetQuery = v.strictObject({
  page: v.optional(page),
  per_page: v.optional(perPage),
  include_totals: v.optional(includeTotals),
})
export type OffsetQuery = v.InferOutput<typeof OffsetQuery>
