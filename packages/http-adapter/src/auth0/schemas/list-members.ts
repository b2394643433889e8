import * as v from 'valibot'
import {
  fields,
  from,
  includeFields,
  includeTotals,
  organizationPage,
  organizationPerPage,
  take,
} from './query-members'

/** Query of GET /organizations/{id}/members. */
export const ListMembersQuery = v.strictObject({
  page: v.optional(organizationPage),
  per_page: v.optional(organizationPerPage),
  include_totals: v.optional(includeTotals),
  from: v.optional(from),
  take: v.optional(take),
  fields: v.optional(fields),
  include_fields: v.optional(includeFields),
})
export type ListMembersQuery = v.InferOutput<typeof ListMembersQuery>
