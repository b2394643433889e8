import { maxPageSize } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { jsonAnswer } from '../json-answer'
import { projectFields } from '../project-fields'
import type { UsersByEmailQuery } from '../schemas/users-by-email'
import { readUsers } from './read-users'
import { humansOnly } from './search-filter'

/** GET /users-by-email: everybody with exactly that address, oldest first. */
export async function usersByEmail(call: Call<UsersByEmailQuery>): Promise<ExchangeResponse> {
  const { email, fields, include_fields } = call.query
  const { items } = await call.directory.users.list({
    filter: { op: 'and', filters: [humansOnly, { op: 'equals', field: 'email', value: email }] },
    sort: [{ field: 'createdAt', descending: false }],
    limit: maxPageSize,
  })
  const users = await readUsers(
    call,
    items.map(({ userId }) => userId),
  )
  return jsonAnswer(
    200,
    users.map((user) => projectFields(user, fields, include_fields)),
  )
}
