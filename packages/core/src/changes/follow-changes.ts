import * as v from 'valibot'
import type { Core } from '../core'
import { isStorable, parseInput } from '../input'
import { untilAborted } from '../unless-aborted'
import type { Change } from './change'
import { ChangeReader, type ChangesQuery } from './change-reader'
import { Patrol, type Waking } from './waking'

/** Options of {@link Directory.changes}. */
export interface ChangesOptions extends ChangesQuery {
  /** The position of a change, exclusive. Absent: from the first of the log. */
  readonly after?: string
  /** Ends the iteration, at once and without an error. */
  readonly signal?: AbortSignal
  /**
   * How long to wait at most before looking again where nothing is heard, in milliseconds. The waits begin at 10 and double.
   * Default 1000.
   */
  readonly pollMs?: number
}

export const pollTime = v.optional(
  v.pipe(
    v.number('must be milliseconds'),
    v.integer('must be milliseconds'),
    v.minValue(1, 'must be at least 1'),
    v.maxValue(3_600_000, 'must be at most an hour'),
  ),
)
export const anyPosition = v.optional(
  v.pipe(v.string('must be the position of a change'), v.check(isStorable, 'must be the position of a change')),
)

export const followOptions = {
  after: anyPosition,
  pollMs: pollTime,
  signal: v.optional(v.instance(AbortSignal, 'must be an AbortSignal')),
}
const optionsSchema = v.object(followOptions)

/**
 * Every change behind a position, and those to come. Nothing is read before it is asked for.
 *
 * @throws {@link InvalidInputError} for a position the storage never answered, or options that are none.
 * @throws {@link StorageUnavailableError} when the storage cannot be asked; go on after the last position then.
 */
export function followChanges(
  core: Core,
  waking: Waking,
  closing: AbortSignal,
  options: ChangesOptions = {},
): AsyncGenerator<Change, void, undefined> {
  const { after, pollMs = 1000, signal } = parseInput(optionsSchema, options)
  const reader = new ChangeReader(core, options)
  return follow(reader, waking, after, pollMs, signal === undefined ? [closing] : [closing, signal])
}

/** What a reader has behind a position, page after page, until it is given back or one of the signals is given. */
export function follow(
  reader: Pick<ChangeReader, 'read'>,
  waking: Waking,
  from: string | undefined,
  pollMs: number,
  signals: readonly AbortSignal[],
): AsyncGenerator<Change, void, undefined> {
  const ending = new AbortController()
  const changes = pages(reader, waking, from, pollMs, signals, ending)
  const giveBack = changes.return.bind(changes)
  // By itself it would wait for the change that somebody is waiting for.
  changes.return = (value) => {
    ending.abort()
    return giveBack(value)
  }
  return changes
}

async function* pages(
  reader: Pick<ChangeReader, 'read'>,
  waking: Waking,
  from: string | undefined,
  pollMs: number,
  signals: readonly AbortSignal[],
  ending: AbortController,
): AsyncGenerator<Change, void, undefined> {
  let after = from
  // `AbortSignal.any` would be held by the directory's own signal for as long as that lives.
  const { signal } = ending
  const end = () => ending.abort()
  for (const one of signals) one.addEventListener('abort', end)
  if (signals.some(({ aborted }) => aborted)) end()
  const patrol = new Patrol(waking, pollMs, signal)
  try {
    while (!signal.aborted) {
      const page = await untilAborted(reader.read(after), signal)
      if (page === undefined) return
      for (const change of page.changes) {
        yield change
        if (signal.aborted) return
      }
      if (page.after !== after) patrol.found()
      after = page.after
      if (!page.isFull) await patrol.wait()
    }
  } finally {
    patrol.end()
    for (const one of signals) one.removeEventListener('abort', end)
  }
}
