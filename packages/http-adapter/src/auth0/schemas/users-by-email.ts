import * as v from 'valibot'
import { fields, includeFields } from './query-members'

/** Query of GET /users-by-email. */
export const UsersByEmailQuery = v.strictObject({
  fields: v.optional(fields),
  include_fields: v.optional(includeFields),
  email: v.pipe(v.string(), v.description('Address to look for, lower-cased')),
})
export type UsersByEmailQuery = v.InferOutput<typeof UsersByEmailQuery>
