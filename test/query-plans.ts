import assert from 'node:assert/strict'
import type { ServedSearch } from './served-searches'

/** How a database would run one statement. */
export interface QueryPlan {
  readonly answers: 'page' | 'count' | 'reads'
  readonly accesses: readonly Access[]
  /** Tables that are read from end to end. */
  readonly scans: readonly string[]
  /** Everything that was found is sorted, rather than what stands in order already, or the page alone. */
  readonly sortsAll: boolean
  /** The statement, and the plan as the database said it. */
  readonly text: string
}

/** Rows are looked up by an index. */
export interface Access {
  /** Without the prefix; `key`: the key of its table. */
  readonly index: string
  /** What narrows it, as the database says it. */
  readonly condition: string
}

/**
 * Whether a search was served as its entry says: to the letter by a database that chooses by rules alone. One that chooses
 * by statistics may take another index that finds as little or has the order as well, and counts a table that is nearly
 * all of one org from end to end.
 *
 * @throws AssertionError when it was not.
 */
export function assertServed(
  search: ServedSearch,
  plans: readonly QueryPlan[],
  chosenBy: 'rules' | 'statistics',
): void {
  const { index, by, inOrder } = search
  const byRules = chosenBy === 'rules'
  const isServed = ({ accesses, answers }: QueryPlan) =>
    accesses.some(({ index: used, condition }) => {
      const columns = columnsOf(condition)
      // What is counted needs no order, so any index will do that narrows alike.
      if (byRules) return (used === index || answers === 'count') && columns.includes(by)
      return inOrder || columns.includes(by) || columns.includes(`${by}_folded`)
    })
  const checked = plans.filter(({ answers }) => byRules || !inOrder || answers !== 'count')
  // Memberships are no search but a read.
  const searches = checked.filter(({ answers }) => answers !== 'reads')
  if (searches.length === 0) assert.ok(checked.some(isServed), `is not served by ${index} up to ${by}`)
  for (const plan of searches) assert.ok(isServed(plan), `is not served by ${index} up to ${by}\n${plan.text}`)

  for (const { accesses, scans, sortsAll, text } of checked) {
    assert.deepEqual(scans, [], `reads a table from end to end\n${text}`)
    if (inOrder) assert.ok(!sortsAll, `sorts everything\n${text}`)
    const whole = accesses.filter(({ condition }) => columnsOf(condition).every((column) => column === 'instance_id'))
    if (by !== 'instance_id' && (byRules || !inOrder)) assert.deepEqual(whole, [], `reads all of the instance\n${text}`)
  }
}

/** Names before the operators of a condition, as both databases write it. */
function columnsOf(condition: string): readonly string[] {
  return Array.from(condition.matchAll(/([a-z_]+)\s*(?:=|<|>)/g), ([, column]) => column!)
}
