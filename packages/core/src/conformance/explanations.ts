import assert from 'node:assert/strict'
import type { SearchExplanation } from '../storage/explain-search'
import type { MetadataIndex } from '../storage/metadata-index'
import type { RecordFilter, SearchOf } from '../storage/search'
import type { Behavior } from './behavior'
import type { ConformanceWorld } from './conformance-world'
import { apply } from './place'
import { four, putUsers } from './searches/users'

const byPlan: MetadataIndex = { subjectType: 'user', namespace: 'app', path: ['plan'] }
const byOrg: MetadataIndex = { subjectType: 'org', namespace: 'org', path: ['plan'] }

const users = (filter: RecordFilter<'user'>): SearchOf<'user'> => ({
  kind: 'user',
  filter,
  offset: 0,
  limit: 10,
  count: false,
})

/** What is answered by a storage that explains; one that does not has nothing to show. */
async function explained(
  { storage, instanceId }: ConformanceWorld,
  search: SearchOf<'user'>,
): Promise<SearchExplanation | undefined> {
  return storage.explainSearch?.(instanceId, search)
}

export const explanationBehaviors: readonly Behavior[] = [
  {
    name: 'a search is explained in words of the database, by the statement that would run, and is not run',
    async check(world) {
      await apply(world, putUsers(four))
      const search = users({ op: 'equals', field: 'userId', value: 'ada' })
      const explanation = await explained(world, search)
      if (explanation === undefined) return

      assert.match(explanation.statement, /select/)
      assert.ok(explanation.plan.length > 0)
      assert.ok(explanation.plan.every((line) => typeof line === 'string' && line !== ''))
      assert.deepEqual(explanation.metadataIndexes, [])
      // No value stands in the statement, and the search answers as before.
      assert.ok(!explanation.statement.includes('ada'))
      assert.equal((await world.storage.search(world.instanceId, search)).items.length, 1)
    },
  },
  {
    name: 'indexes of metadata are named with their state, of the kind that is searched, and whether the search begins there',
    async check(world) {
      await world.storage.addMetadataIndexes(world.instanceId, [byPlan, byOrg])
      const narrowed = users({
        op: 'metadata',
        namespace: 'app',
        path: ['plan'],
        test: { op: 'equals', value: 'pro' },
      })
      const explanation = await explained(world, narrowed)
      if (explanation === undefined) return

      assert.deepEqual(explanation.metadataIndexes, [{ ...byPlan, state: 'ready', narrows: true }])
      const other = await explained(world, users({ op: 'equals', field: 'nickName', value: 'x' }))
      assert.deepEqual(other?.metadataIndexes, [{ ...byPlan, state: 'ready', narrows: false }])
    },
  },
]
