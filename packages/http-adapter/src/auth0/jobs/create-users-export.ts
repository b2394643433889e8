import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { connectionOfJobMissing, invalidBody } from '../error-catalogue'
import { jsonAnswer } from '../json-answer'
import { newJobId } from '../new-id'
import type { UsersExportBody } from '../schemas/users-export'
import { maxCsvFields } from '../transfer/export-users'
import { validationSentence } from '../validation-messages'
import { type ExportJob, jobBody } from './job'

/**
 * POST /jobs/users-exports. There is nothing to prepare: the file is made when its link is followed, of the users there
 * are then.
 */
export async function createUsersExport({
  body,
  directory,
  settings,
  report,
}: Call<unknown, UsersExportBody>): Promise<ExchangeResponse> {
  const { store, runner, connections } = settings.jobs
  await directory.requirePermission('user.read')
  const { connection_id, format = 'csv', limit, fields } = body
  const connection = connection_id === undefined ? undefined : connections.get(connection_id)
  if (connection_id !== undefined && connection === undefined) throw connectionOfJobMissing()
  if (format === 'csv' && fields !== undefined && fields.length > maxCsvFields) throw tooManyFields(fields.length)

  const job: ExportJob = {
    type: 'users_export',
    status: 'pending',
    ...(connection_id !== undefined && connection !== undefined && { connectionId: connection_id, connection }),
    format,
    ...(limit !== undefined && { limit }),
    ...(fields !== undefined && { fields }),
    createdAt: store.now(),
    id: newJobId(settings.randomBytes),
  }
  await store.add(job, Number.POSITIVE_INFINITY)
  runner.start(job, async () => ({ ...job, status: 'completed' }), report)
  return jsonAnswer(200, jobBody(job, store.now()))
}

function tooManyFields(count: number) {
  const text = `Array is too long (${count}), maximum ${maxCsvFields}`
  return invalidBody(validationSentence('payload', text, { path: ['fields'] }))
}
