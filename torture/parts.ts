import { type RandomSource, randomSource } from '../packages/core/src/conformance/random-source'
import { type StartedPostgres, startPostgres } from '../test/start-postgres'
import { crashClientsOfPostgres } from './crash/postgres-client-crashes'
import { crashPostgresServer } from './crash/postgres-server-crashes'
import { crashOnSqlite } from './crash/sqlite-crashes'
import { failOverPatroni, failOverPostgres } from './failover/postgres-failovers'
import { runManyProcesses } from './history/many-processes'
import { sharedFile, sharedPostgres } from './history/shared-databases'
import { missingForSplits } from './split/split-network'
import { splitNetworks } from './split/split-rounds'
import { createTally, type PartResult, type Tally } from './tally'

/** The built child scripts. */
export interface ChildFiles {
  readonly crash: string
  readonly history: string
}

export interface PartSettings {
  readonly seed: number
  readonly rounds: number
  readonly files: ChildFiles
  /** How long processes read and write at once, in each round. */
  readonly durationMs: number
  progress(text: string): void
}

interface PartRun extends Pick<PartSettings, 'rounds' | 'durationMs'> {
  readonly random: RandomSource
  readonly tally: Tally
  readonly crash: { readonly childFile: string }
  readonly history: { readonly childFile: string }
}

interface Part {
  readonly name: string
  readonly rounds: number
  /** What keeps the part from being run on this machine. */
  readonly missing?: () => Promise<string | undefined>
  run(run: PartRun): Promise<void>
}

/** Every part, with the rounds that it has unless told otherwise. */
export const parts: readonly Part[] = [
  { name: 'sqlite-crash', rounds: 200, run: ({ crash, ...run }) => crashOnSqlite({ ...run, ...crash }, 'normal') },
  { name: 'sqlite-crash-full', rounds: 40, run: ({ crash, ...run }) => crashOnSqlite({ ...run, ...crash }, 'full') },
  {
    name: 'postgres-client-crash',
    rounds: 60,
    run: ({ crash, ...run }) => onServer(({ url }) => crashClientsOfPostgres({ ...run, ...crash }, url)),
  },
  {
    name: 'postgres-server-crash',
    rounds: 36,
    run: ({ crash, ...run }) => onServer((server) => crashPostgresServer({ ...run, ...crash }, server)),
  },
  {
    name: 'postgres-failover',
    rounds: 20,
    run: ({ crash, ...run }) => failOverPostgres({ ...run, ...crash }, { durable: true }),
  },
  {
    name: 'postgres-split',
    rounds: 24,
    missing: missingForSplits,
    run: ({ crash, ...run }) => splitNetworks({ ...run, ...crash }),
  },
  {
    name: 'sqlite-processes',
    rounds: 3,
    run: ({ history, ...run }) => runManyProcesses({ ...run, ...history }, sharedFile),
  },
  {
    name: 'postgres-processes',
    rounds: 3,
    run: ({ history, ...run }) =>
      onServer(({ url }) => runManyProcesses({ ...run, ...history }, () => sharedPostgres(url))),
  },
]

/** Parts that take programs which are not the project's own: only run when they are asked for. */
export const clusterParts: readonly Part[] = [
  { name: 'postgres-cluster', rounds: 10, run: ({ crash, ...run }) => failOverPatroni({ ...run, ...crash }) },
]

/** Runs one part. What stops it is a flaw like any other. */
export async function runPart(part: Part, { seed, files, progress, ...settings }: PartSettings): Promise<PartResult> {
  const tally = createTally(part.name, settings.rounds, progress)
  try {
    await part.run({
      ...settings,
      tally,
      random: randomSource(seed),
      crash: { childFile: files.crash },
      history: { childFile: files.history },
    })
  } catch (error) {
    tally.round([`stopped: ${(error as Error).stack}`], 'part')
  }
  return tally.result()
}

/** As a server in use: a crash of its processes shall find on the disk what it finds there in earnest. */
async function onServer(work: (server: StartedPostgres) => Promise<void>): Promise<void> {
  const server = await startPostgres({ durable: true })
  try {
    await work(server)
  } finally {
    await server.stop()
  }
}
