import {
  createDirectory,
  type Directory,
  type DirectoryError,
  type DirectoryErrorCode,
  isDirectoryError,
} from '@indwell/core'
import { randomSource } from '../../packages/core/src/conformance/random-source'
import { say } from '../child-line'
import { type CrashTask, givenTask, openStorage } from '../child-task'
import { createLane, forgetAll, type Lane } from '../operations/lane'
import { nextOperation } from '../operations/next-operation'
import type { Operation } from '../operations/operation'
import { createShared } from '../operations/shared-operations'
import { watchCounter } from '../split/watch-counter'

// Writes until it is killed. Between `pause` and `resume` of the parent it asks for nothing.
const task = givenTask<CrashTask>()
const random = randomSource(task.seed)

/** A call that is not answered by then hangs: much longer than any timeout of a storage. */
const patienceMs = 60_000

let gate: Promise<void> | undefined
let open = () => {}
let waiting = 0
let writers = task.lanes

process.on('message', (message) => {
  if (message === 'pause') {
    gate ??= new Promise((resolve) => {
      open = resolve
    })
  } else {
    gate = undefined
    open()
  }
})
process.on('disconnect', () => process.exit())

say({ said: 'loaded' })
const directory = await openDirectory()
say({ said: 'open' })
const lanes = Array.from({ length: task.lanes }, (_, index) =>
  createLane(`${task.name}-${index}`, randomSource(random.below(2 ** 32))),
)
// Who comes second finds it there; who was cut off does not know.
while (!['answered', 'already_exists'].includes(await call(lanes[0]!, createShared))) await pause(10)
if (task.watches) {
  writers += 1
  void watchCounter(directory, createLane(`${task.name}-count`, random), turn, call)
}
await Promise.all(lanes.map(write))

async function openDirectory(): Promise<Directory> {
  const storage = openStorage(task.location)
  for (;;) {
    try {
      return await createDirectory({ storage })
    } catch (error) {
      if (!task.survives || !isOutage(error)) {
        say({ said: 'flaw', text: `opening failed: ${described(error)}` })
        process.exit(1)
      }
      await pause(10)
    }
  }
}

/** Where whoever writes waits between `pause` and `resume`. */
async function turn(): Promise<void> {
  if (gate === undefined) return
  waiting += 1
  if (waiting === writers) say({ said: 'paused' })
  await gate
  waiting -= 1
}

async function write(lane: Lane): Promise<never> {
  for (;;) {
    await turn()
    const ended = await call(lane, nextOperation(lane))
    if (ended !== 'answered') await pause(5 + lane.random.below(20))
  }
}

/** The code that it was refused with, where it was. */
async function call(lane: Lane, operation: Operation): Promise<DirectoryErrorCode | 'answered' | 'unknown'> {
  const tag = lane.fresh()
  const begun = Date.now()
  say({ said: 'call', tag, kind: operation.kind, events: operation.events })
  const hanging = setTimeout(() => {
    say({ said: 'flaw', text: `${operation.kind} (${tag}) was not answered in ${patienceMs} ms` })
    process.exit(1)
  }, patienceMs)
  try {
    const { sequence } = await operation.run(directory.asSystem(tag))
    say({ said: 'answer', tag, sequence })
    operation.answered()
    return 'answered'
  } catch (error) {
    const code = isDirectoryError(error) ? error.code : 'unknown'
    say({ said: 'refusal', tag, code, text: described(error), ms: Date.now() - begun })
    const isExpected = isOutage(error) ? task.survives : operation === createShared && code === 'already_exists'
    if (!isExpected) {
      say({ said: 'flaw', text: `${operation.kind} (${tag}) was refused: ${described(error)}` })
    }
    forgetAll(lane)
    return code
  } finally {
    clearTimeout(hanging)
  }
}

function isOutage(error: unknown): error is DirectoryError {
  return isDirectoryError(error) && (error.code === 'storage_unavailable' || error.code === 'outcome_unknown')
}

function described(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `, caused by ${described(error.cause)}`
  return `${error.name} ${error.message}${cause}`
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
