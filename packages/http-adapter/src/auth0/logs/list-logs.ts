import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { invalidQuery, operationNotSupported } from '../error-catalogue'
import { jsonAnswer } from '../json-answer'
import { type CheckpointPaging, checkpointPaging } from '../paging'
import type { ListLogsQuery } from '../schemas/list-logs'
import { validationSentence } from '../validation-messages'
import { showLogs } from './log-body'
import { logIdOf, positionOfLog } from './log-id'
import { eventsQueryOf, everything } from './log-narrowing'
import { logPage } from './log-page'
import { organizationMember, searchLogs } from './search-logs'

/** GET /logs: by page number, or what came after a log, beside which nothing else counts. */
export async function listLogs(call: Call<ListLogsQuery>): Promise<ExchangeResponse> {
  const { directory, query } = call
  const checkpoint = checkpointPaging(query)
  if (checkpoint !== undefined) return logsBehind(call, checkpoint)
  if (query.search !== undefined) throw operationNotSupported('Searching logs by search is not supported, use q')
  return logPage(directory, query, eventsQueryOf(query.q === undefined ? everything : await readSearch(call, query.q)))
}

/** Which org is no organization is only read where the search may ask for organizations. */
async function readSearch({ directory }: Call, q: string) {
  if (!q.includes(organizationMember)) return searchLogs(q, undefined)
  return searchLogs(q, (await directory.orgs.getDefault()).orgId)
}

/** Oldest first, without an end: who asks for what follows the last one there is gets what has come since. */
async function logsBehind({ directory }: Call, { from, take }: CheckpointPaging): Promise<ExchangeResponse> {
  const after = from === undefined ? undefined : positionOfLog(from)
  if (from !== undefined && after === undefined) {
    throw invalidQuery(
      validationSentence('query', `Object didn't pass validation for format log-id: ${from}`, { path: ['from'] }),
    )
  }
  const events = await directory.events({ limit: take, ...(after !== undefined && { after }) })
  const last = events.at(-1)
  const next = last === undefined ? from : logIdOf(last.position)
  const links =
    next === undefined ? {} : { link: `<?${new URLSearchParams({ from: next, take: String(take) })}>; rel="next"` }
  return jsonAnswer(200, await showLogs(directory, events), links)
}
