import type { RecordSearch, SearchExplanation } from '@indwell/core'
import { type ExplainedLookup, explainedSearch, planSearch } from '@indwell/storage-kysely'
import type { Connection } from '../connection'
import { readIndexes } from '../metadata-indexes/read-indexes'

type Step = readonly [id: number, parent: number, unused: number, detail: string]

/** @see https://www.sqlite.org/eqp.html */
export function explainSearch(connection: Connection): (instanceId: string, search: RecordSearch) => SearchExplanation {
  const { database, names } = connection
  const indexesOf = readIndexes(connection).read
  return (instanceId, search) => {
    const known = indexesOf(instanceId)
    const plan = planSearch(instanceId, search, names, 'sqlite', known)
    const statement = plan.compilePage()
    const explain = database.prepare(`explain query plan ${statement}`).safeIntegers(false).raw(true)
    const steps = explain.all(...plan.pageParameters) as readonly Step[]
    const tables = { found: names.record[search.kind], membership: names.record.member, entry: names.entry }
    return explainedSearch(search, plan, known, {
      statement,
      plan: linesOf(steps),
      lookups: steps.flatMap(([, , , detail]) => lookupOf(detail, tables)),
    })
  }
}

const lookup = /^SEARCH (\S+) (?:EXISTS )?USING (?:COVERING )?(?:INDEX (\S+)|(?:INTEGER )?PRIMARY KEY) \((.*)\)/

function lookupOf(detail: string, tables: Readonly<Record<string, string>>): readonly ExplainedLookup[] {
  const [, alias, index, condition] = lookup.exec(detail) ?? []
  if (alias === undefined || condition === undefined) return []
  return [{ alias, index: index ?? `primary key of ${tables[alias] ?? alias}`, condition }]
}

/** Each step behind the one that it is part of. */
function linesOf(steps: readonly Step[]): readonly string[] {
  const depths = new Map<number, number>()
  return steps.map(([id, parent, , detail]) => {
    const depth = (depths.get(parent) ?? -1) + 1
    depths.set(id, depth)
    return `${'  '.repeat(depth)}${detail}`
  })
}
