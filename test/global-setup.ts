import type { TestProject } from 'vitest/node'
import { startPostgres } from './start-postgres'

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the run's own Postgres, as a user that may create databases. */
    postgresUrl: string
  }
}

/** One real Postgres for the whole run. A run that cannot start it fails: no test of the suite is optional. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, stop } = await startPostgres()
  project.provide('postgresUrl', url)
  return stop
}
