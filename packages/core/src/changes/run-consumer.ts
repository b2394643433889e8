import { randomUUID } from 'node:crypto'
import type { Core } from '../core'
import { untilAborted } from '../unless-aborted'
import type { Change } from './change'
import type { ChangePage, ChangeReader } from './change-reader'
import type { ChangeHandler, ConsumerOptions, HandlingFailure } from './consumer'
import {
  aggregateName,
  type ConsumerState,
  type ConsumerStore,
  dueOf,
  newState,
  nextDueAt,
  type WaitingChange,
} from './consumer-state'
import { Patrol, type Waking } from './waking'

/** Changes that may wait; beyond, none is read until some are done. */
const mostWaiting = 1000
const mostParked = 1000
const mostNotes = 100
const longestText = 500
/** Where there is nothing more to do, so long after the last time it is stored how far a consumer came. */
const saveAfterMs = 1000
/** What a handler is granted that does not end with its signal. */
const graceMs = 5000

export type RunOptions = Required<Omit<ConsumerOptions, 'types' | 'subject' | 'before' | 'onError'>> &
  Pick<ConsumerOptions, 'onError'>

/**
 * Works as one consumer in this process, while it holds the lease that is kept with the consumer's state: whoever stores
 * anything renews it, and others take it once it has run out. Who could not store for half of it stops, and so has stopped
 * by then where clocks differ by less than the other half.
 */
export class ConsumerRun {
  readonly #stopping = new AbortController()
  readonly #patrol: Patrol
  readonly #holder = randomUUID()
  /** What of this run was stored, with what came since. */
  #state: ConsumerState = newState
  #version = 0
  #heldAt: number | undefined
  /** Counts how often what others stored took the place of what this run knew. */
  #takeovers = 0
  #unsaved = 0
  #savedAt = 0
  #page: { readonly rest: Change[]; readonly page: ChangePage } | undefined
  #lease = new AbortController()
  #saving: Promise<unknown> = Promise.resolve()
  readonly ended: Promise<void>

  constructor(
    readonly core: Core,
    readonly store: ConsumerStore,
    readonly reader: ChangeReader,
    readonly handler: ChangeHandler,
    readonly options: RunOptions,
    waking: Waking,
  ) {
    this.#patrol = new Patrol(waking, options.pollMs, this.#stopping.signal)
    this.ended = this.#run()
  }

  get isHeldHere(): boolean {
    return this.#heldAt !== undefined && !this.#isLost()
  }

  /** Stores what was done since it last did, so that what is changed of the state does not have it done again. */
  async save(): Promise<void> {
    if (this.isHeldHere && this.#unsaved > 0) await this.#save()
  }

  /** What is stored was changed by others: takes it over. */
  async takeOver(): Promise<void> {
    if (this.isHeldHere) await this.#save()
    this.#patrol.rouse()
  }

  stop(): Promise<void> {
    this.#stopping.abort()
    this.#lease.abort()
    return this.ended
  }

  async #run(): Promise<void> {
    const renewing = setInterval(() => this.#renew(), this.options.leaseMs / 4)
    while (!this.#stopping.signal.aborted) {
      try {
        if (!(await this.#hold())) await this.#patrol.rest(Math.min(this.options.leaseMs / 4, this.options.pollMs))
        else if (!(await this.#step())) await this.#idle()
      } catch (error) {
        this.#report(error)
        await this.#patrol.wait()
      }
    }
    clearInterval(renewing)
    if (this.isHeldHere) await this.#save(true).catch((error: unknown) => this.#report(error))
    this.#patrol.end()
  }

  /** Whether this run holds the consumer, by now. */
  async #hold(): Promise<boolean> {
    if (this.#heldAt !== undefined) {
      if (!this.#isLost()) return true
      this.#heldAt = undefined
    }
    const now = this.core.now()
    const stored = await this.store.read()
    const state = stored?.state ?? (await this.#begin())
    const isOthers = state.holder !== undefined && state.holder !== this.#holder && (state.heldUntil ?? 0) > now
    if (isOthers || state.disabledAt !== undefined) return false
    const taken = { ...state, holder: this.#holder, heldUntil: now + this.options.leaseMs }
    const version = (stored?.version ?? 0) + 1
    if (!(await this.store.write({ version, state: taken }))) return false
    this.#take(taken, version)
    this.#heldAt = now
    this.#lease = new AbortController()
    return true
  }

  async #begin(): Promise<ConsumerState> {
    if (this.options.start === 'oldest') return newState
    const [newest] = await this.core.readEvents({ limit: 1, descending: true })
    return newest === undefined ? newState : { ...newState, after: newest.position }
  }

  #take(state: ConsumerState, version: number): void {
    this.#state = state
    this.#version = version
    this.#page = undefined
    this.#unsaved = 0
    this.#takeovers += 1
  }

  /** Does the next thing there is to do. `false`: there is none. */
  async #step(): Promise<boolean> {
    const now = this.core.now()
    const { waiting, pausedUntil = 0 } = this.#state
    if (pausedUntil > now) return false
    const due = dueOf(waiting, now)
    if (due !== undefined) {
      await this.#retry(due)
      return true
    }
    if (waiting.length >= mostWaiting) return false
    const change = await this.#next()
    if (change === undefined) return false
    await this.#first(change)
    return true
  }

  async #idle(): Promise<void> {
    const sinceSaved = performance.now() - this.#savedAt
    if (this.#unsaved > 0 && sinceSaved >= saveAfterMs) {
      await this.#save()
      return
    }
    const { waiting, pausedUntil = 0 } = this.#state
    const now = this.core.now()
    const due = (pausedUntil > now ? pausedUntil : nextDueAt(waiting)) - now
    const unsaved = this.#unsaved > 0 ? saveAfterMs - sinceSaved : Number.POSITIVE_INFINITY
    await this.#patrol.wait(Math.max(Math.min(due, unsaved), 1))
  }

  /** The change behind the last, when there is one. */
  async #next(): Promise<Change | undefined> {
    for (;;) {
      const change = this.#page?.rest.shift()
      if (change !== undefined) return change
      const takeovers = this.#takeovers
      if (this.#page !== undefined) {
        // Also what is not asked for is behind us now; that is stored along with what else there is.
        const { after, isFull } = this.#page.page
        this.#page = undefined
        if (after !== undefined) this.#state = { ...this.#state, after }
        if (!isFull) return undefined
      }
      const page = await untilAborted(this.reader.read(this.#state.after), this.#stopping.signal)
      if (page === undefined || takeovers !== this.#takeovers) return undefined
      if (page.after === this.#state.after) return undefined
      this.#patrol.found()
      this.#page = { rest: [...page.changes], page }
    }
  }

  /** What stands behind a change that failed waits for it, so that its aggregate stays in order. */
  async #first(change: Change): Promise<void> {
    const { position, type, aggregate } = change
    const name = aggregateName({ aggregate })
    const waits: WaitingChange = { position, type, aggregate, attempts: 0, dueAt: 0 }
    if (this.#state.waiting.some((other) => aggregateName(other) === name)) {
      await this.#settle({ ...this.#state, after: position, waiting: [...this.#state.waiting, waits] })
      return
    }
    const takeovers = this.#takeovers
    const outcome = await this.#handle(change, 1)
    if (outcome === 'broken off' || takeovers !== this.#takeovers) return
    await this.#settle({ ...this.#after(waits, outcome), after: position })
  }

  async #retry(waits: WaitingChange): Promise<void> {
    const change = await this.reader.find(waits.position)
    const takeovers = this.#takeovers
    const outcome = change === undefined ? undefined : await this.#handle(change, waits.attempts + 1)
    if (outcome === 'broken off' || takeovers !== this.#takeovers) return
    await this.#settle(this.#after(waits, outcome))
  }

  /** The state after an attempt. */
  #after(waits: WaitingChange, failure: { readonly error: unknown } | undefined): ConsumerState {
    const { attempts: most, firstRetryMs, longestRetryMs } = this.options
    const state = this.#state
    const place = state.waiting.findIndex(({ position }) => position === waits.position)
    const others = state.waiting.filter(({ position }) => position !== waits.position)
    if (failure === undefined) return { ...state, waiting: others, handled: state.handled + 1 }
    const now = this.core.now()
    const { position, type, aggregate } = waits
    const error = textOf(failure.error)
    const { retryAfterMs, disable } = (failure.error ?? {}) as HandlingFailure
    const pause = isCount(retryAfterMs) ? { pausedUntil: now + retryAfterMs } : {}
    const disabled = disable === true ? { disabledAt: now } : {}
    const attempts = waits.attempts + (disable === true ? 0 : 1)
    const told = { ...state, ...pause, ...disabled, lastError: error }
    if (attempts >= most) {
      const parked = [...state.parked, { position, type, aggregate, attempts, error, parkedAt: now }].slice(-mostParked)
      return { ...told, waiting: others, parked }
    }
    const delay = Math.min(firstRetryMs * 2 ** Math.max(attempts - 1, 0), longestRetryMs) * (1 - Math.random() / 2)
    const again = { ...waits, attempts, dueAt: now + Math.round(delay) }
    const waiting = place < 0 ? [...others, again] : state.waiting.with(place, again)
    return { ...told, waiting }
  }

  async #handle(change: Change, attempt: number): Promise<{ readonly error: unknown } | 'broken off' | undefined> {
    const { signal } = this.#lease
    if (signal.aborted) return 'broken off'
    const takeovers = this.#takeovers
    const note = (text: string) => {
      const { position } = change
      const noted = { position, attempt, at: this.core.now(), text: textOf(text) }
      if (takeovers !== this.#takeovers) return
      this.#state = { ...this.#state, notes: [...this.#state.notes, noted].slice(-mostNotes) }
    }
    const handling = (async () => this.handler(change, { attempt, signal, note }))().then(
      () => undefined,
      (error: unknown) => ({ error }),
    )
    let giveUp = () => {}
    const late = new Promise<'broken off'>((resolve) => {
      giveUp = () => setTimeout(resolve, graceMs, 'broken off').unref()
    })
    signal.addEventListener('abort', giveUp)
    const outcome = await Promise.race([handling, late])
    signal.removeEventListener('abort', giveUp)
    if (outcome === undefined || outcome === 'broken off') return outcome
    // What fails because it was told to end has not failed.
    if (signal.aborted) return 'broken off'
    this.#report(outcome.error, change)
    return outcome
  }

  async #settle(state: ConsumerState): Promise<void> {
    const hasFailed = state.waiting.length !== this.#state.waiting.length
    this.#state = state
    this.#unsaved += 1
    const isOver = state.disabledAt !== undefined
    if (this.#unsaved >= this.options.checkpointEvery || hasFailed || isOver) await this.#save(isOver)
  }

  #isLost(): boolean {
    const lost = this.#heldAt === undefined || this.core.now() - this.#heldAt > this.options.leaseMs / 2
    if (lost) this.#lease.abort()
    return lost
  }

  #renew(): void {
    if (this.#heldAt !== undefined && !this.#isLost()) this.#save().catch((error: unknown) => this.#report(error))
  }

  /** One after the other. Whether this run still holds the consumer. */
  #save(release = false): Promise<boolean> {
    const saving = this.#saving.then(() => this.#store(release))
    this.#saving = saving.catch(() => undefined)
    return saving
  }

  async #store(release: boolean): Promise<boolean> {
    const now = this.core.now()
    const { holder: _, heldUntil: __, ...rest } = this.#state
    const held = release ? {} : { holder: this.#holder, heldUntil: now + this.options.leaseMs }
    const unsaved = this.#unsaved
    const version = this.#version + 1
    if (await this.store.write({ version, state: { ...rest, ...held } })) {
      this.#version = version
      this.#unsaved -= unsaved
      this.#savedAt = performance.now()
      this.#heldAt = release ? undefined : now
      return true
    }
    const stored = await this.store.read()
    if (stored?.state.holder === this.#holder && stored.state.disabledAt === undefined) {
      this.#take(stored.state, stored.version)
      return true
    }
    this.#heldAt = undefined
    this.#takeovers += 1
    this.#lease.abort()
    return false
  }

  #report(error: unknown, change?: Change): void {
    try {
      this.options.onError?.(error, change)
    } catch {
      // Whoever reports badly shall not end the consumer.
    }
  }
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0

const textOf = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).toWellFormed().replaceAll('\0', '').slice(0, longestText)
