import { median } from './measure'
import type { MarkedRow } from './row'

/** Of several runs each row with the median of its ratios; a run need not have all of them. */
export function medianRows(runs: readonly (readonly MarkedRow[])[]): readonly MarkedRow[] {
  const byName = new Map<string, MarkedRow[]>()
  for (const row of runs.flat()) {
    const name = JSON.stringify([row.name, row.database, row.callers])
    byName.set(name, [...(byName.get(name) ?? []), row])
  }
  return [...byName.values()].map((rows) => ({ ...rows[0]!, ratio: median(rows.map(({ ratio }) => ratio)) }))
}
