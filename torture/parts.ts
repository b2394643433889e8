import { randomSource } from '../packages/core/src/conformance/random-source'
import { startPostgres } from '../test/start-postgres'
import type { CrashPart } from './crash/crash-rounds'
import { crashClientsOfPostgres } from './crash/postgres-client-crashes'
import { crashPostgresServer } from './crash/postgres-server-crashes'
import { crashOnSqlite } from './crash/sqlite-crashes'
import { createTally, type PartResult } from './tally'

/** The built child scripts. */
export interface ChildFiles {
  readonly crash: string
}

export interface PartSettings {
  readonly seed: number
  readonly rounds: number
  readonly files: ChildFiles
  progress(text: string): void
}

interface Part {
  readonly name: string
  readonly rounds: number
  run(part: CrashPart): Promise<void>
}

const onServer = async (work: (server: Awaited<ReturnType<typeof startPostgres>>) => Promise<void>) => {
  // As a server in use: a crash of its processes shall find on the disk what it finds there in earnest.
  const server = await startPostgres({ durable: true })
  try {
    await work(server)
  } finally {
    await server.stop()
  }
}

/** Every part by its name, with the rounds that it has unless told otherwise. */
export const parts: readonly Part[] = [
  { name: 'sqlite-crash', rounds: 200, run: (part) => crashOnSqlite(part, 'normal') },
  { name: 'sqlite-crash-full', rounds: 60, run: (part) => crashOnSqlite(part, 'full') },
  {
    name: 'postgres-client-crash',
    rounds: 60,
    run: (part) => onServer((server) => crashClientsOfPostgres(part, server.url)),
  },
  { name: 'postgres-server-crash', rounds: 36, run: (part) => onServer((server) => crashPostgresServer(part, server)) },
]

/** Runs one part. What stops it is a flaw like any other. */
export async function runPart(part: Part, { seed, rounds, files, progress }: PartSettings): Promise<PartResult> {
  const tally = createTally(part.name, rounds, progress)
  try {
    await part.run({ childFile: files.crash, random: randomSource(seed), rounds, tally })
  } catch (error) {
    tally.round([`stopped: ${(error as Error).stack}`], 'part')
  }
  return tally.result()
}
