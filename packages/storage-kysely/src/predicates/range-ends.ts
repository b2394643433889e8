import type { Range } from '@indwell/core'
import { wellFormed } from './text-match'

/** Ends of a range as a database takes them. */
export type RangeEnds =
  | { readonly type: 'text'; readonly from?: string; readonly to?: string }
  | { readonly type: 'number'; readonly from?: number; readonly to?: number }
  | { readonly type: 'open' }

/** `undefined`: ends of two types, or ends that nothing lies between. */
export function rangeEnds({ from, to }: Range): RangeEnds | undefined {
  if (from === undefined && to === undefined) return { type: 'open' }
  if (typeof from !== 'number' && typeof to !== 'number') {
    return {
      type: 'text',
      ...(from !== undefined && { from: wellFormed(from) }),
      ...(to !== undefined && { to: wellFormed(to) }),
    }
  }
  if (typeof from === 'string' || typeof to === 'string') return undefined
  if (Number.isNaN(from) || Number.isNaN(to) || from === Infinity || to === -Infinity) return undefined
  return {
    type: 'number',
    ...(from !== undefined && from !== -Infinity && { from }),
    ...(to !== undefined && to !== Infinity && { to }),
  }
}
