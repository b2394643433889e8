import type { RecordSearch, SearchExplanation } from '@indwell/core'
import { type ExplainedLookup, explainedSearch, planSearch, type TableNames } from '@indwell/storage-kysely'
import type { Connections } from '../connections'
import type { RememberedIndexes } from '../metadata-indexes/remembered-indexes'

/** https://www.postgresql.org/docs/current/sql-explain.html */
interface PlanNode {
  readonly 'Index Name'?: string
  readonly 'Index Cond'?: string
  readonly Alias?: string
  readonly Plans?: readonly PlanNode[]
}

/** Plans the statement twice: as the server writes plans for people, and as it writes them for programs. */
export async function explainSearch(
  names: TableNames,
  connections: Connections,
  indexes: RememberedIndexes,
  instanceId: string,
  search: RecordSearch,
): Promise<SearchExplanation> {
  const known = await indexes.read(instanceId)
  const plan = planSearch(instanceId, search, names, 'postgres', known)
  const statement = plan.compilePage()
  const order = plan.pageParameters.map((_, index) => String(index))
  const values = Object.fromEntries(plan.pageParameters.entries())
  const explained = (format: 'text' | 'json') =>
    connections.read({ name: undefined, text: `explain (format ${format}) ${statement}`, order }, values)
  const [lines, [json]] = await Promise.all([explained('text'), explained('json')])
  const [{ Plan: root }] = JSON.parse(json![0]!) as [{ readonly Plan: PlanNode }]
  return explainedSearch(search, plan, known, {
    statement,
    plan: lines.map(([line]) => line!),
    lookups: lookupsOf(root, undefined),
  })
}

/** @param above - The alias of the node above, which a bitmap of an index is for. */
function lookupsOf(node: PlanNode, above: string | undefined): readonly ExplainedLookup[] {
  const { 'Index Name': index, 'Index Cond': condition, Alias: alias = above, Plans: below = [] } = node
  const own = index !== undefined && condition !== undefined && alias !== undefined ? [{ alias, index, condition }] : []
  return [...own, ...below.flatMap((inner) => lookupsOf(inner, alias))]
}
