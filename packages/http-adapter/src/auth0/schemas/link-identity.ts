import * as v from 'valibot'

/** Body of POST /users/{id}/identities: either `provider` and `user_id`, or `link_with` alone. */
export const LinkIdentityBody = v.strictObject({
  provider: v.optional(v.pipe(v.string(), v.minLength(1), v.description('Provider of the identity'))),
  connection_id: v.optional(
    v.pipe(v.string(), v.regex(/^con_[A-Za-z0-9]{16}$/), v.description('Id of the connection of the identity')),
  ),
  user_id: v.optional(v.pipe(v.string(), v.minLength(1), v.description('Id of the identity at its provider'))),
  link_with: v.optional(v.pipe(v.string(), v.minLength(1), v.description('ID token of the user to link'))),
})
export type LinkIdentityBody = v.InferOutput<typeof LinkIdentityBody>
