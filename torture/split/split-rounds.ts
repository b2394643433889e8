import { createDirectory } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { type Child, flawsIn, startChild } from '../child'
import type { ChildLine } from '../child-line'
import type { CrashTask } from '../child-task'
import { checkStored } from '../crash/check-stored'
import { type CrashPart, countLines, pause, someAnswers } from '../crash/crash-rounds'
import { answeredAgain } from '../crash/postgres-server-crashes'
import { reportedCalls } from '../crash/reported-calls'
import { postgresSite } from '../crash/site'
import { inDatabase } from '../failover/failover-cluster'
import { type ServerPlace, type SplitPair, startSplitPair } from './split-pair'

/** Splits that one database and one process live through. */
const life = 4

/** Short, for the sake of whoever waits for the rounds. */
const patience = { connectTimeoutMs: 1000, statementTimeoutMs: 1000 }

/** When a silent statement is given up, and a machine that is busy with other things. */
const silenceMs = patience.statementTimeoutMs + 5000
const slackMs = 4000

interface Load {
  readonly database: string
  readonly child: Child
}

interface Split {
  readonly name: string
  /** Whether both servers take writes once it is over. */
  readonly promotes: boolean
  drop(pair: SplitPair): Promise<void>
}

const both = async ({ network }: SplitPair, one: ServerPlace | 'app', other: ServerPlace | 'app') => {
  await network.drop(one, other)
  await network.drop(other, one)
}

/** By turns. */
const splits: readonly Split[] = [
  { name: 'primary out of reach', promotes: false, drop: (pair) => both(pair, 'app', pair.primary) },
  { name: 'questions lost', promotes: false, drop: ({ network, primary }) => network.drop('app', primary) },
  { name: 'answers lost', promotes: false, drop: ({ network, primary }) => network.drop(primary, 'app') },
  { name: 'standby out of reach', promotes: false, drop: (pair) => both(pair, pair.primary, pair.standby) },
  {
    name: 'confirmations lost',
    promotes: false,
    drop: ({ network, primary, standby }) => network.drop(standby, primary),
  },
  {
    name: 'primary alone',
    promotes: true,
    async drop(pair) {
      await both(pair, 'app', pair.primary)
      await both(pair, pair.primary, pair.standby)
    },
  },
]

/**
 * Splits the network under a process that lives on, and mends it. Every call ends within the time that is stated for a
 * silent server, what was answered is there, and the same pool goes on. Where the standby was promoted the lost primary
 * answers no write, and once anything was written to the new one nothing is read from the old, though it lives on.
 */
export async function splitNetworks(part: CrashPart): Promise<void> {
  const { random, rounds, tally } = part
  const pair = await startSplitPair()
  let load: Load | undefined
  const end = async () => {
    await load?.child.kill()
    load = undefined
  }
  try {
    for (let round = 1; round <= rounds; round++) {
      if ((round - 1) % life === 0) await end()
      const isNew = load === undefined
      load ??= await startLoad(part, pair, round)
      const { child, database } = load
      const from = child.lines.length
      if (isNew) await child.until('open')
      else child.send('resume')
      await someAnswers(child, part)

      const split = splits[(round - 1) % splits.length]!
      await split.drop(pair)
      const begun = Date.now()
      const lost = pair.primary
      const flaws: string[] = []
      // Some are over before anybody gave up.
      const lastsMs = random.chance(0.25) ? random.below(1500) : silenceMs + random.below(3000)
      if (split.promotes) {
        await pair.promote()
        flaws.push(...(await writesBeyond(pair, lost, database)))
        await child.until('answer', child.lines.length)
        tally.count('promotions', 1)
      }
      await pause(Math.max(0, begun + lastsMs - Date.now()))
      await pair.network.heal()
      // The lost primary is within reach again, and takes itself for one.
      if (split.promotes) await someAnswers(child, part)

      flaws.push(...(await answeredAgain(child, from)))
      if (flaws.length === 0) flaws.push(...(await look(load, pair)))
      const lines = child.lines.slice(from)
      flaws.push(...flawsIn(lines), ...lateIn(lines))
      countLines(tally, lines)
      tally.most('ms until a call was given up', Math.max(0, ...lines.map(refusedAfter)))
      tally.round(flaws, `round ${round} (${split.name} for ${lastsMs} ms)`)
      if (flaws.length > 0) await end()
      if (split.promotes) {
        await pair.crash(lost)
        await pair.rejoin()
      }
    }
  } finally {
    await end()
    await pair.stop()
  }
}

async function startLoad({ childFile, random }: CrashPart, pair: SplitPair, round: number): Promise<Load> {
  const database = `torture_${process.pid}_${round}`
  await pair.ask(pair.primary, `create database ${database}`)
  const task: CrashTask = {
    location: { connectionString: inDatabase(pair.clientUrl, database), max: 1 + random.below(6), ...patience },
    name: `r${round}`,
    seed: random.below(2 ** 32),
    lanes: 2 + random.below(7),
    survives: true,
    watches: true,
  }
  return { database, child: startChild(childFile, task, pair.network.entering('app')) }
}

/** A server that was left behind by the one that writes wait for must answer none. */
async function writesBeyond(pair: SplitPair, lost: ServerPlace, database: string): Promise<readonly string[]> {
  const storage = postgresStorage({ connectionString: inDatabase(pair.urlOf(lost), database), ...patience })
  try {
    const directory = await createDirectory({ storage, migrate: false })
    await directory.asSystem('beyond').users.createMachine({ userName: crypto.randomUUID(), name: 'Lost' })
    return ['the lost primary answered a write']
  } catch (error) {
    const { code } = error as { readonly code?: unknown }
    return code === 'outcome_unknown' ? [] : [`the lost primary refused a write with ${(error as Error).stack}`]
  } finally {
    await storage.close()
  }
}

function refusedAfter(line: ChildLine): number {
  return line.said === 'refusal' || line.said === 'refused read' ? line.ms : 0
}

function lateIn(lines: readonly ChildLine[]): readonly string[] {
  const boundMs = patience.connectTimeoutMs + silenceMs + slackMs
  return lines.filter((line) => refusedAfter(line) > boundMs).map((line) => `${JSON.stringify(line)} came late`)
}

/** What is wrong with what is stored, once nothing is under way any more. */
async function look({ database, child }: Load, pair: SplitPair): Promise<readonly string[]> {
  await pair.network.sent('app')
  const busy = `select from pg_stat_activity
    where datname = '${database}' and pid <> pg_backend_pid() and backend_type = 'client backend' and state <> 'idle'`
  while ((await pair.ask(pair.primary, busy)).length > 0) await pause(50)
  const site = await postgresSite(inDatabase(pair.urlOf(pair.primary), database))
  try {
    return await checkStored(site, reportedCalls(child.lines))
  } catch (error) {
    return [`cannot be read any more: ${(error as Error).stack}`]
  } finally {
    await site.close()
  }
}
