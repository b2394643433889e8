/** What an index holds for one value of one subject. */
export interface IndexedValue {
  readonly subjectId: string
  readonly value: string
  readonly owner: string
}

/** What has to go from an index and what has to come, in that order, for it to hold what it should. */
export function valueDifference(
  held: readonly IndexedValue[],
  wanted: readonly IndexedValue[],
): { readonly stale: readonly IndexedValue[]; readonly missing: readonly IndexedValue[] } {
  const nameOf = ({ subjectId, value, owner }: IndexedValue) => `${subjectId}\n${owner}\n${value}`
  const [heldNames, wantedNames] = [held, wanted].map((values) => new Set(values.map(nameOf)))
  return {
    stale: held.filter((value) => !wantedNames!.has(nameOf(value))),
    missing: wanted.filter((value) => !heldNames!.has(nameOf(value))),
  }
}
