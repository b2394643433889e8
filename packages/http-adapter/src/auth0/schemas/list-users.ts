import * as v from 'valibot'
import { includeFields, includeTotals, page, perPage } from './query-members'

const userFields = [
  'phone_number',
  'email',
  'email_verified',
  'picture',
  'username',
  'user_id',
  'name',
  'nickname',
  'created_at',
  'identities',
  'app_metadata',
  'user_metadata',
  'last_ip',
  'last_login',
  'logins_count',
  'updated_at',
  'blocked',
  'family_name',
  'given_name',
]

const isUserFieldList = (text: string) => text.split(',').every((name) => userFields.includes(name))

/** Query of GET /users. */
export const ListUsersQuery = v.strictObject({
  page: v.optional(page),
  per_page: v.optional(perPage),
  include_totals: v.optional(includeTotals),
  sort: v.optional(
    v.pipe(v.string(), v.regex(/^[^:]+:-?1$/), v.description('Field to sort by, with :1 or :-1 for the direction')),
  ),
  connection: v.optional(v.string()),
  fields: v.optional(
    v.pipe(
      v.string(),
      v.check(
        isUserFieldList,
        ({ input }) =>
          `String '${input}' does not match pattern. ` +
          `Must be a comma separated list of the following values: ${userFields.join(',')}`,
      ),
      v.description('Fields to include or exclude, separated by commas'),
    ),
  ),
  include_fields: v.optional(includeFields),
  q: v.optional(v.string()),
  search_engine: v.optional(v.pipe(v.picklist(['v1', 'v2', 'v3']), v.description('Version of the search syntax'))),
  primary_order: v.optional(v.boolean()),
})
export type ListUsersQuery = v.InferOutput<typeof ListUsersQuery>
