import assert from 'node:assert/strict'
import type { RecordPut } from '../storage/commit'
import type { EntryKey, EntryRecord, EntryValue } from '../storage/records'
import type { Behavior } from './behavior'
import { changeOf, claimFor, commitOf, creationOf, eventOf, orgKey, userKey } from './commit-of'
import { apply, attempt, eventsOf, loadOne, type Place, recordsOf } from './place'
import { clientOf, entryKeyOf, orgOf, userOf } from './record-of'

const ada = userKey('ada')
const stamp = { aggregate: 0, event: 0 }

async function putValues(place: Place, values: readonly EntryValue[]): Promise<readonly EntryKey[]> {
  const keys = values.map((_, index) => entryKeyOf('ada', `value-${index}`))
  await apply(
    place,
    creationOf(ada, { putEntries: values.map((value, index) => ({ key: keys[index]!, value, stamp })) }),
  )
  return keys
}

/** The entries of Ada, each once as a list has it and once as a search has it. */
async function listedTwice(place: Place, count: number): Promise<readonly EntryRecord[]> {
  const subject = { subjectType: 'user', subjectId: 'ada' } as const
  const entries = await loadOne(place, { read: 'entries', subject, namespace: 'app' })
  const page = await place.storage.search(place.instanceId, {
    kind: 'entry',
    subject,
    namespace: 'app',
    offset: 0,
    limit: 1000,
    count: false,
  })
  assert.equal(entries.length, count)
  assert.equal(page.items.length, count)
  return [...entries, ...page.items]
}

/** Asserts that JSON texts come back as they were written, alone, in a list and in a search. */
async function keepsTexts(place: Place, texts: readonly string[]): Promise<void> {
  const keys = await putValues(
    place,
    texts.map((json) => ({ json })),
  )
  for (const [index, key] of keys.entries()) {
    assert.deepEqual((await loadOne(place, { read: 'entry', key }))?.value, { json: texts[index] })
  }
  const byKey = new Map(keys.map(({ key }, index) => [key, { json: texts[index] }]))
  const listed = await listedTwice(place, texts.length)
  for (const { key, value } of listed) assert.deepEqual(value, byKey.get(key))
}

/** Asserts that bytes come back as they were written, alone, in a list and in a search. */
async function keepsBytes(place: Place, values: readonly Uint8Array[]): Promise<void> {
  const keys = await putValues(
    place,
    values.map((bytes) => ({ bytes })),
  )
  const single = await Promise.all(keys.map((key) => loadOne(place, { read: 'entry', key })))
  const listed = await listedTwice(place, values.length)
  for (const entry of [...single, ...listed]) {
    assert.ok(entry !== undefined && 'bytes' in entry.value && entry.value.bytes instanceof Uint8Array)
    assert.deepEqual(Object.keys(entry.value), ['bytes'])
    const index = keys.findIndex(({ key }) => key === entry.key)
    assert.equal(Buffer.compare(entry.value.bytes, values[index]!), 0, entry.key)
  }
}

const awkwardTexts = [
  '',
  ' ',
  '  leading and trailing  ',
  "O'Neil",
  '"quoted"',
  'back\\slash',
  'line\nbreak\r\ttab',
  '\u0001\u001f\u007f',
  '%_*?[a]',
  '; drop table user --',
  '$1 ? :name @name',
  '{}',
  '{1,2}',
  '[1]',
  'null',
  'NULL',
  'true',
  '0',
  '1e400',
  '\\x00',
  'é',
  'e\u0301',
  '\ufeffbom',
  '\u200b',
  '\u2028',
  '\uffff',
  '😀👩‍👩‍👧',
  'עברית العربية',
  '__proto__',
  'constructor',
]

export const textAndBytesBehaviors: readonly Behavior[] = [
  {
    name: 'ids that differ by case are different aggregates, records and subjects',
    async check(world) {
      const ids = ['ada', 'Ada', 'ADA', 'äda', 'ada ', 'ada\u0301']
      for (const id of ids) {
        await apply(
          world,
          creationOf(userKey(id), {
            put: [{ kind: 'user', record: userOf(id), created: false }],
            putEntries: [{ key: entryKeyOf(id, 'plan'), value: { json: JSON.stringify(id) }, stamp }],
          }),
        )
      }

      for (const id of ids) {
        assert.equal((await loadOne(world, { read: 'aggregate', key: userKey(id) }))?.id, id)
        assert.equal((await loadOne(world, { read: 'record', kind: 'user', key: { userId: id } }))?.userId, id)
        const entry = await loadOne(world, { read: 'entry', key: entryKeyOf(id, 'plan') })
        assert.deepEqual(entry?.value, { json: JSON.stringify(id) })
      }
      assert.equal(await loadOne(world, { read: 'aggregate', key: userKey('aDa') }), undefined)
      assert.equal((await recordsOf(world, 'user')).length, ids.length)
    },
  },
  {
    name: 'keys and namespaces that differ by case are different',
    async check(world) {
      const keys = ['plan', 'Plan', 'PLAN'].flatMap((key) => [
        entryKeyOf('ada', key, 'app'),
        entryKeyOf('ada', key, 'App'),
      ])
      await apply(
        world,
        creationOf(ada, {
          putEntries: keys.map((key, index) => ({ key, value: { json: `${index}` }, stamp })),
        }),
      )

      for (const [index, key] of keys.entries()) {
        assert.deepEqual((await loadOne(world, { read: 'entry', key }))?.value, { json: `${index}` })
      }
    },
  },
  {
    name: 'records order by the code points of their keys',
    async check(world) {
      const ids = ['', '!', '0', '10', '9', 'A', 'Z', '_', 'a', 'aB', 'aa', 'b', 'É', 'é', 'Я', '\uffee', '😀']
      await apply(
        world,
        creationOf(ada, {
          put: ids.toReversed().map((id): RecordPut => ({ kind: 'user', record: userOf(id), created: false })),
        }),
      )

      assert.deepEqual(
        (await recordsOf(world, 'user')).map(({ userId }) => userId),
        ids,
      )
    },
  },
  {
    name: 'texts come back as they were written, whatever is in them',
    async check(world) {
      const put = awkwardTexts.map(
        (text, index): RecordPut => ({
          kind: 'user',
          record: userOf(`user-${String(index).padStart(2, '0')}`, { displayName: text, userName: text, email: text }),
          created: false,
        }),
      )
      await apply(world, creationOf(ada, { put }))

      assert.deepEqual(
        await recordsOf(world, 'user'),
        put.map(({ record }) => record),
      )
    },
  },
  {
    name: 'keys work whatever is in them',
    async check(world) {
      const claims = awkwardTexts.map((value) => ({ type: value, value }))
      const keys = awkwardTexts.map((text) => entryKeyOf(text, text, text))
      const aggregates = awkwardTexts.map((text) => changeOf(userKey(text), { expect: 'new', owner: text }))
      const outcome = await apply(
        world,
        commitOf(aggregates, {
          putEntries: keys.map((key) => ({ key, value: { json: '1' }, stamp })),
          takeClaims: claims.map((claim) => claimFor(ada, claim)),
        }),
      )
      assert.equal(outcome.sequences.length, awkwardTexts.length)

      for (const [index, text] of awkwardTexts.entries()) {
        const key = keys[index]!
        assert.equal((await loadOne(world, { read: 'entry', key }))?.key, text)
        const subject = { subjectType: 'user', subjectId: text } as const
        const entries = await loadOne(world, { read: 'entries', subject, namespace: text, keys: [text] })
        assert.equal(entries.length, 1)
        assert.deepEqual(await loadOne(world, { read: 'claim', claim: claims[index]! }), claimFor(ada, claims[index]!))
        const [event] = await eventsOf(world, userKey(text))
        assert.deepEqual([event?.aggregate.id, event?.owner], [text, text])
        const page = await world.storage.search(world.instanceId, {
          kind: 'entry',
          subject,
          namespace: text,
          filter: { op: 'text', field: 'key', method: 'equals', value: text, ignoreCase: false },
          offset: 0,
          limit: 2,
          count: true,
        })
        assert.equal(page.total, 1)
      }
    },
  },
  {
    name: 'keys hold 200 characters of four bytes each',
    async check(world) {
      const long = (last: string) => '😀'.repeat(199) + last
      const keys = ['😀', '😁', 'a'].map((last) => entryKeyOf(long('😀'), long(last), long('😀')))
      await apply(
        world,
        creationOf(userKey(long('😀')), {
          putEntries: keys.map((key, index) => ({ key, value: { json: `${index}` }, stamp })),
          takeClaims: keys.map(({ key }) => claimFor(ada, { type: 'key', value: key })),
        }),
      )

      for (const [index, key] of keys.entries()) {
        assert.deepEqual((await loadOne(world, { read: 'entry', key }))?.value, { json: `${index}` })
        assert.notEqual(await loadOne(world, { read: 'claim', claim: { type: 'key', value: key.key } }), undefined)
      }
      assert.equal((await eventsOf(world, userKey(long('😀')))).length, 1)
      assert.equal(await loadOne(world, { read: 'aggregate', key: userKey(long('😁')) }), undefined)
    },
  },
  {
    name: 'JSON text comes back exactly as written',
    async check(world) {
      await keepsTexts(world, [
        'null',
        'true',
        '""',
        '"\\u0000"',
        '"\\u0000 in the middle \\ud83d\\ude00 \\ud800 \\/"',
        '{"z":1,"a":2,"10":3,"9":4}',
        '{"a":1,"a":2}',
        ' { "spaced" :\n[ 1 , 2 ]\t} ',
        '1e400',
        '-1E-400',
        '0.1000000000000000055511151231257827021181583404541015625',
        '123456789012345678901234567890',
        '-0',
        '1.0',
        '[]',
        '{}',
        '"\u2028\u2029"',
        '{"__proto__":{"x":1},"constructor":null}',
        `"${'😀'.repeat(1000)}"`,
        `${'['.repeat(500)}${']'.repeat(500)}`,
      ])
    },
  },
  {
    name: 'JSON text of 500,000 bytes comes back exactly as written',
    async check(world) {
      await keepsTexts(world, [`"${'é'.repeat(249_999)}"`, `"${'x'.repeat(499_998)}"`])
    },
  },
  {
    name: 'bytes come back exactly as written',
    async check(world) {
      const every = Uint8Array.from({ length: 256 }, (_, index) => index)
      const inside = every.subarray(10, 20)
      await keepsBytes(world, [
        new Uint8Array(0),
        Uint8Array.of(0),
        Uint8Array.of(0, 0, 0),
        Uint8Array.of(65, 0, 66),
        every,
        inside,
        Buffer.from('😀 text'),
        Uint8Array.of(0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80),
        Buffer.from('\\x00'),
      ])
    },
  },
  {
    name: 'bytes of 500,000 bytes come back exactly as written',
    async check(world) {
      await keepsBytes(world, [
        new Uint8Array(500_000),
        Uint8Array.from({ length: 500_000 }, (_, index) => (index * 31) >> 3),
      ])
    },
  },
  {
    name: 'bytes read twice are two copies',
    async check(world) {
      const [key] = await putValues(world, [{ bytes: Uint8Array.of(1, 2, 3) }])
      const read = async () => {
        const value = (await loadOne(world, { read: 'entry', key: key! }))?.value
        assert.ok(value !== undefined && 'bytes' in value)
        return value.bytes
      }

      const first = await read()
      first.fill(9)
      assert.deepEqual([...(await read())], [1, 2, 3])
    },
  },
  {
    name: 'objects keep members of any name and their order, in settings and in payloads',
    async check(world) {
      const object = JSON.parse('{"b":1,"__proto__":{"polluted":true},"a":{"constructor":[]},"":null,"toString":"x"}')
      await apply(
        world,
        commitOf(changeOf(ada, { expect: 'new', events: [eventOf('set', object)] }), {
          put: [{ kind: 'client', record: clientOf('web', object), created: false }],
        }),
      )

      const client = await loadOne(world, { read: 'record', kind: 'client', key: { clientId: 'web' } })
      const [event] = await eventsOf(world, ada)
      assert.equal(JSON.stringify(client?.settings), JSON.stringify(object))
      assert.equal(JSON.stringify(event?.payload), JSON.stringify(object))
    },
  },
  {
    name: 'payloads and settings keep a NUL in their texts',
    async check(world) {
      const object = { text: 'a\u0000b', 'k\u0000': '\u0000' }
      await apply(
        world,
        commitOf(changeOf(ada, { expect: 'new', events: [eventOf('set', object)] }), {
          put: [{ kind: 'client', record: clientOf('web', object), created: false }],
        }),
      )

      const client = await loadOne(world, { read: 'record', kind: 'client', key: { clientId: 'web' } })
      assert.deepEqual(client?.settings, object)
      assert.deepEqual((await eventsOf(world, ada))[0]?.payload, object)
    },
  },
  {
    name: 'a payload of 500,000 bytes comes back whole',
    async check(world) {
      const payload = { value: 'é'.repeat(250_000) }
      await apply(world, commitOf(changeOf(ada, { expect: 'new', events: [eventOf('set', payload)] })))

      assert.deepEqual((await eventsOf(world, ada))[0]?.payload, payload)
    },
  },
  {
    name: 'outcomes name aggregates and claims as they were given',
    async check(world) {
      const org = orgKey('Äcme 😀 "x"')
      const claim = { type: 'org name', value: "o'neil \\ %" }
      await apply(
        world,
        creationOf(org, {
          put: [{ kind: 'org', record: orgOf(org.id), created: false }],
          takeClaims: [claimFor(org, claim)],
        }),
      )

      assert.deepEqual(await attempt(world, creationOf(org)), { outcome: 'occupied', aggregate: org })
      assert.deepEqual(await attempt(world, creationOf(ada, { takeClaims: [claimFor(ada, claim)] })), {
        outcome: 'claim-taken',
        claim,
      })
    },
  },
]
