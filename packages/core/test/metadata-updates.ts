import {
  createDirectory,
  type Directory,
  type DirectoryStorage,
  type JsonValue,
  type MetadataAccess,
  type MetadataUpdated,
  type MetadataValue,
} from '@indwell/core'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import '../../../test/property-seed'

/** A database that several directories write to, each over connections of its own. */
export interface SharedDatabase {
  open(): DirectoryStorage
  close(): Promise<void>
}

type Document = Record<string, MetadataValue>

const key = fc.constantFrom('a', 'b', '__proto__', 'c')
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as JsonValue)
const document = fc
  .array(fc.tuple(key, fc.oneof(json, fc.integer(), fc.array(json, { maxLength: 3 }))), { maxLength: 4 })
  .map((pairs): Document => Object.fromEntries(pairs))

const without = (values: Document, ...keys: readonly string[]): Document =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !keys.includes(name)))
const withValue = (values: Document, name: string, value: MetadataValue): Document =>
  Object.fromEntries([...Object.entries(without(values, name)), [name, value]])

/** The pseudo code of RFC 7396, section 2. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const isObject = typeof target === 'object' && target !== null && !Array.isArray(target)
  const result = new Map<string, unknown>(isObject ? Object.entries(target) : [])
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) result.delete(name)
    else result.set(name, mergePatch(result.get(name), value))
  }
  return Object.fromEntries(result)
}

interface Verb {
  readonly name: string
  call(metadata: MetadataAccess): Promise<unknown>
  /** What is there then; `undefined`: the call is refused. */
  model(values: Document): Document | undefined
}

const verb: fc.Arbitrary<Verb> = fc.oneof(
  document.map((values) => ({
    name: 'set',
    call: (metadata: MetadataAccess) => metadata.set(values),
    model: (before: Document) => Object.fromEntries([...Object.entries(before), ...Object.entries(values)]),
  })),
  fc.array(key, { maxLength: 3 }).map((keys) => ({
    name: 'remove',
    call: (metadata: MetadataAccess) => metadata.remove(...keys),
    model: (before: Document) => without(before, ...keys),
  })),
  fc.constant({ name: 'clear', call: (metadata: MetadataAccess) => metadata.clear(), model: () => ({}) }),
  document.map((values) => ({
    name: 'replace',
    call: (metadata: MetadataAccess) => metadata.replace(values),
    model: () => values,
  })),
  document.map((values) => ({
    name: 'merge',
    call: (metadata: MetadataAccess) => metadata.merge(values),
    model: (before: Document) =>
      Object.fromEntries([
        ...Object.entries(without(before, ...Object.keys(values))),
        ...Object.entries(values).filter(([, value]) => value !== null),
      ]),
  })),
  document.map((values) => ({
    name: 'mergeDeep',
    call: (metadata: MetadataAccess) => metadata.mergeDeep(values),
    model: (before: Document) => mergePatch(before, values) as Document,
  })),
  fc.tuple(key, key, fc.boolean()).map(([from, to, overwrite]) => ({
    name: 'rename',
    call: (metadata: MetadataAccess) => metadata.rename(from, to, { overwrite }),
    model: (before: Document) => {
      if (from === to || !Object.hasOwn(before, from)) return undefined
      if (Object.hasOwn(before, to) && !overwrite) return undefined
      return withValue(without(before, from), to, before[from]!)
    },
  })),
  fc.tuple(key, fc.integer({ min: -1000, max: 1000 })).map(([name, by]) => ({
    name: 'increment',
    call: (metadata: MetadataAccess) => metadata.increment(name, by),
    model: (before: Document) => {
      const value = Object.hasOwn(before, name) ? before[name] : 0
      if (typeof value !== 'number' || !Number.isInteger(value)) return undefined
      return withValue(before, name, value + by)
    },
  })),
  fc.tuple(key, fc.array(json, { maxLength: 3 })).map(([name, items]) => ({
    name: 'append',
    call: (metadata: MetadataAccess) => metadata.append(name, ...items),
    model: (before: Document) => {
      const value = Object.hasOwn(before, name) ? before[name] : []
      return Array.isArray(value) ? withValue(before, name, [...value, ...items]) : undefined
    },
  })),
  fc.tuple(key, json).map(([name, value]) => ({
    name: 'update',
    call: (metadata: MetadataAccess) =>
      metadata.update(name, (before, remove) => (before === undefined ? value : remove)),
    model: (before: Document) => (Object.hasOwn(before, name) ? without(before, name) : withValue(before, name, value)),
  })),
  fc.tuple(key, json).map(([name, value]) => ({
    name: 'patch',
    call: (metadata: MetadataAccess) =>
      metadata.patch([
        { op: 'add', path: `/${name}`, value: [1] },
        { op: 'add', path: `/${name}/0`, value: value },
        { op: 'move', from: `/${name}/0`, path: `/${name}/-` },
        { op: 'test', path: `/${name}`, value: [1, value] },
      ]),
    model: (before: Document) => withValue(before, name, [1, value]),
  })),
)

const text = (values: unknown) => JSON.stringify(values, (_, value) => (isPlain(value) ? sorted(value) : value))
const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const sorted = (value: object) =>
  Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => ['member', name, member])

/** That verbs do as they say and lose nothing, on a database of any kind. */
export function describeMetadataUpdates(name: string, openDatabase: () => Promise<SharedDatabase>, runs: number): void {
  describe(`updates of metadata on ${name}`, () => {
    let database: SharedDatabase
    let directory: Directory
    let metadata: MetadataAccess
    let users = 0
    beforeAll(async () => {
      database = await openDatabase()
      directory = await createDirectory({ storage: database.open() })
    })
    afterAll(async () => {
      await directory.close()
      await database.close()
    })
    beforeEach(async () => {
      metadata = await newUser()
    })

    async function newUser(): Promise<MetadataAccess> {
      const system = directory.asSystem('test')
      const { userId } = await system.users.createHuman({ userName: `u${++users}` })
      return system.users.metadata(userId)
    }

    it('each verb does what a plain object would', async () => {
      const seen = new Set<string>()
      await fc.assert(
        fc.asyncProperty(document, fc.array(verb, { minLength: 1, maxLength: 6 }), async (first, verbs) => {
          const metadata = await newUser()
          await metadata.set(first)
          let values = first
          for (const { name, call, model } of verbs) {
            const expected = model(values)
            const answer = await call(metadata).catch((error: { code?: string }) => {
              if (error.code === undefined) throw error
              return undefined
            })
            const after = await metadata.values()
            if (expected === undefined && answer !== undefined) {
              // Only sums of what is no whole number: the model does not know decimals.
              expect(name).toBe('increment')
              values = after as Document
              continue
            }
            expect(answer !== undefined, name).toBe(expected !== undefined)
            expect(text(after), name).toBe(text(expected ?? values))
            if (answer !== undefined) expectTold(answer as MetadataUpdated, values, after as Document)
            values = after as Document
            seen.add(name)
          }
        }),
        { numRuns: runs },
      )
      expect(seen.size).toBe(11)
    })

    function expectTold(answer: Partial<MetadataUpdated>, before: Document, after: Document): void {
      const differs = (name: string) =>
        !Object.hasOwn(before, name) ||
        !Object.hasOwn(after, name) ||
        JSON.stringify(before[name]) !== JSON.stringify(after[name])
      const all = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(differs).sort()
      expect([...answer.changed!].sort()).toEqual(all)
      if (answer.added === undefined) return
      expect([...answer.added].sort()).toEqual(all.filter((name) => !Object.hasOwn(before, name)))
      expect([...answer.removed!].sort()).toEqual(all.filter((name) => !Object.hasOwn(after, name)))
      expect([...answer.updated!].sort()).toEqual(
        all.filter((name) => Object.hasOwn(before, name) && Object.hasOwn(after, name)),
      )
    }

    it('increments, appends and updates of 8 writers all count, and those of other keys are not in the way', async () => {
      const { userId } = await directory.asSystem('test').users.createHuman({ userName: `u${++users}` })
      const writers = await Promise.all(Array.from({ length: 8 }, () => createDirectory({ storage: database.open() })))
      try {
        await Promise.all(
          writers.map(async (writer, index) => {
            const metadata = writer.asSystem('writer').users.metadata(userId)
            for (let round = 0; round < 5; round += 1) {
              await metadata.increment('count', 0.1)
              await metadata.append('log', index)
              await metadata.update('max', (max) => Math.max(Number(max ?? 0), index))
              await Promise.all([
                metadata.mergeDeep({ own: { [`w${index}`]: round } }),
                metadata.set({ [`k${index}`]: round }),
              ])
            }
          }),
        )
      } finally {
        await Promise.all(writers.map((writer) => writer.close()))
      }

      const values = await directory.asSystem('test').users.metadata(userId).values()
      expect(values).toMatchObject({ count: 4, max: 7 })
      expect([...(values.log as number[])].sort()).toEqual(
        Array.from({ length: 40 }, (_, index) => Math.floor(index / 5)),
      )
      expect(values.own).toEqual(Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`w${index}`, 4])))
      for (let index = 0; index < 8; index += 1) expect(values[`k${index}`]).toBe(4)
    })

    it('100 increments at once of one process all count', async () => {
      await Promise.all(Array.from({ length: 100 }, () => metadata.increment('n')))

      expect(await metadata.values()).toEqual({ n: 100 })
    })

    it('of many who set a key if it is absent one gets through, and the others are told its version', async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) => metadata.set({ owner: index }, { ifAbsent: ['owner'] })),
      )

      const { sequence } = await metadata.get('owner')
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      for (const result of results) {
        if (result.status === 'rejected') {
          expect(result.reason).toMatchObject({ code: 'version_conflict', key: 'owner', currentVersion: sequence })
        }
      }
    })

    it('of many who name one version of a key one gets through, whatever happens to other keys', async () => {
      await metadata.set({ n: 0, other: 0 })
      const { sequence } = await metadata.get('n')
      await metadata.set({ other: 1 })

      const results = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) =>
          metadata.apply({ set: { n: index + 1 } }, { ifKeyVersion: { n: sequence } }),
        ),
      )

      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      const { sequence: current } = await metadata.get('n')
      for (const result of results) {
        if (result.status === 'rejected') {
          expect(result.reason).toMatchObject({ code: 'version_conflict', key: 'n', expected: sequence, current })
        }
      }
    })

    it('replaces everything while others add', async () => {
      await Promise.all([
        ...Array.from({ length: 10 }, (_, index) => metadata.merge({ [`k${index}`]: 1 })),
        metadata.replace({ only: true }),
      ])

      expect((await metadata.values()).only).toBe(true)
    })
  })
}
