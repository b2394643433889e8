/** One thing to measure: `run` does it `count` times, with as many callers at once as it was made for. */
export interface Contender {
  readonly name: string
  run(count: number): Promise<void>
}

/** Operations per second of each contender, best round, and the medians of the ratios of all rounds. */
export interface Measured {
  readonly name: string
  readonly opsPerSecond: number
  /** To the first contender, paired within each round. */
  readonly ratio: number
  /** The first contender's CPU time of this process for each operation, to this one's. */
  readonly cpuRatio: number
}

const rounds = 9
const usualRoundMs = 120
/** Of writes to SQLite: several times as long as the log takes to fill, so that each side copies its share of it. */
export const writingRoundMs = 480
/** Before the first round: what V8 has not compiled yet is not what a process that serves runs. */
const warmUpMs = 1000

/**
 * Measures contenders against the first one, alternating: each round runs all of them, in turning order, for about the
 * same time, and compares them within the round, so that a slow moment of the machine touches all alike.
 */
export async function measure(contenders: readonly Contender[], roundMs = usualRoundMs): Promise<readonly Measured[]> {
  const counts: number[] = []
  for (const contender of contenders) counts.push(await calibrate(contender, roundMs))

  const perSecond = contenders.map(() => [] as number[])
  const perCpuSecond = contenders.map(() => [] as number[])
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const index = (round + turn) % contenders.length
      const count = counts[index]!
      const [startedCpu, started] = [process.cpuUsage(), performance.now()]
      await contenders[index]!.run(count)
      perSecond[index]!.push((count * 1000) / (performance.now() - started))
      const { user, system } = process.cpuUsage(startedCpu)
      perCpuSecond[index]!.push((count * 1e6) / Math.max(1, user + system))
    }
  }
  const ratioTo = (all: readonly number[][], index: number) =>
    median(all[index]!.map((ops, round) => ops / all[0]![round]!))
  return contenders.map(({ name }, index) => ({
    name,
    opsPerSecond: Math.max(...perSecond[index]!),
    ratio: ratioTo(perSecond, index),
    cpuRatio: ratioTo(perCpuSecond, index),
  }))
}

/** How often to run within a round, after warming up. */
async function calibrate(contender: Contender, roundMs: number): Promise<number> {
  const warm = performance.now() + warmUpMs
  for (let count = 50; ; ) {
    const started = performance.now()
    await contender.run(count)
    const ended = performance.now()
    const elapsed = ended - started
    if (elapsed <= roundMs / 2) count *= 2
    else if (ended > warm) return Math.max(1, Math.round((count * roundMs) / elapsed))
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}

/** Runs `operation` `count` times, `callers` at a time, each with its own running number. */
export async function concurrently(
  count: number,
  callers: number,
  operation: (number: number) => Promise<unknown> | unknown,
): Promise<void> {
  let next = 0
  const caller = async () => {
    while (next < count) {
      next += 1
      await operation(next)
    }
  }
  if (callers === 1) return caller()
  await Promise.all(Array.from({ length: callers }, caller))
}
