import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { readAnswer } from '../preconditions'
import { projectFields } from '../project-fields'
import type { GetUserQuery } from '../schemas/get-user'
import { toCoreUserId } from '../user-id'
import { readUser } from './read-users'

/** GET /users/{id}. */
export async function getUser(call: Call<GetUserQuery>): Promise<ExchangeResponse> {
  const { fields, include_fields } = call.query
  const { version, body } = await readUser(call, toCoreUserId(call.params.id!))
  return readAnswer(call, { version, body: projectFields(body, fields, include_fields) })
}
