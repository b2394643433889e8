import { randomBytes } from 'node:crypto'
import type { FaceHost } from '../../create-http-adapter'
import { connectionsById } from './connection-id'
import { ExportLinks } from './export-link'
import { JobRunner } from './job-runner'
import { JobStore } from './job-store'

/** What a face needs for its jobs. */
export interface Jobs {
  readonly store: JobStore
  readonly runner: JobRunner
  readonly links: ExportLinks
  /** Names of connections by their ids. */
  readonly connections: ReadonlyMap<string, string>
}

/** What a host chose for jobs. */
export interface JobOptions {
  readonly connections: Readonly<Record<string, string>>
  readonly defaultConnection: string
  readonly publicUrl: string
  readonly linkSecret: string | undefined
}

export function openJobs({ directory }: Pick<FaceHost, 'directory'>, options: JobOptions): Jobs {
  const { connections, defaultConnection, publicUrl, linkSecret = randomBytes(32) } = options
  const store = new JobStore(directory)
  return {
    store,
    runner: new JobRunner(store),
    links: new ExportLinks(linkSecret, publicUrl),
    connections: connectionsById(connections, defaultConnection),
  }
}
