import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import type { ListUserLogsQuery } from '../schemas/list-logs'
import { toCoreUserId } from '../user-id'
import { logPage } from './log-page'

/** GET /users/{id}/logs: what happened to the user, also to one that is gone; of nobody, nothing. */
export async function listUserLogs({ directory, params, query }: Call<ListUserLogsQuery>): Promise<ExchangeResponse> {
  return logPage(directory, query, { subject: { type: 'user', id: toCoreUserId(params.id!) } })
}
