import type { ActingDirectory, EventsQuery } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import { operationNotSupported } from '../error-catalogue'
import { jsonAnswer } from '../json-answer'
import { offsetBody, offsetPaging, type PagingQuery, requireSearchWindow, searchWindow } from '../paging'
import { projectFields } from '../project-fields'
import { showLogs } from './log-body'

interface LogPageQuery extends PagingQuery {
  readonly sort?: string | undefined
  readonly fields?: string | undefined
  readonly include_fields?: boolean | undefined
}

/**
 * A page of some events by number, the newest first unless sorted otherwise. The total is the length of the page, as the
 * service's has been since its third search engine.
 *
 * @throws {@link Auth0Error} 400 `invalid_paging` beyond a thousand, `operation_not_supported` for orders but by time.
 */
export async function logPage(
  directory: ActingDirectory,
  query: LogPageQuery,
  asked: EventsQuery,
): Promise<ExchangeResponse> {
  const paging = offsetPaging(query)
  requireSearchWindow(paging)
  const { sort = 'date:-1', fields, include_fields } = query
  if (!sort.startsWith('date:')) throw operationNotSupported(`Logs cannot be sorted by ${sort.split(':')[0]}`)
  const end = Math.min(paging.start + paging.limit, searchWindow)
  // Of an empty page too, it is asked whether the caller may see it.
  const events = await directory.events({ ...asked, descending: sort.endsWith(':-1'), limit: Math.max(end, 1) })
  const logs = await showLogs(directory, events.slice(paging.start, end))
  const shown = logs.map((log) => projectFields(log, fields, include_fields))
  return jsonAnswer(200, offsetBody('logs', paging, shown, shown.length))
}
