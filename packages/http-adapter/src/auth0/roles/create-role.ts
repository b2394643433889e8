import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { newRoleId } from '../new-id'
import { writeAnswer } from '../preconditions'
import type { CreateRoleBody } from '../schemas/role-bodies'
import { shownRole } from './role-body'

/** POST /roles, which answers 200. */
export async function createRole({
  body,
  directory,
  settings,
}: Call<unknown, CreateRoleBody>): Promise<ExchangeResponse> {
  const { roleId } = await directory.roles.create({
    roleId: newRoleId(settings.randomBytes),
    name: body.name,
    description: body.description ?? null,
  })
  return writeAnswer(200, shownRole(await directory.roles.get(roleId)))
}
