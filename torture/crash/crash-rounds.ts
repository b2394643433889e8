import type { RandomSource } from '../../packages/core/src/conformance/random-source'
import { type Child, flawsIn, startChild } from '../child'
import type { ChildLine } from '../child-line'
import type { CrashTask, Location } from '../child-task'
import type { Tally } from '../tally'
import { checkStored } from './check-stored'
import { type ReportedCall, reportedCalls } from './reported-calls'
import type { Site } from './site'

/** What the rounds of a part on one kind of database need. */
export interface CrashPart {
  /** The built `crash-child.ts`. */
  readonly childFile: string
  readonly random: RandomSource
  readonly rounds: number
  /** Answers that a process may give before it happens; 300 when absent. */
  readonly maxAnswers?: number
  readonly tally: Tally
}

/** A database that lives through a few rounds. */
export interface CrashedDatabase {
  readonly location: Location
  /** Answers once nothing of the processes that died goes on. */
  settled(): Promise<void>
  /** Looks at what the crash left before anybody opens it. */
  inspect?(calls: ReadonlyMap<string, ReportedCall>): Promise<readonly string[]>
  open(): Promise<Site>
  remove(): Promise<void>
}

/** Crashes that one database lives through at most. */
const maxLife = 8

/**
 * Kills writing processes at random moments, and looks after each time at what they left. Some rounds have two processes,
 * and some kill while the database is opened or made.
 */
export async function runCrashRounds(
  part: CrashPart,
  create: (round: number) => Promise<CrashedDatabase>,
): Promise<void> {
  const { random, rounds, tally } = part
  let database: CrashedDatabase | undefined
  let calls = new Map<string, ReportedCall>()
  let age = 0
  try {
    for (let round = 1; round <= rounds; round++) {
      const isNew = database === undefined || age >= maxLife || random.chance(0.15)
      if (isNew) {
        await database?.remove()
        database = await create(round)
        calls = new Map()
        age = 0
      }
      age += 1
      const current = database!
      const writers = Array.from({ length: random.chance(0.3) ? 2 : 1 }, (_, index) =>
        killWriter(part, current.location, `r${round}w${index}`, isNew),
      )
      const lines = (await Promise.all(writers)).flat()
      for (const [tag, call] of reportedCalls(lines)) calls.set(tag, call)
      await current.settled()
      countLines(tally, lines)
      const flaws = [...flawsIn(lines), ...((await current.inspect?.(calls)) ?? []), ...(await look(current, calls))]
      tally.round(flaws, `round ${round}`)
      if (flaws.length > 0) {
        await database?.remove()
        database = undefined
      }
    }
  } finally {
    await database?.remove()
  }
}

async function look(database: CrashedDatabase, calls: ReadonlyMap<string, ReportedCall>): Promise<readonly string[]> {
  let site: Site | undefined
  try {
    site = await database.open()
    return await checkStored(site, calls)
  } catch (error) {
    return [`cannot be read any more: ${(error as Error).stack}`]
  } finally {
    await site?.close()
  }
}

async function killWriter(
  part: CrashPart,
  location: Location,
  name: string,
  isNew: boolean,
): Promise<readonly ChildLine[]> {
  const { childFile, random } = part
  const task: CrashTask = { location, name, seed: random.below(2 ** 32), lanes: 1 + random.below(6), survives: false }
  const child = startChild(childFile, task)
  // A child that ends by itself has said why.
  await momentToKill(child, part, isNew).catch(() => undefined)
  await child.kill()
  return child.lines
}

/** While it opens the database, or later. */
async function momentToKill(child: Child, part: CrashPart, isNew: boolean): Promise<void> {
  const { random } = part
  if (random.chance(isNew ? 0.4 : 0.15)) {
    await child.until('loaded')
    return pause(random.below(isNew ? 100 : 30))
  }
  await child.until('open')
  await someAnswers(child, part)
}

/** Waits for some time, or for some answers: on a slow machine little happens in a time. */
export async function someAnswers(child: Child, { random, maxAnswers = 300 }: CrashPart): Promise<void> {
  if (random.chance(0.3)) return pause(random.below(400))
  for (let answers = random.below(random.chance(0.5) ? 10 : maxAnswers); answers > 0; answers--) {
    await child.until('answer', child.lines.length)
  }
  await pause(random.below(4))
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

export function countLines(tally: Tally, lines: readonly ChildLine[]): void {
  const count = (said: ChildLine['said']) => lines.filter((line) => line.said === said).length
  const unknown = lines.filter((line) => line.said === 'refusal' && line.code === 'outcome_unknown').length
  tally.count('answered', count('answer'))
  tally.count('refused', count('refusal') - unknown)
  tally.count('cut off', count('call') - count('answer') - count('refusal') + unknown)
}
