import type { JsonObject } from '@indwell/core'
import type { ExportField } from '../transfer/export-field'
import type { ImportSummary } from '../transfer/import-users'

export type JobStatus = 'pending' | 'processing' | 'completed' | 'failed'

interface AnyJob {
  /** `job_` and 16 letters and digits. */
  readonly id: string
  readonly status: JobStatus
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** When the process that works on it last said so. Absent: it has yet to begin. */
  readonly aliveAt?: number
  readonly connectionId?: string
  readonly connection?: string
  /** Why it failed. */
  readonly details?: string
}

export interface ImportJob extends AnyJob {
  readonly type: 'users_import'
  readonly externalId?: string
  readonly summary?: ImportSummary
  /** In how many pieces the errors of its rows are kept. */
  readonly errorPages?: number
}

export interface ExportJob extends AnyJob {
  readonly type: 'users_export'
  readonly format: 'json' | 'csv'
  readonly limit?: number
  readonly fields?: readonly ExportField[]
}

export type Job = ImportJob | ExportJob

/** How long a job may take. */
export const maxJobMs = 2 * 60 * 60 * 1000
export const tooLong = 'The job took too long.'
/** How long a job counts as worked on after its process last said so. */
export const leaseMs = 2 * 60 * 1000
export const leftBehind = 'The process that worked on the job has ended.'
/** How long a job is known. */
export const keptMs = 24 * 60 * 60 * 1000

/** Whether somebody works on it: one of which nothing was heard for long was left by a process that ended. */
export function isActive({ status, createdAt, aliveAt = createdAt }: Job, now: number): boolean {
  return (status === 'pending' || status === 'processing') && now - createdAt <= maxJobMs && now - aliveAt <= leaseMs
}

/**
 * A job in the service's shape, keys in the order of recorded answers.
 *
 * @param location - Where the file of an export is.
 */
export function jobBody(job: Job, now: number, location?: string): JsonObject {
  const isLeft = !isActive(job, now) && job.status !== 'completed' && job.status !== 'failed'
  const details = isLeft ? leftBehind : job.details
  return Object.fromEntries(
    Object.entries({
      type: job.type,
      status: isLeft ? 'failed' : job.status,
      connection_id: job.connectionId,
      ...(job.type === 'users_import'
        ? { external_id: job.externalId, summary: job.summary && { ...job.summary } }
        : { format: job.format, limit: job.limit, fields: job.fields?.map((field) => ({ ...field })) }),
      connection: job.connection,
      created_at: new Date(job.createdAt).toISOString(),
      id: job.id,
      ...(location !== undefined && { location, percentage_done: 100, time_left_seconds: 0 }),
      status_details: details,
    }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
