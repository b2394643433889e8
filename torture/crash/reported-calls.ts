import type { ChildLine } from '../child-line'

/** What the parent knows of a call that a child made. */
export interface ReportedCall {
  readonly kind: string
  /** Types of the events that it writes when it is applied. */
  readonly events: readonly string[]
  /** `undefined`: the process died, or the storage could not tell; whole or absent. */
  readonly answer: { readonly sequence: string } | { readonly code: string } | undefined
}

/** Calls by their tag, which is the reason that their events carry. */
export type ReportedCalls = ReadonlyMap<string, ReportedCall>

export function reportedCalls(lines: readonly ChildLine[]): ReportedCalls {
  const calls = new Map<string, ReportedCall>()
  for (const line of lines) {
    if (line.said === 'call') calls.set(line.tag, { kind: line.kind, events: line.events, answer: undefined })
    if (line.said === 'answer') calls.set(line.tag, { ...calls.get(line.tag)!, answer: { sequence: line.sequence } })
    if (line.said === 'refusal' && line.code !== 'outcome_unknown') {
      calls.set(line.tag, { ...calls.get(line.tag)!, answer: { code: line.code } })
    }
  }
  return calls
}
