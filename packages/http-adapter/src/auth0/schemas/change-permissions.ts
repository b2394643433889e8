import * as v from 'valibot'

/** Body of POST and DELETE of the permissions of a role or a user. */
export const ChangePermissionsBody = v.strictObject({
  permissions: v.pipe(
    v.array(
      v.strictObject({
        resource_server_identifier: v.pipe(v.string(), v.minLength(1)),
        permission_name: v.pipe(v.string(), v.minLength(1)),
      }),
    ),
    v.minLength(1),
    v.description('Permissions, by the resource server that defines them'),
  ),
})
export type ChangePermissionsBody = v.InferOutput<typeof ChangePermissionsBody>
