import * as v from 'valibot'
import { fields, from, includeFields, includeTotals, page, perPage, take } from './query-members'

/** Query of GET /clients. */
export const ListClientsQuery = v.strictObject({
  fields: v.optional(fields),
  include_fields: v.optional(includeFields),
  page: v.optional(page),
  per_page: v.optional(perPage),
  include_totals: v.optional(includeTotals),
  from: v.optional(from),
  take: v.optional(take),
  is_global: v.optional(v.pipe(v.boolean(), v.description('Whether to answer global clients'))),
  is_first_party: v.optional(v.pipe(v.boolean(), v.description('Whether to answer first-party clients'))),
  app_type: v.optional(v.pipe(v.string(), v.description('Kinds of client, separated by commas'))),
  external_client_id: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(120))),
  q: v.optional(v.pipe(v.string(), v.description('Search by client grant'))),
})
export type ListClientsQuery = v.InferOutput<typeof ListClientsQuery>
