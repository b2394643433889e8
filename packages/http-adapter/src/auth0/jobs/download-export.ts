import type { Directory } from '@indwell/core'
import type { ExchangeRequest, ExchangeResponse } from '../../exchange'
import { whileConnected } from '../../while-connected'
import type { Auth0Settings } from '../call'
import { exportTooLarge, inexistentJob, invalidLink } from '../error-catalogue'
import { exportUsers } from '../transfer/export-users'

/** Longest file, in characters: an answer is held whole. */
const maxFileLength = 67_108_864

const filePath = /^\/jobs\/(job_[A-Za-z0-9]{16})\/file$/

/** The job whose file a path is; `undefined`: it is none. */
export function jobOfFile(method: string, path: string): string | undefined {
  return method === 'GET' ? filePath.exec(path)?.[1] : undefined
}

/**
 * Answers the file of an export to who has a link to it: the link is the permission.
 *
 * @throws {@link Auth0Error} 403 for a link that does not count, 404 when the job is gone, 413 for a file that is too long.
 */
export async function downloadExport(
  directory: Directory,
  { jobs, defaultConnection }: Pick<Auth0Settings, 'jobs' | 'defaultConnection'>,
  jobId: string,
  query: string,
  request: ExchangeRequest,
): Promise<ExchangeResponse> {
  if (!jobs.links.admits(jobId, query, jobs.store.now())) throw invalidLink()
  const job = await jobs.store.find(jobId)
  if (job?.type !== 'users_export') throw inexistentJob()
  const { format, limit, fields, connection } = job
  const pieces: string[] = []
  let length = 0
  const acting = whileConnected(directory, directory.asSystem(`auth0 export ${jobId}`), request)
  for await (const piece of exportUsers(acting, {
    format,
    defaultConnection,
    ...(limit !== undefined && { limit }),
    ...(fields !== undefined && { fields }),
    ...(connection !== undefined && { connection }),
  })) {
    pieces.push(piece)
    length += piece.length
    if (length > maxFileLength) throw exportTooLarge(maxFileLength)
  }
  return {
    status: 200,
    headers: {
      'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8',
      'content-disposition': `attachment; filename="${jobId}.${format === 'csv' ? 'csv' : 'ndjson'}"`,
      'cache-control': 'no-store',
    },
    body: pieces.join(''),
  }
}
