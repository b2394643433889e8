import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTorturedDatabase } from '../crash/postgres-database'
import { postgresSite, sqliteSite } from '../crash/site'
import type { SharedDatabase } from './many-processes'

export async function sharedFile(): Promise<SharedDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'indwell-torture-'))
  const filename = join(directory, 'directory.db')
  return {
    location: { filename },
    open: () => sqliteSite(filename),
    remove: () => rm(directory, { recursive: true }),
  }
}

export async function sharedPostgres(serverUrl: string): Promise<SharedDatabase> {
  const { url, childUrl, drop } = await createTorturedDatabase(serverUrl)
  return { location: { connectionString: childUrl, max: 4 }, open: () => postgresSite(url), remove: drop }
}
