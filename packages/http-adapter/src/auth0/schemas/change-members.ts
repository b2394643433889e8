import * as v from 'valibot'

/** Body of POST and DELETE /organizations/{id}/members. */
export const ChangeMembersBody = v.strictObject({
  members: v.pipe(
    v.array(v.pipe(v.string(), v.minLength(1))),
    v.minLength(1),
    v.maxLength(10),
    v.description('Ids of the users'),
  ),
})
export type ChangeMembersBody = v.InferOutput<typeof ChangeMembersBody>
