import type { ConsumerKeeper, KeptConsumer } from '../storage/directory-storage'
import type { HandlingNote, ParkedChange } from './consumer'

/** A change that is to be tried again, or stands behind one of its aggregate that is. */
export interface WaitingChange {
  readonly position: string
  readonly type: string
  readonly aggregate: ParkedChange['aggregate']
  /** Done so far. */
  readonly attempts: number
  readonly dueAt: number
}

/** What is kept of a consumer, as JSON. */
export interface ConsumerState {
  readonly after?: string
  readonly holder?: string
  /** Exclusive. */
  readonly heldUntil?: number
  readonly waiting: readonly WaitingChange[]
  readonly parked: readonly ParkedChange[]
  readonly handled: number
  readonly pausedUntil?: number
  readonly disabledAt?: number
  readonly lastError?: string
  readonly notes: readonly HandlingNote[]
}

export const newState: ConsumerState = { waiting: [], parked: [], handled: 0, notes: [] }

export interface Stored {
  readonly version: number
  readonly state: ConsumerState
}

/** The state of one consumer in the database. */
export class ConsumerStore {
  constructor(
    readonly keeper: ConsumerKeeper,
    readonly instanceId: string,
    readonly name: string,
  ) {}

  async read(): Promise<Stored | undefined> {
    const [kept] = await this.keeper.listConsumers(this.instanceId, this.name)
    return kept && { version: kept.version, state: stateOf(kept) }
  }

  /** Whether nobody came in between. */
  write({ version, state }: Stored): Promise<boolean> {
    return this.keeper.putConsumer(this.instanceId, { name: this.name, version, state: JSON.stringify(state) })
  }

  /** Changes what is stored, whoever holds the consumer: the holder takes over what it finds when it stores next. */
  async change(change: (state: ConsumerState) => ConsumerState): Promise<void> {
    for (;;) {
      const stored = (await this.read()) ?? { version: 0, state: newState }
      if (await this.write({ version: stored.version + 1, state: change(stored.state) })) return
    }
  }
}

/** What this class alone writes. */
function stateOf({ state }: KeptConsumer): ConsumerState {
  return JSON.parse(state) as ConsumerState
}

/** Among what waits, the first of each aggregate is tried; all behind it stand still. */
export function dueOf(waiting: readonly WaitingChange[], now: number): WaitingChange | undefined {
  const ahead = new Set<string>()
  return waiting.find((change) => {
    const name = aggregateName(change)
    if (ahead.has(name)) return false
    ahead.add(name)
    return change.dueAt <= now
  })
}

/** When something is due next. */
export function nextDueAt(waiting: readonly WaitingChange[]): number {
  const ahead = new Set<string>()
  let next = Number.POSITIVE_INFINITY
  for (const change of waiting) {
    const name = aggregateName(change)
    if (!ahead.has(name)) next = Math.min(next, change.dueAt)
    ahead.add(name)
  }
  return next
}

export const aggregateName = ({ aggregate }: Pick<WaitingChange, 'aggregate'>) => `${aggregate.type} ${aggregate.id}`
