import assert from 'node:assert/strict'
import type { RecordPut } from '../../storage/commit'
import type { MetadataCondition, ValueTest } from '../../storage/search'
import type { Behavior } from '../behavior'
import { creationOf } from '../commit-of'
import { apply, type Place } from '../place'
import { entryKeyOf, userOf } from '../record-of'
import { ada, idsOf } from './users'

const metadata = (test: ValueTest, ...path: string[]): MetadataCondition => ({
  op: 'metadata',
  namespace: 'app',
  path,
  test,
})

const values: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ada: { plan: '"pro"', other: '"x"', addresses: '{"cities":["Paris","Oslo"]}', seats: '5', active: 'true' },
  bob: { addresses: '[{"x":1},[{"cities":"Rome"}]]', seats: '[1,[5.0]]', active: '"true"', empty: '{}' },
  carol: { plan: '"Premium"', seats: '50e-1', 'a.b': '{"$":{"\\"":1}}', empty: '[null,{"a":[]}]' },
  dave: { seats: '"5"', empty: 'null' },
  eve: { plan: '{"name":"pro"}' },
}

async function putMetadata(place: Place): Promise<void> {
  const stamp = { aggregate: 0, event: 0 }
  await apply(
    place,
    creationOf(ada, {
      put: Object.keys(values).map((id): RecordPut => ({ kind: 'user', record: userOf(id), created: false })),
      putEntries: [
        ...Object.entries(values).flatMap(([id, entries]) =>
          Object.entries(entries).map(([key, json]) => ({ key: entryKeyOf(id, key), value: { json }, stamp })),
        ),
        { key: entryKeyOf('bob', 'plan', 'user'), value: { json: '"pro"' }, stamp },
        { key: entryKeyOf('eve', 'raw'), value: { bytes: new TextEncoder().encode('"pro"') }, stamp },
        { key: entryKeyOf('nobody', 'plan'), value: { json: '"pro"' }, stamp },
      ],
    }),
  )
}

export const metadataBehaviors: readonly Behavior[] = [
  {
    name: 'metadata is found by key and value of one entry, at any depth, with arrays standing for their elements',
    async check(world) {
      await putMetadata(world)
      const found = (test: ValueTest, ...path: string[]) => idsOf(world, metadata(test, ...path))
      const equal = (value: string | number | boolean, ...path: string[]) => found({ op: 'equals', value }, ...path)

      assert.deepEqual(await equal('pro', 'plan'), ['ada'])
      assert.deepEqual(await equal('Pro', 'plan'), [])
      assert.deepEqual(await equal('pro', 'other'), [], 'the value of another key')
      assert.deepEqual(await equal('Paris', 'addresses', 'cities'), ['ada'])
      assert.deepEqual(await equal('Rome', 'addresses', 'cities'), ['bob'])
      assert.deepEqual(await equal('Paris', 'addresses'), [], 'a value further down')
      assert.deepEqual(await equal(5, 'seats'), ['ada', 'bob', 'carol'])
      assert.deepEqual(await equal('5', 'seats'), ['dave'])
      assert.deepEqual(await equal(true, 'active'), ['ada'])
      assert.deepEqual(await equal('true', 'active'), ['bob'])
      assert.deepEqual(await equal(1, 'a.b', '$', '"'), ['carol'])
      assert.deepEqual(await equal(1, 'a', 'b'), [])
      assert.deepEqual(await idsOf(world, { op: 'not', filter: metadata({ op: 'equals', value: 5 }, 'seats') }), [
        'dave',
        'eve',
      ])
      assert.deepEqual(await idsOf(world, { ...metadata({ op: 'exists' }, 'plan'), namespace: 'user' }), ['bob'])
    },
  },
  {
    name: 'metadata exists where something other than null stands; bytes have no values',
    async check(world) {
      await putMetadata(world)
      const exists = (...path: string[]) => idsOf(world, metadata({ op: 'exists' }, ...path))

      assert.deepEqual(await exists('empty'), [])
      assert.deepEqual(await exists('addresses'), ['ada', 'bob'])
      assert.deepEqual(await exists('addresses', 'cities'), ['ada', 'bob'])
      assert.deepEqual(await exists('addresses', 'streets'), [])
      assert.deepEqual(await exists('raw'), [])
      assert.deepEqual(await exists(), ['ada', 'bob', 'carol', 'dave', 'eve'])
    },
  },
  {
    name: 'metadata is found by texts and ranges, of the type that is asked for',
    async check(world) {
      await putMetadata(world)
      const found = (test: ValueTest, ...path: string[]) => idsOf(world, metadata(test, ...path))
      const both = { fromInclusive: true, toInclusive: true }

      assert.deepEqual(await found({ op: 'text', method: 'starts-with', value: 'p', ignoreCase: true }, 'plan'), [
        'ada',
        'carol',
      ])
      assert.deepEqual(await found({ op: 'text', method: 'contains', value: '%', ignoreCase: false }, 'plan'), [])
      assert.deepEqual(await found({ op: 'range', from: 5, ...both }, 'seats'), ['ada', 'bob', 'carol'])
      assert.deepEqual(await found({ op: 'range', from: 5, to: 6, ...both, fromInclusive: false }, 'seats'), [])
      assert.deepEqual(await found({ op: 'range', from: '4', to: '6', ...both }, 'seats'), ['dave'])
      assert.deepEqual(await found({ op: 'range', from: '5', to: 6, ...both }, 'seats'), [])
    },
  },
  {
    name: 'a search by metadata fails on nothing that is stored',
    async check(world) {
      const texts = [
        '"\\u0000"',
        '{"\\ud800":"\\udc00"}',
        '1e400',
        '-1e-400',
        `1${'0'.repeat(999)}`,
        '9e99999',
        '"\\\\u0000"',
      ]
      await apply(
        world,
        creationOf(ada, {
          put: texts.map((_, index): RecordPut => ({ kind: 'user', record: userOf(`user-${index}`), created: false })),
          putEntries: texts.map((json, index) => ({
            key: entryKeyOf(`user-${index}`, 'odd'),
            value: { json },
            stamp: { aggregate: 0, event: 0 },
          })),
        }),
      )
      const found = async (test: ValueTest, ...names: string[]) =>
        (await idsOf(world, metadata(test, 'odd', ...names))).map((id) => Number(id.slice('user-'.length)))
      const both = { fromInclusive: true, toInclusive: true }

      assert.deepEqual(await found({ op: 'exists' }), [0, 1, 2, 3, 4, 5, 6])
      assert.deepEqual(await found({ op: 'equals', value: '\ufffd' }), [0])
      assert.deepEqual(await found({ op: 'equals', value: '\ufffd' }, '\ufffd'), [1])
      assert.deepEqual(await found({ op: 'equals', value: '\0' }), [])
      assert.deepEqual(await found({ op: 'equals', value: '\\u0000' }), [6])
      assert.deepEqual(await found({ op: 'range', from: -1, ...both }), [3])
      assert.deepEqual(await found({ op: 'equals', value: 0 }), [3])
    },
  },
]
