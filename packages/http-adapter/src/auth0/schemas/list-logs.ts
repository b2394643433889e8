import * as v from 'valibot'
import { from, includeFields, includeTotals, page, perPage, take } from './query-members'

/** What the service sorts logs by. */
const sortable =
  'date|connection|client_id|client_name|ip|user_id|user_name|description|user_agent|type|details|strategy|strategy_type'
const shown = `${sortable}|_id|log_id|connection_id|organization_id|hostname|audience|scope`

/** Query of GET /logs. */
export const ListLogsQuery = v.strictObject({
  page: v.optional(page),
  per_page: v.optional(perPage),
  sort: v.optional(
    v.pipe(
      v.string(),
      v.regex(new RegExp(`^(${sortable}):(1|-1)$`)),
      v.description('Field to sort by, with :1 or :-1 for the direction'),
    ),
  ),
  fields: v.optional(
    v.pipe(
      v.string(),
      v.regex(new RegExp(`^(?:(${shown})(,(${shown}))*)?$`)),
      v.description('Fields to include or exclude, separated by commas'),
    ),
  ),
  include_fields: v.optional(includeFields),
  include_totals: v.optional(includeTotals),
  from: v.optional(from),
  take: v.optional(take),
  q: v.optional(v.string()),
  search: v.optional(v.string()),
})
export type ListLogsQuery = v.InferOutput<typeof ListLogsQuery>

/** Query of GET /users/{id}/logs. */
export const ListUserLogsQuery = v.strictObject({
  page: v.optional(page),
  per_page: v.optional(perPage),
  sort: v.optional(
    v.pipe(v.string(), v.regex(/^[^:]+:-?1$/), v.description('Field to sort by, with :1 or :-1 for the direction')),
  ),
  include_totals: v.optional(includeTotals),
})
export type ListUserLogsQuery = v.InferOutput<typeof ListUserLogsQuery>
