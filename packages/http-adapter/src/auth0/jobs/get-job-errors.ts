import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { emptyAnswer, jsonAnswer } from '../json-answer'
import { readJob } from './get-job'

/** GET /jobs/{id}/errors. */
export async function getJobErrors(call: Call): Promise<ExchangeResponse> {
  const reports = await call.settings.jobs.store.reports(await readJob(call))
  return reports.length === 0 ? emptyAnswer() : jsonAnswer(200, reports)
}
