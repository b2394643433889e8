import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillLargeOrg, type LargeOrg } from '../../../test/large-org'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { type Access, assertServed, type QueryPlan } from '../../../test/query-plans'
import { servedSearches } from '../../../test/served-searches'
import { postgresStorage } from '../src/index'
import type { PostgresQuery } from '../src/postgres-pool'
import { recordingPool } from './recording-pool'

describe('searches on Postgres go by their indexes', () => {
  let database: PostgresDatabase
  let pool: pg.Pool
  let org: LargeOrg
  let ran: PostgresQuery[] = []
  /** Others are read whole at the price of a look into an index. */
  let largeTables: ReadonlySet<string>

  beforeAll(async () => {
    database = await createPostgresDatabase()
    pool = new pg.Pool({ connectionString: database.url, max: 2 })
    org = await fillLargeOrg(postgresStorage({ pool: recordingPool(pool, (query) => ran.push(query)) }))
    // As autovacuum does, once this much was written.
    await pool.query('vacuum (analyze)')
    const { rows } = await pool.query(`select relname from pg_class where relkind = 'r' and reltuples >= ${large}`)
    largeTables = new Set(rows.map(({ relname }) => relname))
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  async function plansOf(run: (org: LargeOrg) => Promise<unknown>): Promise<readonly QueryPlan[]> {
    ran = []
    await run(org)
    return Promise.all(ran.filter(({ text }) => !asksForIndexes(text)).map(planOf))
  }

  async function planOf({ text, values }: PostgresQuery): Promise<QueryPlan> {
    const { rows } = await pool.query(`explain (format json) ${text}`, values)
    const nodes = nodesOf(rows[0]['QUERY PLAN'][0].Plan as PlanNode)
    return {
      answers: /unnest\(|as "found0"/.test(text) ? 'reads' : text.includes('count(*)') ? 'count' : 'page',
      accesses: nodes.flatMap(accessOf),
      scans: nodes.flatMap(({ 'Node Type': type, 'Relation Name': table = '' }) =>
        type === 'Seq Scan' && largeTables.has(table) ? [table] : [],
      ),
      sortsAll: nodes.some(sortsMany),
      text: [text, ...nodes.map(described)].join('\n'),
    }
  }

  it('an event by its position', async () => {
    const [event] = await org.everywhere.events({ limit: 1 })

    const plans = await plansOf(({ everywhere }) => everywhere.events({ at: event!.position, limit: 1 }))

    expect(plans).toHaveLength(1)
    expect(plans[0]!.accesses).toEqual([expect.objectContaining({ condition: expect.stringMatching(/"position" =/) })])
    expect(plans[0]!.scans).toEqual([])
  })

  for (const search of servedSearches) {
    it(search.name, async () => assertServed(search, await plansOf(search.run), 'statistics'))
  }
})

/** Which indexes of metadata the instance has stands under its id. */
const asksForIndexes = (text: string) => text.includes('indwell_metadata_index_version')

/** Rows of a table that are not to be read from end to end, and that are not to be sorted. */
const large = 1000

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Index Cond'?: string
  readonly 'Plan Rows': number
  readonly Plans?: readonly PlanNode[]
}

function nodesOf(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

function described({ 'Node Type': type, 'Plan Rows': rows, ...node }: PlanNode): string {
  return [type, node['Relation Name'], node['Index Name'], node['Index Cond'], `${rows} rows`].join(' ')
}

function accessOf({ 'Index Name': name, 'Index Cond': condition }: PlanNode): readonly Access[] {
  if (name === undefined || condition === undefined) return []
  const index = name.replace(/^indwell_/, '')
  return [{ index: /_(?:key|pk)$/.test(index) ? 'key' : index, condition }]
}

function sortsMany({ 'Node Type': type, Plans: [input] = [] }: PlanNode): boolean {
  return type === 'Sort' && input !== undefined && input['Plan Rows'] > large
}
