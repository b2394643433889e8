import { type Child, flawsIn, startChild } from '../child'
import type { CrashTask } from '../child-task'
import { checkStored } from '../crash/check-stored'
import { type CrashPart, countLines, someAnswers } from '../crash/crash-rounds'
import { administer } from '../crash/postgres-database'
import { answeredAgain } from '../crash/postgres-server-crashes'
import { reportedCalls } from '../crash/reported-calls'
import { postgresSite } from '../crash/site'
import { type FailoverCluster, inDatabase } from './failover-cluster'
import { type Follower, followFeed } from './follow-feed'

/** Failovers that one database, one process that writes and one that follows the feed live through. */
const life = 5

interface Load {
  readonly database: string
  readonly child: Child
  readonly follower: Follower
}

/**
 * Kills the primary under a process that writes and a consumer of the feed, which both live on. Calls end in errors
 * meanwhile, none hangs, and once there is a new primary they are answered again, by the same pools.
 */
export async function failOverUnderLoad(part: CrashPart, cluster: FailoverCluster): Promise<void> {
  const { random, rounds, tally } = part
  let load: Load | undefined
  const end = async () => {
    await load?.child.kill()
    await load?.follower.stop()
    load = undefined
  }
  try {
    for (let round = 1; round <= rounds; round++) {
      if ((round - 1) % life === 0) await end()
      const isNew = load === undefined
      load ??= await startLoad(part, cluster, round)
      const { child } = load
      const from = child.lines.length
      if (isNew) await child.until('open')
      else child.send('resume')
      // The server that is gone comes back, and its files are copied, while there are writes.
      if (round > 1) await cluster.recover()
      await someAnswers(child, part)
      if (random.chance(0.5)) await child.until('answer', child.lines.length)

      const killed = Date.now()
      await cluster.failOver(round)
      const flaws = [...(await answeredAgain(child, from))]
      tally.count('ms from kill to answer', Date.now() - killed)
      if (flaws.length === 0) flaws.push(...(await look(load, cluster)))
      flaws.push(...flawsIn(child.lines.slice(from)))
      countLines(tally, child.lines.slice(from))
      tally.round(flaws, `round ${round}`)
      if (flaws.length > 0) await end()
    }
  } finally {
    await end()
  }
}

async function startLoad({ childFile, random }: CrashPart, cluster: FailoverCluster, round: number): Promise<Load> {
  const database = `torture_${process.pid}_${round}`
  await administer(await cluster.primaryUrl(), `create database ${database}`)
  const url = inDatabase(cluster.clientUrl(Math.ceil(round / life)), database)
  const child = startChild(childFile, {
    location: { connectionString: url, max: 1 + random.below(6) },
    name: `r${round}`,
    seed: random.below(2 ** 32),
    lanes: 2 + random.below(7),
    survives: true,
  } satisfies CrashTask)
  await child.until('open')
  return { database, child, follower: followFeed(url) }
}

/** What is wrong with what the failovers left of the calls of the child, and with what the feed told. */
async function look({ database, child, follower }: Load, cluster: FailoverCluster): Promise<readonly string[]> {
  const site = await postgresSite(inDatabase(await cluster.primaryUrl(), database))
  try {
    const stored = await checkStored(site, reportedCalls(child.lines))
    const log = await site.storage.readEvents('default', { limit: 10_000_000 })
    return [...(await follower.flawsAgainst(log)), ...stored]
  } catch (error) {
    return [`cannot be read any more: ${(error as Error).stack}`]
  } finally {
    await site.close()
  }
}
