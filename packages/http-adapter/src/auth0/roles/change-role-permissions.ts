import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import type { ChangePermissionsBody } from '../schemas/change-permissions'
import { refuseUnknownPermissions } from './no-permissions'

/** POST and DELETE /roles/{id}/permissions: 404, since there is no permission that could be named. */
export async function changeRolePermissions({
  body,
  directory,
  params,
}: Call<unknown, ChangePermissionsBody>): Promise<ExchangeResponse> {
  await directory.roles.get(params.id!)
  return refuseUnknownPermissions(body)
}
