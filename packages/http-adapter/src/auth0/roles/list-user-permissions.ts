import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import type { OffsetQuery } from '../schemas/offset-query'
import { toCoreUserId } from '../user-id'
import { requireHuman } from '../users/read-users'
import { noPermissionsAnswer } from './no-permissions'

/** GET /users/{id}/permissions: none, see {@link noPermissionsAnswer}. */
export async function listUserPermissions({ directory, params, query }: Call<OffsetQuery>): Promise<ExchangeResponse> {
  await requireHuman(directory, toCoreUserId(params.id!))
  return noPermissionsAnswer(query)
}
