import * as v from 'valibot'

export const connectionIdentifier = v.pipe(v.string(), v.regex(/^con_[A-Za-z0-9]{16}$/))

/** Body of POST /jobs/users-imports, a form with a file. */
export const UsersImportBody = v.strictObject({
  users: v.pipe(v.string(), v.description('File of users, a JSON array or NDJSON')),
  connection_id: connectionIdentifier,
  upsert: v.optional(v.boolean()),
  external_id: v.optional(v.pipe(v.string(), v.maxLength(255))),
  send_completion_email: v.optional(v.boolean()),
})
export type UsersImportBody = v.InferOutput<typeof UsersImportBody>
