import assert from 'node:assert/strict'
import type { MetadataIndex } from '../storage/metadata-index'
import type { MetadataCondition, ValueTest } from '../storage/search'
import type { Behavior } from './behavior'
import { changeOf, commitOf, creationOf, orgKey, removalOf, userKey } from './commit-of'
import { apply, attempt, type Place } from './place'
import { clientOf, entryKeyOf, orgOf, userOf } from './record-of'
import { idsOf } from './searches/users'

const byPlan: MetadataIndex = { subjectType: 'user', namespace: 'app', path: ['plan'] }
const byCity: MetadataIndex = { subjectType: 'user', namespace: 'app', path: ['address', 'city'] }
const stamp = { aggregate: 0, event: 0 }

const creation = (userId: string, entries: Readonly<Record<string, string>> = {}) =>
  creationOf(userKey(userId), {
    put: [{ kind: 'user', record: userOf(userId), created: false }],
    putEntries: Object.entries(entries).map(([key, json]) => ({
      key: entryKeyOf(userId, key),
      value: { json },
      stamp,
    })),
  })

const setting = (userId: string, key: string, json: string) =>
  commitOf(changeOf(userKey(userId), { revise: false }), {
    putEntries: [{ key: entryKeyOf(userId, key), value: { json }, stamp }],
  })

const condition = (test: ValueTest, path: readonly string[] = byPlan.path): MetadataCondition => ({
  op: 'metadata',
  namespace: 'app',
  path,
  test,
})
const equal = (value: string, path?: readonly string[]) => condition({ op: 'equals', value }, path)

const declare = ({ storage, instanceId }: Place, ...indexes: readonly MetadataIndex[]) =>
  storage.addMetadataIndexes(instanceId, indexes)
const statesOf = async ({ storage, instanceId }: Place) =>
  (await storage.listMetadataIndexes(instanceId)).map(({ path, state }) => `${path.join('.')} ${state}`)

/** Fills an index to its end, and answers how much of it was corrected. */
export async function fillIndex({ storage, instanceId }: Place, index: MetadataIndex, entries = 1): Promise<number> {
  for (let corrected = 0; ; ) {
    const filled = await storage.fillMetadataIndex(instanceId, index, entries)
    assert.ok(filled !== undefined, 'there is such an index')
    corrected += filled.corrected
    if (filled.done) return corrected
  }
}

export const metadataIndexBehaviors: readonly Behavior[] = [
  {
    name: 'those declared are listed in their order, each once, and in no other instance',
    async check(world) {
      assert.deepEqual(await world.storage.listMetadataIndexes(world.instanceId), [])
      await declare(world, byPlan, byCity, byPlan)
      await declare(world, byCity)

      assert.deepEqual(await world.storage.listMetadataIndexes(world.instanceId), [
        { ...byPlan, state: 'ready' },
        { ...byCity, state: 'ready' },
      ])
      assert.deepEqual(await world.storage.listMetadataIndexes(`${world.instanceId} other`), [])
    },
  },
  {
    name: 'an index is building where such subjects have entries, until it was filled, by whichever storage',
    async check(world) {
      const other = { ...world, storage: await world.reopen() }
      for (const id of ['ada', 'bob', 'eve']) await apply(world, creation(id, { plan: '"pro"', theme: '"dark"' }))
      await declare(world, byPlan, { ...byPlan, subjectType: 'client' })

      assert.deepEqual(await statesOf(world), ['plan building', 'plan ready'])
      const fills = []
      for (const { storage, instanceId } of [world, other, world]) {
        fills.push(await storage.fillMetadataIndex(instanceId, byPlan, 2))
      }
      assert.deepEqual(fills, [
        { done: false, corrected: 2 },
        { done: true, corrected: 1 },
        { done: false, corrected: 0 },
      ])
      assert.deepEqual(await statesOf(other), ['plan ready', 'plan ready'])
    },
  },
  {
    name: 'there is nothing to fill where there is no such index',
    async check(world) {
      await declare(world, byPlan)

      assert.equal(await world.storage.fillMetadataIndex(world.instanceId, byCity, 10), undefined)
    },
  },
  {
    name: 'an index finds what a search finds without it: before it is filled, half filled, and filled',
    async check(world) {
      await apply(world, creation('ada', { plan: '"pro"', address: '[{"city":"Oslo"},{"city":["Rome"]}]' }))
      await apply(world, creation('bob', { plan: '["Pro",5,true]', address: '{"city":{"name":"Rome"}}' }))
      await apply(world, creation('eve', { plan: '{}' }))
      const asked: readonly (readonly [condition: MetadataCondition, found: readonly string[]])[] = [
        [equal('pro'), ['ada']],
        [condition({ op: 'in', values: ['pro', true, 'x'.repeat(70)] }), ['ada', 'bob']],
        [condition({ op: 'text', method: 'equals', value: 'PRO', ignoreCase: true }), ['ada', 'bob']],
        [condition({ op: 'text', method: 'starts-with', value: 'Pr', ignoreCase: false }), ['bob']],
        [condition({ op: 'text', method: 'contains', value: 'r', ignoreCase: false }), ['ada', 'bob']],
        [condition({ op: 'range', from: 4, to: 5, fromInclusive: true, toInclusive: true }), ['bob']],
        [condition({ op: 'equals', value: true }), ['bob']],
        [condition({ op: 'exists' }), ['ada', 'bob']],
        [equal('Rome', byCity.path), ['ada']],
        [condition({ op: 'exists' }, byCity.path), ['ada', 'bob']],
      ]
      const check = async () => {
        for (const [condition, found] of asked) assert.deepEqual(await idsOf(world, condition), found)
      }

      await declare(world, byPlan, byCity)
      await check()
      await world.storage.fillMetadataIndex(world.instanceId, byPlan, 1)
      await check()
      await fillIndex(world, byPlan)
      await fillIndex(world, byCity)
      await check()
    },
  },
  {
    name: 'a storage that knows nothing of an index keeps it as well',
    async check(world) {
      const other = { ...world, storage: await world.reopen() }
      await apply(other, creation('ada', { plan: '"free"' }))
      assert.deepEqual(await idsOf(other, equal('pro')), [])

      await declare(world, byPlan)
      await apply(other, creation('bob', { plan: '"pro"' }))
      await apply(other, setting('ada', 'plan', '"pro"'))
      assert.equal(await fillIndex(world, byPlan), 0)
      for (const place of [world, other]) assert.deepEqual(await idsOf(place, equal('pro')), ['ada', 'bob'])
      await apply(other, setting('ada', 'plan', '"free"'))
      for (const place of [world, other]) assert.deepEqual(await idsOf(place, equal('pro')), ['bob'])
    },
  },
  {
    name: 'an index that was taken away serves nobody, also where it is declared anew',
    async check(world) {
      const other = { ...world, storage: await world.reopen() }
      await declare(world, byPlan, byCity)
      await apply(world, creation('ada', { plan: '"pro"', address: '{"city":"pro"}' }))
      assert.deepEqual(await idsOf(other, equal('pro')), ['ada'])

      await world.storage.removeMetadataIndexes(world.instanceId, [byPlan])
      assert.deepEqual(await statesOf(world), ['address.city ready'])
      await apply(world, creation('bob', { plan: '"pro"' }))
      for (const place of [other, world]) assert.deepEqual(await idsOf(place, equal('pro')), ['ada', 'bob'])
      await declare(world, byPlan)
      for (const place of [other, world]) assert.deepEqual(await idsOf(place, equal('pro')), ['ada', 'bob'])
      assert.equal(await fillIndex(other, byPlan), 2)
      assert.equal(await fillIndex(other, byCity), 0)
      for (const place of [other, world]) assert.deepEqual(await idsOf(place, equal('pro')), ['ada', 'bob'])
    },
  },
  {
    name: 'values go with what held them: replaced, removed, with all of a subject, with a user, with an org',
    async check(world) {
      const byOrgPlan: MetadataIndex = { ...byPlan, subjectType: 'org' }
      const byClientPlan: MetadataIndex = { ...byPlan, subjectType: 'client' }
      const indexes = [byPlan, byCity, byOrgPlan, byClientPlan]
      await declare(world, ...indexes)
      const acme = orgKey('acme')
      const shop = { type: 'client', id: 'shop' } as const
      const planOf = (subjectType: 'org' | 'client', subjectId: string) => ({
        key: { subjectType, subjectId, namespace: 'app', key: 'plan' },
        value: { json: '"pro"' },
        stamp,
      })
      const entries = { plan: '["pro","free"]', address: '{"city":"Oslo"}' }
      const fill = async () => {
        await apply(
          world,
          creationOf(acme, {
            put: [{ kind: 'org', record: orgOf('acme'), created: false }],
            putEntries: [planOf('org', 'acme')],
          }),
        )
        await apply(
          world,
          creationOf(shop, {
            put: [{ kind: 'client', record: clientOf('shop'), created: false }],
            putEntries: [planOf('client', 'shop')],
          }),
        )
        for (const id of ['ada', 'bob']) await apply(world, creation(id, entries))
      }
      await fill()
      const ada = { subjectType: 'user', subjectId: 'ada' } as const
      const steps = [
        setting('ada', 'plan', '["pro"]'),
        commitOf(changeOf(userKey('ada')), { removeEntries: [{ key: entryKeyOf('ada', 'plan') }] }),
        commitOf(changeOf(userKey('ada')), {
          removeEntries: [{ of: ada }],
          putEntries: [{ key: entryKeyOf('ada', 'plan'), value: { json: '"free"' }, stamp }],
        }),
        commitOf(changeOf(userKey('ada')), {
          putEntries: [{ key: entryKeyOf('ada', 'plan'), value: { bytes: new TextEncoder().encode('"pro"') }, stamp }],
        }),
        setting('ada', 'plan', '"pro"'),
        removalOf(userKey('ada'), {
          remove: [{ kind: 'user', key: { userId: 'ada' } }],
          removeEntries: [{ of: ada }],
        }),
        commitOf(changeOf(acme, { removes: true }), { removeHeldBy: { orgId: 'acme' } }),
      ]
      const found = []
      for (const step of steps) {
        await apply(world, step)
        found.push(await idsOf(world, equal('pro')))
        for (const index of indexes) assert.equal(await fillIndex(world, index, 100), 0)
      }

      const [withAda, withoutAda] = [['ada', 'bob'], ['bob']]
      assert.deepEqual(found, [withAda, withoutAda, withoutAda, withoutAda, withAda, withoutAda, []])
      // Nothing of the old is left for the new.
      for (const id of ['ada', 'bob']) await apply(world, creation(id))
      assert.deepEqual(await idsOf(world, condition({ op: 'exists' })), [])
    },
  },
  {
    name: 'of several commits of a batch on one entry the last that applies counts, and a refused one not at all',
    async check(world) {
      await declare(world, byPlan)
      await apply(world, creation('ada', { plan: '"free"' }))
      const refused = commitOf(changeOf(userKey('ada'), { expect: { revision: 99 } }), {
        putEntries: [{ key: entryKeyOf('ada', 'plan'), value: { json: '"refused"' }, stamp }],
      })

      const outcomes = await world.storage.commit(world.instanceId, [
        setting('ada', 'plan', '"a"'),
        setting('ada', 'plan', '["b","c"]'),
        refused,
      ])
      assert.deepEqual(
        outcomes.map(({ outcome }) => outcome),
        ['applied', 'applied', 'stale'],
      )
      for (const plan of ['free', 'a', 'refused']) assert.deepEqual(await idsOf(world, equal(plan)), [], plan)
      for (const plan of ['b', 'c']) assert.deepEqual(await idsOf(world, equal(plan)), ['ada'], plan)
      assert.equal(await fillIndex(world, byPlan), 0)
    },
  },
  {
    name: 'entries with more values than an index takes are found by each of them',
    async check(world) {
      await declare(world, byPlan)
      const many = Array.from({ length: 3000 }, (_, at) => `value ${at}`)
      await apply(world, creation('ada', { plan: JSON.stringify(many) }))

      assert.deepEqual(await idsOf(world, equal('value 2999')), ['ada'])
      assert.deepEqual(await idsOf(world, equal('value 3000')), [])
      assert.deepEqual(await idsOf(world, condition({ op: 'exists' })), ['ada'])
    },
  },
  {
    name: 'of many who write one entry at once an index holds what the last of them wrote',
    async check(world) {
      const places = [world, { ...world, storage: await world.reopen() }, { ...world, storage: await world.reopen() }]
      await declare(world, byPlan)
      await apply(world, creation('ada'))

      const write = async (place: Place, writer: number) => {
        for (let turn = 0; turn < 8; turn++) await attempt(place, setting('ada', 'plan', `["${writer}","${turn}"]`))
      }
      await Promise.all([...places, ...places].map(write))
      assert.equal(await fillIndex(world, byPlan), 0)
    },
  },
  {
    name: 'an index that is declared, filled and taken away while others write holds what the entries say',
    async check(world) {
      const places = [world, { ...world, storage: await world.reopen() }, { ...world, storage: await world.reopen() }]
      const ids = Array.from({ length: 6 }, (_, number) => `u${number}`)
      for (const id of ids) await apply(world, creation(id, { plan: '"start"', address: '{"city":"start"}' }))
      await declare(world, byCity)
      await fillIndex(world, byCity)
      let isWriting = true
      const write = async (writer: number) => {
        for (let turn = 0; turn < 10; turn++) {
          const userId = ids[(writer + turn) % ids.length]!
          const place = places[writer % places.length]!
          const plan = setting(userId, 'plan', JSON.stringify([`w${writer}`, `t${turn}`]))
          const city = setting(userId, 'address', JSON.stringify({ city: `w${writer} t${turn}` }))
          await Promise.all([attempt(place, plan), attempt(place, city)])
        }
      }
      const administer = async () => {
        const place = places[1]!
        while (isWriting) {
          await declare(place, byPlan)
          await fillIndex(place, byPlan, 2)
          for (const index of [byPlan, byCity]) {
            assert.equal(await fillIndex(place, index, 2), 0, 'an index that is ready has nothing to correct')
          }
          await place.storage.removeMetadataIndexes(place.instanceId, [byPlan])
        }
        await declare(place, byPlan)
        await fillIndex(place, byPlan, 2)
      }
      const administering = administer()
      await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer))).finally(() => {
        isWriting = false
      })
      await administering

      for (const index of [byPlan, byCity]) assert.equal(await fillIndex(world, index, 2), 0, index.path.join('.'))
      for (const place of places) {
        assert.deepEqual(await idsOf(place, equal('start')), [])
        assert.deepEqual(await idsOf(place, condition({ op: 'exists' })), ids)
      }
    },
  },
]
