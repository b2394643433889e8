import * as v from 'valibot'

/** Body of POST and DELETE of a user's or a member's roles. */
export const ChangeRolesBody = v.strictObject({
  roles: v.pipe(
    v.array(v.pipe(v.string(), v.minLength(1))),
    v.minLength(1),
    v.maxLength(50),
    v.description('Ids of the roles'),
  ),
})
export type ChangeRolesBody = v.InferOutput<typeof ChangeRolesBody>
