import * as v from 'valibot'

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.description('Name of the role'))
const description = v.pipe(v.string(), v.maxLength(1000), v.description('Description of the role'))

/** Body of POST /roles. */
export const CreateRoleBody = v.strictObject({ name, description: v.optional(description) })
export type CreateRoleBody = v.InferOutput<typeof CreateRoleBody>

/** Body of PATCH /roles/{id}. */
export const UpdateRoleBody = v.strictObject({ name: v.optional(name), description: v.optional(description) })
export type UpdateRoleBody = v.InferOutput<typeof UpdateRoleBody>

/** Body of POST /roles/{id}/users. */
export const AssignUsersBody = v.strictObject({
  users: v.pipe(
    v.array(v.pipe(v.string(), v.minLength(1))),
    v.minLength(1),
    v.maxLength(1000),
    v.description('Ids of the users'),
  ),
})
export type AssignUsersBody = v.InferOutput<typeof AssignUsersBody>
