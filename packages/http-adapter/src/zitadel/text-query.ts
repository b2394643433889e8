/** How a text is compared. */
export interface TextQuery {
  readonly method: 'equals' | 'starts-with' | 'contains' | 'ends-with'
  readonly ignoreCase: boolean
}

type Comparison = 'EQUALS' | 'STARTS_WITH' | 'CONTAINS' | 'ENDS_WITH'

/** Names of v1's and v2's `TextQueryMethod` and of v2's `TextFilterMethod`. */
export type TextQueryMethod = `TEXT_${'QUERY' | 'FILTER'}_METHOD_${Comparison}${'' | '_IGNORE_CASE'}`

const METHODS = {
  EQUALS: 'equals',
  STARTS_WITH: 'starts-with',
  CONTAINS: 'contains',
  ENDS_WITH: 'ends-with',
} as const satisfies Record<Comparison, TextQuery['method']>

const QUERIES: ReadonlyMap<string, TextQuery> = new Map(
  (Object.keys(METHODS) as Comparison[]).flatMap((comparison): [string, TextQuery][] => [
    [comparison, { method: METHODS[comparison], ignoreCase: false }],
    [`${comparison}_IGNORE_CASE`, { method: METHODS[comparison], ignoreCase: true }],
  ]),
)

/** The comparison an enum name stands for. */
export function textQueryOf(name: TextQueryMethod): TextQuery {
  const query = QUERIES.get(name.replace(/^TEXT_(?:QUERY|FILTER)_METHOD_/, ''))
  if (query === undefined) throw new TypeError(`${name} is no text query method`)
  return query
}
