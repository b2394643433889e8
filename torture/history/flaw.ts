import type { Call, Flaw } from './history'

export const flaw = (kind: Flaw['kind'], text: string): Flaw => ({ kind, text })

export function named({ id, process, did }: Call): string {
  return `${did.kind} ${id} of process ${process} on ${did.register}`
}
