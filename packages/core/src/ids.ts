import type { Clock } from './clock'
import type { RandomBytes } from './randomness'

/** Makes ids that no other call, process or restart makes again. */
export type NewId = () => string

const epoch = Date.UTC(2019, 3, 29)
const tickMs = 10
const countersPerTick = 256n

/**
 * Decimal ids of 18 digits that grow with time, laid out like ZITADEL's: 39 bits of 10 ms ticks since 2019-04-29, 8 bits
 * of counter, 16 bits that tell processes apart.
 *
 * A clock that goes back, or more than 256 ids in a tick, moves on into the next tick instead of repeating an id.
 *
 * @see https://github.com/sony/sonyflake
 */
export function createIdSource(clock: Clock, randomBytes: RandomBytes): NewId {
  const [high = 0, low = 0] = randomBytes(2)
  const machine = BigInt((high << 8) | low)
  let newest = 0n
  return () => {
    const tick = BigInt(Math.max(0, Math.floor((clock() - epoch) / tickMs)))
    const next = tick * countersPerTick
    newest = next > newest ? next : newest + 1n
    return String((newest << 16n) | machine)
  }
}
