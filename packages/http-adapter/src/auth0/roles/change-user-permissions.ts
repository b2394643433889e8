import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import type { ChangePermissionsBody } from '../schemas/change-permissions'
import { toCoreUserId } from '../user-id'
import { requireHuman } from '../users/read-users'
import { refuseUnknownPermissions } from './no-permissions'

/** POST and DELETE /users/{id}/permissions: 404, since there is no permission that could be named. */
export async function changeUserPermissions({
  body,
  directory,
  params,
}: Call<unknown, ChangePermissionsBody>): Promise<ExchangeResponse> {
  await requireHuman(directory, toCoreUserId(params.id!))
  return refuseUnknownPermissions(body)
}
