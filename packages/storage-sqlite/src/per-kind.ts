import type { RecordKind } from '@indwell/core'

/** What is made for a kind of record when it is first needed: statements of most kinds are built for nobody. */
export function perKind<T>(make: (kind: RecordKind) => T): (kind: RecordKind) => T {
  const made = new Map<RecordKind, T>()
  return (kind) => {
    let found = made.get(kind)
    if (found === undefined) {
      found = make(kind)
      made.set(kind, found)
    }
    return found
  }
}
