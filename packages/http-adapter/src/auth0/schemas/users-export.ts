import * as v from 'valibot'
import { connectionIdentifier } from './users-import'

const field = v.strictObject({
  name: v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(1000),
    v.description('Path of a member, as user_metadata.hobby'),
  ),
  export_as: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1000), v.description('Name in the file'))),
})

/** Body of POST /jobs/users-exports. */
export const UsersExportBody = v.strictObject({
  connection_id: v.optional(connectionIdentifier),
  format: v.optional(v.pipe(v.picklist(['json', 'csv']), v.description('NDJSON or CSV'))),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.description('Most users'))),
  fields: v.optional(v.pipe(v.array(field), v.maxLength(100), v.description('Members of each user'))),
})
export type UsersExportBody = v.InferOutput<typeof UsersExportBody>
