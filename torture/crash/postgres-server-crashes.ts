import type { StartedPostgres } from '../../test/start-postgres'
import { type Child, flawsIn, startChild } from '../child'
import type { CrashTask } from '../child-task'
import { checkStored } from './check-stored'
import { type CrashPart, countLines, pause, someAnswers } from './crash-rounds'
import { createTorturedDatabase, type TorturedDatabase } from './postgres-database'
import { reportedCalls } from './reported-calls'
import { postgresSite } from './site'

/** Crashes of the server that one process and one database live through. */
const life = 6

/**
 * Crashes the server under a process that lives on: half the rounds by an immediate shutdown, half by killing all its
 * processes. Its calls end in errors meanwhile, none hangs, and once the server is back they are answered again.
 */
export async function crashPostgresServer(part: CrashPart, server: StartedPostgres): Promise<void> {
  const { childFile, random, rounds, tally } = part
  let database: TorturedDatabase | undefined
  let child: Child | undefined
  const end = async () => {
    await child?.kill()
    await database?.drop()
    child = undefined
    database = undefined
  }
  try {
    for (let round = 1; round <= rounds; round++) {
      if ((round - 1) % life === 0) await end()
      const isNew = child === undefined
      database ??= await createTorturedDatabase(server.url)
      child ??= startChild(childFile, {
        location: { connectionString: database.childUrl, max: 1 + random.below(6) },
        name: `r${round}`,
        seed: random.below(2 ** 32),
        lanes: 2 + random.below(7),
        survives: true,
      } satisfies CrashTask)
      const from = child.lines.length
      const atOpening = isNew && random.chance(0.5)
      if (isNew) await child.until(atOpening ? 'loaded' : 'open')
      else child.send('resume')
      if (atOpening) await pause(random.below(200))
      else await someAnswers(child, part)

      await server.crash(round % 2 === 0 ? 'kill' : 'immediate')
      await pause(random.below(500))
      await server.restart()

      const flaws = [...(await answeredAgain(child, from)), ...flawsIn(child.lines.slice(from))]
      countLines(tally, child.lines.slice(from))
      if (flaws.length === 0) flaws.push(...(await look(database, child)))
      tally.round(flaws, `round ${round}`)
      if (flaws.length > 0) await end()
    }
  } finally {
    await end()
  }
}

/** Answers once a write was answered that was asked for after the server was back, and nothing is under way any more. */
export async function answeredAgain(child: Child, from: number): Promise<readonly string[]> {
  try {
    await child.until('open', 0)
    const called = child.lines.length
    await child.until('answer', called)
    const paused = child.lines.length
    child.send('pause')
    await child.until('paused', Math.max(paused, from))
    return []
  } catch (error) {
    return [(error as Error).message]
  }
}

/** What is wrong with what the crash left of the calls of a child. */
export async function look(database: TorturedDatabase, child: Child): Promise<readonly string[]> {
  const site = await postgresSite(database.url)
  try {
    return await checkStored(site, reportedCalls(child.lines))
  } catch (error) {
    return [`cannot be read any more: ${(error as Error).stack}`]
  } finally {
    await site.close()
  }
}
