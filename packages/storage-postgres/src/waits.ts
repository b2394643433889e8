/** Something that is waited for. */
export interface Wait {
  /** On the clock of `performance.now()`, in milliseconds. */
  readonly due: number
  readonly giveUp: () => void
}

const waits = new Set<Wait>()
let timer: NodeJS.Timeout | undefined
let timerDue = Number.POSITIVE_INFINITY

/**
 * Calls `giveUp` after so many milliseconds, unless `endWait` comes first.
 *
 * One timer for all, which goes on when nobody waits and finds nothing then: it is set once for as many waits as end
 * within its time. A timer for each would outlive the wait as long as it takes V8 to find it, and what it closes over
 * with it: the rows of every answer.
 */
export function beginWait(timeoutMs: number, giveUp: () => void): Wait {
  const wait = { due: performance.now() + timeoutMs, giveUp }
  waits.add(wait)
  if (wait.due < timerDue) setTimer(wait.due)
  return wait
}

export function endWait(wait: Wait): void {
  waits.delete(wait)
}

function setTimer(due: number): void {
  clearTimeout(timer)
  timerDue = due
  timer = setTimeout(look, Math.max(1, Math.ceil(due - performance.now())))
  // The connection that is waited for keeps the process, not the clock.
  timer.unref()
}

function look(): void {
  timerDue = Number.POSITIVE_INFINITY
  const now = performance.now()
  let next = Number.POSITIVE_INFINITY
  for (const wait of waits) {
    if (wait.due <= now) {
      waits.delete(wait)
      wait.giveUp()
    } else next = Math.min(next, wait.due)
  }
  if (next < timerDue) setTimer(next)
}
