import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillLargeOrg, type LargeOrg } from '../../../test/large-org'
import { assertServed, type QueryPlan } from '../../../test/query-plans'
import { scannedSearches, servedSearches } from '../../../test/served-searches'
import { sqliteStorage } from '../src/index'

describe('searches on SQLite, which has no statistics, go by their indexes', () => {
  const ran = new Set<string>()
  // With the values in their places.
  const database = new Database(':memory:', { verbose: (sql) => ran.add(String(sql)) })
  let org: LargeOrg

  beforeAll(async () => {
    org = await fillLargeOrg(sqliteStorage({ database }))
  })
  afterAll(() => {
    database.close()
  })

  async function plansOf(run: (org: LargeOrg) => Promise<unknown>): Promise<readonly QueryPlan[]> {
    ran.clear()
    await run(org)
    return [...ran].filter((sql) => sql.startsWith('select') && !asksForIndexes(sql)).map(planOf)
  }

  function planOf(sql: string): QueryPlan {
    const steps = database.prepare(`explain query plan ${sql}`).all() as Step[]
    const page = steps.find(({ detail }) => detail === 'CO-ROUTINE page')
    return {
      answers: !/\bas "found"/.test(sql) ? 'reads' : sql.includes('count(*)') ? 'count' : 'page',
      accesses: steps.flatMap(({ detail }) => {
        const [, index, condition] =
          /^SEARCH \S+ (?:EXISTS )?USING (?:COVERING )?(?:INDEX indwell_(\w+)|(?:INTEGER )?PRIMARY KEY) \((.*?)\)/.exec(
            detail,
          ) ?? []
        return condition === undefined ? [] : [{ index: index ?? 'key', condition }]
      }),
      scans: steps.flatMap(({ detail }) => (/^SCAN (?!page$|json_each |CONSTANT ROW)/.test(detail) ? [detail] : [])),
      sortsAll: steps.some(
        ({ detail, parent }) => detail === 'USE TEMP B-TREE FOR ORDER BY' && parent === (page?.id ?? 0),
      ),
      text: [sql, ...steps.map(({ detail }) => detail)].join('\n'),
    }
  }

  it('an event by its position', async () => {
    const [event] = await org.everywhere.events({ limit: 1 })

    const plans = await plansOf(({ everywhere }) => everywhere.events({ at: event!.position, limit: 1 }))

    expect(plans).toHaveLength(1)
    expect(plans[0]!.accesses).toEqual([expect.objectContaining({ condition: expect.stringMatching(/\browid ?=/) })])
    expect(plans[0]!.scans).toEqual([])
  })

  for (const search of servedSearches) {
    it(search.name, async () => assertServed(search, await plansOf(search.run), 'rules'))
  }

  for (const { name, run } of scannedSearches) {
    it(`${name} read the users of the org and no others`, async () => {
      const plans = (await plansOf(run)).filter(({ answers }) => answers !== 'reads')

      for (const { accesses, scans } of plans) {
        expect(scans).toEqual([])
        expect(accesses[0]).toMatchObject({ condition: expect.stringContaining('org_id=?') })
      }
    })
  }
})

/** Which indexes of metadata the instance has stands under its id. */
const asksForIndexes = (sql: string) => sql.includes('indwell_metadata_index_version')

interface Step {
  readonly id: number
  readonly parent: number
  readonly detail: string
}
