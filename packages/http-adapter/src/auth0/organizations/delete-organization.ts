import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { emptyAnswer } from '../json-answer'
import { writeConditions } from '../preconditions'
import { requireNotTenant } from './tenant'

/** DELETE /organizations/{id}: 404 for one that is not there, unlike users and clients. */
export async function deleteOrganization(call: Call): Promise<ExchangeResponse> {
  const { directory, params } = call
  const conditions = writeConditions(call)
  await requireNotTenant(directory, params.id!)
  await directory.orgs.delete(params.id!, conditions)
  return emptyAnswer()
}
