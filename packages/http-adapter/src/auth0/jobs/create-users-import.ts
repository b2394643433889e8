import type { ExchangeResponse } from '../../exchange'
import type { Call } from '../call'
import { connectionOfJobMissing, importNeedsDatabase, tooManyImports } from '../error-catalogue'
import { jsonAnswer } from '../json-answer'
import { newJobId } from '../new-id'
import type { UsersImportBody } from '../schemas/users-import'
import { runImport } from '../transfer/import-users'
import type { RowReport } from '../transfer/row-report'
import { UserImportError } from '../transfer/user-import-error'
import { type ImportJob, jobBody } from './job'
import { maxReports } from './job-store'

/** Imports at the same time. */
const maxActiveImports = 2

/** POST /jobs/users-imports. Nobody is told by mail that it is done: this directory sends none. */
export async function createUsersImport(call: Call<unknown, UsersImportBody>): Promise<ExchangeResponse> {
  const { body, directory, settings } = call
  const { store, runner, connections } = settings.jobs
  await directory.requirePermission('user.write')
  const connection = connections.get(body.connection_id)
  if (connection === undefined) throw connectionOfJobMissing()
  if (connection === 'sms' || connection === 'email') throw importNeedsDatabase()

  const job: ImportJob = {
    type: 'users_import',
    status: 'pending',
    connectionId: body.connection_id,
    connection,
    createdAt: store.now(),
    id: newJobId(settings.randomBytes),
    ...(body.external_id !== undefined && body.external_id !== '' && { externalId: body.external_id }),
  }
  if (!(await store.add(job, maxActiveImports))) throw tooManyImports(maxActiveImports)
  runner.start(job, (signal) => work(call, job, connection, signal), call.report)
  return jsonAnswer(202, jobBody(job, store.now()))
}

async function work(
  { body, directory, settings }: Call<unknown, UsersImportBody>,
  job: ImportJob,
  connection: string,
  signal: AbortSignal,
): Promise<ImportJob> {
  const { store } = settings.jobs
  const reports: RowReport[] = []
  const ended = async (end: Partial<ImportJob>): Promise<ImportJob> => ({
    ...job,
    ...end,
    errorPages: await store.putReports(job, reports),
  })
  try {
    const { failed, updated, inserted, total } = await runImport(directory, body.users, {
      format: 'auth0',
      connection,
      upsert: body.upsert ?? false,
      closed: true,
      randomBytes: settings.randomBytes,
      now: () => store.now(),
      signal,
      onError(report) {
        if (reports.length < maxReports) reports.push(report)
      },
    })
    return ended({ status: 'completed', summary: { failed, updated, inserted, total } })
  } catch (error) {
    if (!(error instanceof UserImportError) || error.code !== 'malformed_source') throw error
    const details = 'Failed to parse users file JSON when importing users. Make sure it is valid JSON.'
    return ended({ status: 'failed', summary: error.summary, details })
  }
}
