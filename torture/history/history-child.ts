import { createDirectory } from '@indwell/core'
import { type RandomSource, randomSource } from '../../packages/core/src/conformance/random-source'
import { say } from '../child-line'
import { givenTask, type HistoryTask, openStorage } from '../child-task'
import { deeds } from './deeds'

// Reads and writes for some time, and says of every call when it began, when it was answered and with what.
const { process: number, ...task } = givenTask<HistoryTask>()
const random = randomSource(task.seed)

say({ said: 'loaded' })
const directory = await createDirectory({ storage: openStorage(task.location), migrate: false })
say({ said: 'open' })
const deadline = Date.now() + task.durationMs
const lanes = Array.from({ length: task.lanes }, (_, lane) =>
  work(`p${number}l${lane}`, randomSource(random.below(2 ** 32))),
)
await Promise.all(lanes)
await directory.close()
say({ said: 'done' })
process.exit()

async function work(name: string, random: RandomSource): Promise<void> {
  const own = new Map<string, string>()
  for (let count = 0; Date.now() < deadline; count++) {
    await random.oneOf(deeds)(`${name}c${count}`, { directory, process: number, random, own })
  }
}
