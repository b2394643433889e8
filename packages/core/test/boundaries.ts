import type { DirectoryStorage, MetadataValue } from '@indwell/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allEvents, createWorld, expectRefused, type World } from './world'

/** A database of its own, and a way past the storage: how else would it come to hold what takes centuries to reach. */
export interface BoundaryDatabase {
  readonly storage: DirectoryStorage
  run(sql: string): Promise<unknown>
  /** What has the database hand out `position` next. */
  moveOnTo(position: string): Promise<unknown>
  close(): Promise<unknown>
}

const beyond = 2n ** 53n

/** What both databases keep at the ends of what numbers, texts and clocks can be. */
export function describeBoundaries(name: string, open: () => Promise<BoundaryDatabase>): void {
  describe(`the ends of what there is, on ${name}`, () => {
    let database: BoundaryDatabase
    let world: World
    beforeAll(async () => {
      database = await open()
      world = await createWorld({ storage: database.storage })
    })
    afterAll(() => database.close())
    const ofBob = () => world.system.users.metadata('bob')
    const eventsOfBob = async () =>
      (await allEvents(world.storage, world.directory.instanceId)).filter(({ aggregate }) => aggregate.id === 'bob')

    it('times of a subject never go back when the clock does', async () => {
      const before = await ofBob().set({ first: 1 })
      world.advance(-86_400_000)

      const one = await ofBob().set({ first: 2 })
      const several = await ofBob().set({ first: 3, second: 3 })
      const state = await world.system.users.lock('bob')
      world.advance(86_400_000 + 1)
      const after = await world.system.users.unlock('bob')

      expect([one, several, state].map(({ changedAt }) => changedAt)).toEqual(Array(3).fill(before.changedAt))
      expect(after.changedAt).toBe(before.changedAt + 1)
      const times = (await eventsOfBob()).map(({ createdAt }) => createdAt)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      expect(await ofBob().get('first')).toMatchObject({ createdAt: before.changedAt, changedAt: before.changedAt })
    })

    it.each<[string, MetadataValue]>([
      ['no bytes', new Uint8Array()],
      ['500,001 bytes', new Uint8Array(500_001).fill(7)],
      ['an empty text', ''],
      ['a text whose JSON has 500,001 bytes', 'x'.repeat(499_999)],
      ['a text of 500,001 bytes in characters of three', '€'.repeat(166_667)],
      ['NUL', { 'a\0': '\0' }],
    ])('a value of %s comes back as it was', async (_, value) => {
      await ofBob().set({ value })

      const { value: found } = await ofBob().get('value')
      // Compared as one: the matcher would look at each byte.
      if (value instanceof Uint8Array) expect(Buffer.compare(found as Uint8Array, value)).toBe(0)
      else expect(found).toStrictEqual(value)
    })

    it('keys of 200 characters of four bytes are told apart by the last', async () => {
      const [one, other] = ['😀', '😁'].map((last) => '😀'.repeat(199) + last) as [string, string]
      await ofBob().set({ [one]: 1, [other]: 2 })

      expect((await ofBob().get(one)).value).toBe(1)
      expect((await ofBob().get(other)).value).toBe(2)
      expect(await ofBob().remove(one)).toMatchObject({ changed: [one] })
      expect((await ofBob().get(other)).value).toBe(2)
    })

    it('a key with NUL is refused, and found nowhere', async () => {
      await expectRefused(world, () => ofBob().set({ 'a\0': 1 }), { code: 'invalid_input', path: 'key' })
      await expectRefused(world, () => ofBob().find('a\0'), { code: 'invalid_input', path: 'key' })
    })

    it('a bulk of 100,000 entries is refused, with the limit by its name', async () => {
      const values = Array.from({ length: 100_000 }, (_, index) => [`key${index}`, index] as const)

      const refusal = { code: 'limit_exceeded', limitName: 'metadata.changes', limit: 10_000, actual: 100_000 }
      await expectRefused(world, () => ofBob().set(values), refusal)
    })

    it('sequences beyond 2^53 go on one by one', async () => {
      await database.run(`update indwell_aggregate set sequence = ${beyond - 1n} where type = 'user' and id = 'bob'`)
      const at = (count: bigint) => String(beyond - 1n + count)

      expect(await ofBob().set({ huge: 1 })).toMatchObject({ sequence: at(1n) })
      expect(await ofBob().set({ huge: 2, other: 2 })).toMatchObject({ sequence: at(3n) })
      expect(await ofBob().apply({ set: { huge: 3 } }, { ifVersion: at(3n) })).toMatchObject({ sequence: at(4n) })
      const stale = { code: 'version_conflict', current: at(4n) }
      await expectRefused(world, () => ofBob().apply({ set: { huge: 4 } }, { ifVersion: at(2n) }), stale)
      expect(await world.system.users.lock('bob')).toMatchObject({ sequence: at(5n) })

      expect((await ofBob().get('huge')).sequence).toBe(at(4n))
      expect((await world.system.users.get('bob')).sequence).toBe(at(5n))
      const subject = { type: 'user', id: 'bob' } as const
      const read = await world.system.events({ subject, afterSequence: at(1n) })
      expect(read.map(({ sequence }) => sequence)).toEqual([at(2n), at(3n), at(4n), at(5n)])
    })

    it('positions beyond 2^53 are announced as the feed has them, and a feed resumes from each', async () => {
      await database.moveOnTo(String(beyond + 1n))
      const announced: string[] = []
      const end = world.directory.on('*', ({ position }) => {
        announced.push(position)
      })
      await world.system.users.metadata('ada').set({ a: 1 })
      await world.system.users.metadata('ada').set({ a: 2, b: 2 })
      end()

      const last = (await world.feed()).slice(-3)
      expect(announced).toEqual(last.map(({ position }) => position))
      expect(new Set(announced).size).toBe(3)
      const next = await world.system.events({ after: announced[0]!, limit: 1 })
      expect(next.map(({ position }) => position)).toEqual([announced[1]])
    })
  })
}
