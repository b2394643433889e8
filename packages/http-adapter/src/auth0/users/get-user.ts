import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { inexistentUser } from '../error-catalogue'
import { jsonAnswer } from '../json-answer'
import { projectFields } from '../project-fields'
import type { GetUserQuery } from '../schemas/get-user'
import { toCoreUserId } from '../user-id'
import { readUsers } from './read-users'

/** GET /users/{id}. */
export async function getUser(call: Call<GetUserQuery>): Promise<ExchangeResponse> {
  const { fields, include_fields } = call.query
  const [user] = await readUsers(call, [toCoreUserId(call.params.id!)])
  if (user === undefined) throw inexistentUser()
  return jsonAnswer(200, projectFields(user, fields, include_fields))
}
