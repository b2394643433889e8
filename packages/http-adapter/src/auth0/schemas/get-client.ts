import * as v from 'valibot'
import { fields, includeFields } from './query-members'

/** Query of GET /clients/{id}. */
export const GetClientQuery = v.strictObject({ fields: v.optional(fields), include_fields: v.optional(includeFields) })
export type GetClientQuery = v.InferOutput<typeof GetClientQuery>
