import * as v from 'valibot'
import { fields, includeFields } from './query-members'

/** Query of GET /users/{id}. */
export const GetUserQuery = v.strictObject({ fields: v.optional(fields), include_fields: v.optional(includeFields) })
export type GetUserQuery = v.InferOutput<typeof GetUserQuery>
