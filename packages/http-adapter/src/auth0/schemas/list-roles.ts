import * as v from 'valibot'
import { includeTotals, page, perPage } from './query-members'

/** Query of GET /roles. */
export const ListRolesQuery = v.strictObject({
  page: v.optional(page),
  per_page: v.optional(perPage),
  include_totals: v.optional(includeTotals),
  name_filter: v.optional(v.pipe(v.string(), v.description('Part of the name, whatever its case'))),
})
export type ListRolesQuery = v.InferOutput<typeof ListRolesQuery>
