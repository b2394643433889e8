import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import type { OffsetQuery } from '../schemas/offset-query'
import { noPermissionsAnswer } from './no-permissions'

/** GET /roles/{id}/permissions: none, see {@link noPermissionsAnswer}. */
export async function listRolePermissions({ directory, params, query }: Call<OffsetQuery>): Promise<ExchangeResponse> {
  await directory.roles.get(params.id!)
  return noPermissionsAnswer(query)
}
