import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { inexistentJob } from '../error-catalogue'
import { jsonAnswer } from '../json-answer'
import { type Job, jobBody } from './job'

/** GET /jobs/{id}. The link to an export's file is a new one each time. */
export async function getJob(call: Call): Promise<ExchangeResponse> {
  const { store, links } = call.settings.jobs
  const job = await readJob(call)
  const now = store.now()
  const hasFile = job.type === 'users_export' && job.status === 'completed'
  return jsonAnswer(200, jobBody(job, now, hasFile ? links.linkTo(job.id, now) : undefined))
}

/** @throws {@link Auth0Error} 404 when there is no such job, or none any more. */
export async function readJob({ directory, params, settings }: Call): Promise<Job> {
  await directory.requirePermission('user.read')
  const id = params.id!
  const job = /^job_[A-Za-z0-9]{16}$/.test(id) ? await settings.jobs.store.find(id) : undefined
  if (job === undefined) throw inexistentJob()
  return job
}
