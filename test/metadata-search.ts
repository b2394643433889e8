import { deepEqual } from 'node:assert/strict'
import type { DirectoryStorage, MetadataCondition, ValueTest } from '@indwell/core'
import fc from 'fast-check'
import { blankUser } from './blank-user'

const names = ['a', 'b', 'B', 'a.b', '$', '"', "'", '', '0', 'é', '😀', '__proto__', 'x\\u0000', '\\']
const words = [
  '',
  'a',
  'A',
  'ada',
  'Ada',
  '10',
  'true',
  'é',
  'É',
  'e\u0301',
  'Я',
  '😀',
  '\uffee',
  '%',
  '"',
  '\\',
  '\\u0000',
]
const literals = ['0', '-0', '1', '1.0', '1e2', '100', '0.1', '-1.5', '9007199254740993', '12345678901234567890']
const scalars = [
  ...literals,
  '5e-324',
  '1e-400',
  '1e400',
  `-1${'0'.repeat(400)}`,
  'null',
  'true',
  'false',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\udc00\\ud83d\\ude00"',
  '"\\\\u0000"',
  '"\\\\\\u0000"',
  '"\\/\\u0041"',
]

/** JSON texts, with what JSON.stringify would not write among them. */
export const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom(...scalars),
    fc.constantFrom(...words).map((word) => JSON.stringify(word)),
    fc.array(tie('json'), { maxLength: 3 }).map((items) => `[${items.join(' , ')}]`),
    fc
      .uniqueArray(fc.tuple(fc.constantFrom(...names), tie('json')), { maxLength: 3, selector: ([name]) => name })
      .map((members) => `{${members.map(([name, value]) => `${nameText(name)}: ${value}`).join(',')}}`),
  ),
}))
const nameText = (name: string) => (name === 'x\\u0000' ? `"${name}"` : JSON.stringify(name))
export const path = fc.array(fc.constantFrom(...names.filter((name) => !name.startsWith('x')), 'x\ufffd', 'x\0'), {
  maxLength: 2,
})

const number = fc.constantFrom(...literals.map(Number), 0.5, 5e-324, -Infinity, Infinity)
const value = fc.constantFrom(...words, 'a\ufffdb', '\ufffd', '\0', '\udc00')
const range = (end: fc.Arbitrary<string | number>) =>
  fc.record(
    { op: fc.constant('range'), from: end, to: end, fromInclusive: fc.boolean(), toInclusive: fc.boolean() },
    { requiredKeys: ['op', 'fromInclusive', 'toInclusive'] },
  )
export const test = fc.oneof(
  fc.constant({ op: 'exists' }),
  fc.record({ op: fc.constant('equals'), value: fc.oneof(value, number, fc.boolean()) }),
  fc.record({ op: fc.constant('in'), values: fc.array(fc.oneof(value, number, fc.boolean()), { maxLength: 4 }) }),
  fc.record({
    op: fc.constant('text'),
    method: fc.constantFrom('equals', 'starts-with', 'contains', 'ends-with'),
    value,
    ignoreCase: fc.boolean(),
  }),
  range(value),
  range(number),
  range(fc.oneof(value, number)),
) as fc.Arbitrary<ValueTest>

const storable = (text: string) => text.replace(/[\0\p{Surrogate}]/gu, '\ufffd')

/** Everything in a value that is neither object nor array, with the names on the way to it. */
function leaves(held: unknown, way: readonly string[]): readonly (readonly [way: readonly string[], leaf: unknown])[] {
  if (Array.isArray(held)) return held.flatMap((item) => leaves(item, way))
  if (typeof held === 'object' && held !== null) {
    return Object.entries(held).flatMap(([name, member]) => leaves(member, [...way, storable(name)]))
  }
  return [[way, typeof held === 'string' ? storable(held) : held]]
}

function passes(leaf: unknown, asked: ValueTest): boolean {
  switch (asked.op) {
    case 'exists':
      return leaf !== null
    case 'equals':
      return leaf === written(asked.value) && (typeof leaf !== 'number' || Number.isFinite(leaf))
    case 'in':
      return asked.values.some((one) => passes(leaf, { op: 'equals', value: one }))
    case 'text': {
      if (typeof leaf !== 'string' || asked.value.includes('\0')) return false
      const [held, wanted] = [leaf, storable(asked.value)].map((text) => (asked.ignoreCase ? text.toLowerCase() : text))
      if (asked.method === 'equals') return held === wanted
      if (asked.method === 'contains') return held!.includes(wanted!)
      return asked.method === 'starts-with' ? held!.startsWith(wanted!) : held!.endsWith(wanted!)
    }
    case 'range': {
      const { from, to, fromInclusive, toInclusive } = asked
      if (typeof leaf !== 'string' && !Number.isFinite(leaf)) return false
      if ([from, to].some((end) => end !== undefined && typeof end !== typeof leaf)) return false
      if ([from, to].some((end) => typeof end === 'string' && end.includes('\0'))) return false
      const order = (end: string | number) =>
        typeof leaf === 'string'
          ? Buffer.from(leaf).compare(Buffer.from(storable(String(end))))
          : Math.sign(Number(leaf) - Number(end))
      return (
        (from === undefined || order(from) >= (fromInclusive ? 0 : 1)) &&
        (to === undefined || order(to) <= (toInclusive ? 0 : -1))
      )
    }
  }
}

/** As the driver writes it; what holds a NUL is never found. */
function written(asked: string | number | boolean): string | number | boolean | undefined {
  if (typeof asked !== 'string') return asked
  return asked.includes('\0') ? undefined : storable(asked)
}

export const keys = ['plan', 'Plan', '$."x"']

/** Asserts that a search by metadata finds exactly the users whose entries say so. */
export async function assertFoundByMetadata(storage: DirectoryStorage, numRuns: number): Promise<void> {
  let instance = 0
  const user = fc.uniqueArray(fc.tuple(fc.constantFrom(...keys), fc.option(json, { nil: undefined })), {
    maxLength: 2,
    selector: ([key]) => key,
  })
  const condition = fc.record({
    key: fc.option(fc.constantFrom(...keys), { freq: 8, nil: undefined }),
    path,
    test,
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(user, { minLength: 1, maxLength: 12 }),
      fc.array(condition, { minLength: 1, maxLength: 20 }),
      async (users, conditions) => {
        const instanceId = `metadata ${instance++}`
        const ids = users.map((_, index) => `user ${String(index).padStart(2, '0')}`)
        await storage.commit(instanceId, [
          {
            at: 1,
            actor: { type: 'system', id: '', reason: null },
            aggregates: [
              {
                key: { type: 'org', id: 'acme' },
                expect: 'new',
                owner: 'acme',
                events: [{ type: 'x', payload: {} }],
                revise: false,
              },
            ],
            put: ids.map((userId) => ({ kind: 'user', record: { ...blankUser, userId }, created: false })),
            putEntries: users.flatMap((entries, index) =>
              entries.map(([key, text]) => ({
                key: { subjectType: 'user' as const, subjectId: ids[index]!, namespace: 'app', key },
                value: text === undefined ? { bytes: Buffer.from('"ada"') } : { json: text },
                stamp: { aggregate: 0, event: 0 },
              })),
            ),
          },
        ])

        for (const { key, path: names, test: asked } of conditions) {
          const below = key === undefined ? [] : names
          const path = key === undefined ? [] : [key, ...names]
          const filter: MetadataCondition = { op: 'metadata', namespace: 'app', path, test: asked }
          const expected = ids.filter((_, index) =>
            users[index]!.some(
              ([name, text]) =>
                text !== undefined &&
                (key === undefined || name === key) &&
                leaves(JSON.parse(text), []).some(([way, leaf]) => isOn(below, way, asked) && passes(leaf, asked)),
            ),
          )
          for (const negated of [false, true]) {
            const page = await storage.search(instanceId, {
              kind: 'user',
              filter: negated ? { op: 'not', filter } : filter,
              offset: 0,
              limit: 100,
              count: false,
            })
            deepEqual(
              page.items.map(({ userId }) => userId),
              negated ? ids.filter((id) => !expected.includes(id)) : expected,
              JSON.stringify({ filter, users }),
            )
          }
        }
      },
    ),
    {
      numRuns,
      // Beyond the range of doubles: within no range, not even within one without ends.
      examples: [
        [
          [[['plan', `-1${'0'.repeat(400)}`]]],
          [{ key: undefined, path: [], test: { op: 'range', fromInclusive: false, toInclusive: false } }],
        ],
      ],
    },
  )
}

function isOn(asked: readonly string[], way: readonly string[], { op }: ValueTest): boolean {
  if (op !== 'exists' && way.length !== asked.length) return false
  return asked.every((name, index) => name === way[index])
}
