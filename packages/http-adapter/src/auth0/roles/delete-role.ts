import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { jsonAnswer } from '../json-answer'
import { writeConditions } from '../preconditions'

/** DELETE /roles/{id}: 200 with an empty object, and unlike users and clients 404 for what is not there. */
export async function deleteRole(call: Call): Promise<ExchangeResponse> {
  await call.directory.roles.delete(call.params.id!, writeConditions(call))
  return jsonAnswer(200, {})
}
