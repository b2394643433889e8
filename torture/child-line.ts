import { writeSync } from 'node:fs'

/**
 * What a child process says, a line each. It is with the kernel before the call goes on, so that what was said survives
 * the process.
 */
export type ChildLine =
  /** The process runs and will open the directory now. */
  | { readonly said: 'loaded' }
  | { readonly said: 'open' }
  | { readonly said: 'call'; readonly tag: string; readonly kind: string; readonly events: readonly string[] }
  | { readonly said: 'answer'; readonly tag: string; readonly sequence: string }
  | {
      readonly said: 'refusal'
      readonly tag: string
      readonly code: string
      readonly text: string
      readonly ms: number
    }
  | { readonly said: 'refused read'; readonly code: string; readonly ms: number }
  /** Every lane waits for the parent. */
  | { readonly said: 'paused' }
  /** A call of a history, as JSON. */
  | { readonly said: 'history'; readonly record: unknown }
  /** What must never happen. */
  | { readonly said: 'flaw'; readonly text: string }
  | { readonly said: 'done' }

/** The descriptor that the parent reads. */
export const linesDescriptor = 3

export function say(line: ChildLine): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
  for (let written = 0; written < bytes.length; ) written += writeSync(linesDescriptor, bytes, written)
}
