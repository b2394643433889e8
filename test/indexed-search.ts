import { deepEqual, equal } from 'node:assert/strict'
import type {
  Commit,
  DirectoryStorage,
  EntryKey,
  EntryPut,
  EntryRemoval,
  MetadataCondition,
  MetadataIndex,
  RecordFilter,
  ValueTest,
} from '@indwell/core'
import fc from 'fast-check'
import { blankUser } from './blank-user'
import { json, keys, path, test } from './metadata-search'

type UserFilter = RecordFilter<'user'>

const ids = Array.from({ length: 10 }, (_, index) => `user ${index}`)
const orgOf = (userId: string) => (userId < 'user 5' ? 'acme' : 'other')

// Few, so that values and what is asked of them meet.
const key = fc.constantFrom(...keys.slice(0, 2))
const place = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(key, fc.constantFrom<string[]>([], [], ['a'])).map(([key, names]) => [key, ...names]),
  },
  { weight: 1, arbitrary: fc.tuple(key, path).map(([key, names]) => [key, ...names]) },
)
const longText = fc
  .tuple(fc.constantFrom('é', 'É', '😀'), fc.constantFrom(59, 60, 61), fc.constantFrom('', 'x', 'Y'))
  .map(([part, count, end]) => `${end}${part.repeat(count)}${end}`)
const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('', 'a', 'A', 'ada', 'Ada', 'ADA', 'É', 'é', 'ΑΣ', 'ΑΣΑ', '😀', '\uffee') },
  { weight: 1, arbitrary: longText },
)
const number = fc.constantFrom(-1e300, -100, -1.5, -5e-324, -0, 0, 5e-324, 0.1, 1, 2, 10, 1e300)
const scalar = fc.oneof(
  text.map((value) => JSON.stringify(value)),
  number.map(String),
  fc.constantFrom('true', 'false', 'null', '1e400', '{}', '[]'),
)
const manyValues = fc
  .integer({ min: 999, max: 1002 })
  .map((count) => `[${Array.from({ length: count }).map((_, at) => at)}]`)
const list = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }).map((items) => `[${items}]`),
)
const value = fc.oneof(
  { weight: 24, arbitrary: list },
  { weight: 24, arbitrary: list.map((a) => `{"a":${a}}`) },
  { weight: 12, arbitrary: json },
  { weight: 1, arbitrary: manyValues },
)

interface Change {
  readonly userId: string
  readonly key: string
  /** `undefined`: the entry is removed, or all of the user's where `all` is set; `null`: it holds bytes. */
  readonly json: string | null | undefined
  readonly all: boolean
}
const change: fc.Arbitrary<Change> = fc.record({
  userId: fc.constantFrom(...ids),
  key,
  json: fc.option(fc.option(value, { freq: 20 }), { freq: 5, nil: undefined }),
  all: fc.boolean(),
})

const rangeOf = (end: fc.Arbitrary<string | number>) =>
  fc.record(
    { op: fc.constant('range' as const), from: end, to: end, fromInclusive: fc.boolean(), toInclusive: fc.boolean() },
    { requiredKeys: ['op', 'fromInclusive', 'toInclusive'] },
  )
const likelyTest = fc.oneof(
  fc.constant({ op: 'exists' as const }),
  fc.oneof(text, number, fc.boolean()).map((value) => ({ op: 'equals' as const, value })),
  fc.record({
    op: fc.constant('text' as const),
    method: fc.constantFrom('equals' as const, 'starts-with' as const, 'contains' as const),
    value: text,
    ignoreCase: fc.boolean(),
  }),
  rangeOf(text),
  rangeOf(number),
) as fc.Arbitrary<ValueTest>
const condition = fc
  .record({
    path: fc.oneof({ weight: 9, arbitrary: place }, { weight: 1, arbitrary: fc.constant([]) }),
    test: fc.oneof({ weight: 4, arbitrary: likelyTest }, { weight: 1, arbitrary: test }),
  })
  .map((asked): MetadataCondition => ({ op: 'metadata', namespace: 'app', ...asked }))
const { filter } = fc.letrec<{ filter: UserFilter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 6, arbitrary: condition },
    {
      weight: 3,
      arbitrary: fc.record({ op: fc.constantFrom('and', 'or'), filters: fc.array(tie('filter'), { maxLength: 3 }) }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('not'), filter: tie('filter') }) },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constant('equals'),
        field: fc.constant('orgId'),
        value: fc.constantFrom('acme', 'other'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ op: fc.constant('in'), field: fc.constant('userId'), values: fc.subarray(ids) }),
    },
  ) as fc.Arbitrary<UserFilter>,
}))

const stamp = { aggregate: 0, event: 0 }

function commitOf(userId: string, rest: Partial<Commit>, expect: 'new' | 'live' = 'live'): Commit {
  const aggregate = { key: { type: 'user', id: userId }, expect, owner: orgOf(userId), revise: false } as const
  return {
    at: 1,
    actor: { type: 'system', id: '', reason: null },
    aggregates: [{ ...aggregate, events: [{ type: 'x', payload: {} }] }],
    ...rest,
  }
}

const creations = ids.map((userId) =>
  commitOf(
    userId,
    { put: [{ kind: 'user', record: { ...blankUser, userId, orgId: orgOf(userId) }, created: false }] },
    'new',
  ),
)

function changeCommit({ userId, key, json, all }: Change): Commit {
  const subject = { subjectType: 'user', subjectId: userId } as const
  const entry: EntryKey = { ...subject, namespace: 'app', key }
  const removal: EntryRemoval = all ? { of: subject } : { key: entry }
  if (json === undefined) return commitOf(userId, { removeEntries: [removal] })
  const put: EntryPut = { key: entry, value: json === null ? { bytes: Buffer.from('"ada"') } : { json }, stamp }
  return commitOf(userId, { putEntries: [put], ...(all && { removeEntries: [removal] }) })
}

/** Fills an index in small steps, and answers how much of it was wrong. */
async function fill(storage: DirectoryStorage, instanceId: string, index: MetadataIndex): Promise<number> {
  let corrected = 0
  for (;;) {
    const filled = await storage.fillMetadataIndex(instanceId, index, 2)
    corrected += filled!.corrected
    if (filled!.done) return corrected
  }
}

/**
 * Asserts that searches find the same whether what they ask for was declared before it was written, afterwards, or never;
 * and that what was declared before holds what the entries say.
 */
export async function assertIndexesFindTheSame(storage: DirectoryStorage, numRuns: number): Promise<void> {
  let run = 0
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(place, { minLength: 1, maxLength: 4, selector: (names) => JSON.stringify(names) }),
      fc.array(fc.array(change, { minLength: 1, maxLength: 6, size: 'max' }), {
        minLength: 1,
        maxLength: 6,
        size: 'max',
      }),
      fc.array(filter, { minLength: 10, maxLength: 30, size: 'max' }),
      async (places, batches, filters) => {
        run += 1
        const [before, after, never] = ['before', 'after', 'never'].map((when) => `indexed ${when} ${run}`) as [
          string,
          string,
          string,
        ]
        const indexes = places.map((path): MetadataIndex => ({ subjectType: 'user', namespace: 'app', path }))
        await storage.addMetadataIndexes(before, indexes)
        for (const instanceId of [before, after, never]) {
          for (const batch of [creations, ...batches.map((changes) => changes.map(changeCommit))]) {
            const outcomes = await storage.commit(instanceId, batch)
            for (const { outcome } of outcomes) equal(outcome, 'applied')
          }
        }

        const idsIn = async (instanceId: string, filter: UserFilter) => {
          const { items, total } = await storage.search(instanceId, {
            kind: 'user',
            filter,
            offset: 0,
            limit: 100,
            count: true,
          })
          return { found: items.map(({ userId }) => userId), total }
        }
        const answers = async (instanceId: string) => {
          const found = []
          for (const filter of filters) found.push(await idsIn(instanceId, filter))
          return found
        }
        const scanned = await answers(never)
        const said = (found: readonly unknown[]) => found.map((answer, at) => ({ answer, filter: filters[at] }))
        deepEqual(said(await answers(before)), said(scanned), 'declared before')
        await storage.addMetadataIndexes(after, indexes)
        deepEqual(said(await answers(after)), said(scanned), 'declared, and not filled')
        for (const index of indexes) {
          equal(await fill(storage, before, index), 0, 'what was declared before has nothing to correct')
          await fill(storage, after, index)
        }
        deepEqual(said(await answers(after)), said(scanned), 'declared afterwards')
        for (const { state } of await storage.listMetadataIndexes(after)) equal(state, 'ready')
      },
    ),
    { numRuns },
  )
}
