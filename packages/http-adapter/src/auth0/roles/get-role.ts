import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { readAnswer } from '../preconditions'
import { shownRole } from './role-body'

/** GET /roles/{id}. */
export async function getRole(call: Call): Promise<ExchangeResponse> {
  return readAnswer(call, shownRole(await call.directory.roles.get(call.params.id!)))
}
