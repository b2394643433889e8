import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { inexistentLog } from '../error-catalogue'
import { jsonAnswer } from '../json-answer'
import { showLogs } from './log-body'
import { positionOfLog } from './log-id'

/** GET /logs/{id}. */
export async function getLog({ directory, params }: Call): Promise<ExchangeResponse> {
  // Of what is no id too, it is asked whether the caller may see it: nothing stands nowhere.
  const events = await directory.events({ at: positionOfLog(params.id!) ?? '', limit: 1 })
  const [log] = await showLogs(directory, events)
  if (log === undefined) throw inexistentLog()
  return jsonAnswer(200, log)
}
