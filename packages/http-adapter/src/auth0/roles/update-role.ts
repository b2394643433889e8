import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { writeAnswer, writeConditions } from '../preconditions'
import type { UpdateRoleBody } from '../schemas/role-bodies'
import { shownRole } from './role-body'

/** PATCH /roles/{id}. */
export async function updateRole(call: Call<unknown, UpdateRoleBody>): Promise<ExchangeResponse> {
  const { body, directory, params } = call
  const { name, description } = body
  await directory.roles.update(
    params.id!,
    { ...(name !== undefined && { name }), ...(description !== undefined && { description }) },
    writeConditions(call),
  )
  return writeAnswer(200, shownRole(await directory.roles.get(params.id!)))
}
