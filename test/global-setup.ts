import type { TestProject } from 'vitest/node'
import { startPostgres } from './start-postgres'

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection strings of the run's own servers, one for each worker, as a user that may create databases. */
    postgresUrls: readonly string[]
  }
}

/**
 * A real Postgres for each worker: a transaction of one test would hold back what another reads of the log. A run that
 * cannot start them fails: no test of the suite is optional.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = await Promise.all(Array.from({ length: project.vitest.config.maxWorkers }, () => startPostgres()))
  project.provide(
    'postgresUrls',
    servers.map(({ url }) => url),
  )
  return async () => {
    await Promise.all(servers.map(({ stop }) => stop()))
  }
}
