import * as v from 'valibot'
import { from, includeTotals, organizationPage, organizationPerPage, take } from './query-members'

/** Query of GET /organizations. */
export const ListOrganizationsQuery = v.strictObject({
  page: v.optional(organizationPage),
  per_page: v.optional(organizationPerPage),
  include_totals: v.optional(includeTotals),
  from: v.optional(from),
  take: v.optional(take),
  sort: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(15),
      v.regex(/^(name|display_name|created_at):-?1$/),
      v.description('Field to sort by, with :1 or :-1 for the direction'),
    ),
  ),
  include_client_association_for: v.optional(v.string()),
})
export type ListOrganizationsQuery = v.InferOutput<typeof ListOrganizationsQuery>
