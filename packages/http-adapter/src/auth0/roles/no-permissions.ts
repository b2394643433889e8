import type { ExchangeResponse } from '../../exchange'
import { inexistentPermission } from '../error-catalogue'
import { jsonAnswer } from '../json-answer'
import { offsetBody, offsetPaging } from '../paging'
import type { ChangePermissionsBody } from '../schemas/change-permissions'
import type { OffsetQuery } from '../schemas/offset-query'

/**
 * An empty page. The service's permissions belong to resource servers, which this directory does not have; those a host
 * gives a role by itself belong to none and have no form here.
 */
export function noPermissionsAnswer(query: OffsetQuery): ExchangeResponse {
  return jsonAnswer(200, offsetBody('permissions', offsetPaging(query), [], 0))
}

/** @throws {@link Auth0Error} 404 naming the first of the permissions. */
export function refuseUnknownPermissions({ permissions }: ChangePermissionsBody): never {
  const [first] = permissions
  throw inexistentPermission(first?.resource_server_identifier ?? '', first?.permission_name ?? '')
}
