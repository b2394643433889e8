import { type CrashPart, runCrashRounds } from './crash-rounds'
import { createTorturedDatabase } from './postgres-database'
import { postgresSite } from './site'

/** Processes that write one Postgres database, killed; the server lives on, and may still finish what it was told. */
export async function crashClientsOfPostgres(part: CrashPart, serverUrl: string): Promise<void> {
  await runCrashRounds(part, async () => {
    const { url, childUrl, childrenGone, drop } = await createTorturedDatabase(serverUrl)
    return {
      location: { connectionString: childUrl, max: 1 + part.random.below(6) },
      settled: childrenGone,
      open: () => postgresSite(url),
      remove: drop,
    }
  })
}
