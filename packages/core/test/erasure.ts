import { type DirectoryStorage, defineMetadata, StorageUnavailableError, type SubjectPart } from '@indwell/core'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectWhole } from './replay'
import { createWorld, expectRefused, type World } from './world'

const metadata = defineMetadata({
  user: { handle: { schema: v.string(), unique: true }, risk: { schema: v.number(), read: ['system'] } },
})
const metadataIndexes = [{ subjectType: 'user', namespace: 'app', path: ['city'] }] as const

/** Something of Bob's in every place that holds anything of a user. */
async function fill({ system, directory }: World): Promise<void> {
  const bob = { firstName: 'Robert', email: 'Robert@acme.example', phone: '+41790001122', nickName: 'Robby' }
  await system.users.update('bob', bob)
  await system.users.metadata('bob').set({ city: 'Robertville', handle: 'robert', risk: 1 })
  await system.users.metadata('bob', 'zitadel').set({ key: Buffer.from('Robert') })
  await system.users.metadata('bob').set({ city: 'Robertstown' })
  await system.users.requestEmailCode('bob')
  await system.orgs.members('umbrella').add({ userId: 'bob', roles: ['ORG_OWNER'] })
  await directory.as({ userId: 'ada' }).users.accessTokens('robot').create()
}

async function partsOf(parts: AsyncIterable<SubjectPart>): Promise<readonly SubjectPart[]> {
  const all: SubjectPart[] = []
  for await (const part of parts) all.push(part)
  return all
}

/** The rules that hold on every storage. */
export function describeErasure(open: () => Promise<DirectoryStorage>): void {
  let storage: DirectoryStorage
  let instances = 0
  beforeAll(async () => {
    storage = await open()
  })
  afterAll(() => storage.close())
  const settle = async (wrapped = storage): Promise<World> => {
    const world = await createWorld({ storage: wrapped, instanceId: `i-${++instances}`, metadata, metadataIndexes })
    await fill(world)
    return world
  }
  const typesOf = async (world: World, id: string) =>
    (await world.system.events({ subject: { type: 'user', id } })).map(({ type }) => type)

  describe('an export', () => {
    it('has all there is about a user, as JSON, and ends with how much that was', async () => {
      const world = await settle()

      const parts = await partsOf(world.system.users.exportSubject('bob'))

      expect(JSON.parse(JSON.stringify(parts))).toEqual(parts)
      const [head, user, ...rest] = parts
      expect(head).toEqual({
        part: 'export',
        format: 1,
        userId: 'bob',
        exportedAt: world.now(),
        sequence: expect.any(String),
      })
      expect(user).toMatchObject({ part: 'user', user: { userName: 'bob', firstName: 'Robert' } })
      const ofPart = (name: string) => rest.filter(({ part }) => part === name)
      expect(ofPart('metadata')).toHaveLength(4)
      expect(ofPart('metadata')).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ namespace: 'app', key: 'city', value: 'Robertstown' }),
          expect.objectContaining({ namespace: 'app', key: 'handle', value: 'robert' }),
          expect.objectContaining({ namespace: 'app', key: 'risk', value: 1 }),
          expect.objectContaining({
            namespace: 'zitadel',
            key: 'key',
            bytes: Buffer.from('Robert').toString('base64'),
          }),
        ]),
      )
      expect(ofPart('membership')).toHaveLength(2)
      expect(ofPart('change')).toHaveLength(Number(head?.sequence))
      expect(rest.at(-1)).toEqual({ part: 'end', parts: parts.length - 1, sequence: head?.sequence })
      const ofRobot = await partsOf(world.system.users.exportSubject('robot'))
      expect(ofRobot.filter(({ part }) => part === 'accessToken')).toHaveLength(1)
      expect(JSON.stringify([parts, ofRobot])).not.toContain('hash')
    })

    it('leaves out what the caller may not read, and is refused to who may not read the user', async () => {
      const world = await settle()
      const parts = await partsOf(world.bob.users.exportSubject('bob'))
      expect(
        parts
          .filter(({ part }) => part === 'metadata')
          .map(({ key }) => key)
          .sort(),
      ).toEqual(['city', 'handle', 'key'])
      expect(JSON.stringify(parts)).toContain('"key":"risk","hidden":true')
      await expectRefused(world, () => partsOf(world.ada.users.exportSubject('eve')), { code: 'not_found' })
      await expectRefused(world, () => partsOf(world.ada.users.exportSubject('ghost')), { code: 'not_found' })
    })

    it('goes by what is left of a history that was purged', async () => {
      const world = await settle()
      world.advance(10)
      await world.directory.purgeHistory({ before: world.now() })
      const parts = await partsOf(world.system.users.exportSubject('bob'))
      expect(parts.filter(({ part }) => part === 'metadata')).toHaveLength(4)
    })
  })

  describe('an erasure', () => {
    it('leaves nothing of a user in any event, and the log tells what is stored', async () => {
      const world = await settle()
      const told: string[] = []
      world.directory.on('user.erased', ({ aggregate }) => void told.push(aggregate.id))
      const reader = (await world.feed()).at(-1)!.position

      const { sequence } = await world.ada.users.erase('bob')

      expect(await world.system.users.getOrUndefined('bob')).toBeUndefined()
      expect(JSON.stringify(await world.feed())).not.toMatch(/robert|robby|41790001122/i)
      expect(JSON.stringify(await world.feed())).not.toContain(Buffer.from('Robert').toString('base64'))
      expect(await world.system.events({ subject: { type: 'user', id: 'bob' } })).toMatchObject([
        { type: 'user.erased', sequence, payload: {}, actor: { id: 'ada' } },
      ])
      expect(await typesOf(world, 'robot')).toContain('user.machine.added')
      expect(told).toEqual(['bob'])
      expect((await world.system.events({ after: reader })).map(({ type }) => type)).toContain('user.erased')
      expect(await world.ada.users.history('bob')).toMatchObject([{ type: 'user.erased', differences: [] }])
      await expectWhole(storage, world.directory.instanceId)
      expect(await world.directory.metadataIndexes.reindex({ all: true })).toEqual({ corrected: 0 })
    })

    it('gives names free, and the id begins anew', async () => {
      const world = await settle()
      const { sequence } = await world.ada.users.erase('bob')

      const again = await world.system.users.createHuman({
        userId: 'bob',
        orgId: 'acme',
        userName: 'bob',
        metadata: { app: { handle: 'robert' } },
      })
      expect(BigInt(again.sequence)).toBeGreaterThan(BigInt(sequence))
      await expectRefused(world, () => world.ada.users.asOf('bob', { sequence: '1' }), {
        code: 'invalid_state',
        reason: 'history_purged',
      })
      await expectWhole(storage, world.directory.instanceId)
    })

    it('reaches who was deleted before, once', async () => {
      const world = await settle()
      await world.ada.users.delete('bob')
      expect(JSON.stringify(await world.feed())).toContain('Robert')

      const first = await world.ada.users.erase('bob')
      const feed = await world.feed()

      expect(JSON.stringify(feed)).not.toContain('Robert')
      expect((await world.ada.users.erase('bob')).sequence).toBe(first.sequence)
      expect(await world.feed()).toEqual(feed)
      await expectWhole(storage, world.directory.instanceId)
    })

    it('reaches who was linked, at the end or before, and what others kept of it', async () => {
      const world = await settle()
      const { users } = world.system
      const human = (userId: string) => ({ userId, orgId: 'acme', userName: userId, firstName: `Name of ${userId}` })
      for (const id of ['u/3', 'once']) await users.createHuman(human(id))
      await users.linkIdentity('bob', 'u/3')
      await users.linkIdentity('bob', 'once')
      await users.unlinkIdentity('bob', 'once')

      await expectRefused(world, () => users.erase('u/3'), {
        code: 'invalid_state',
        reason: 'identity_already_linked',
      })
      await users.erase('once')
      expect(JSON.stringify(await world.feed())).not.toContain('Name of once')
      await expectWhole(storage, world.directory.instanceId)
      await users.delete('bob')
      await users.erase('bob')
      expect(JSON.stringify(await world.feed())).not.toContain('Name of u/3')
      expect(await typesOf(world, 'u/3')).toEqual(['user.erased'])
      await expectWhole(storage, world.directory.instanceId)
    })

    it('of who went with its org leaves that it was there, which its memberships elsewhere go by', async () => {
      const world = await settle()
      await world.system.users.update('eve', { firstName: 'Evelyn' })
      await world.system.orgs.members('acme').add({ userId: 'eve', roles: [] })
      await world.system.orgs.delete('umbrella')
      world.advance(10)
      await expectWhole(storage, world.directory.instanceId)

      await world.system.users.erase('eve')

      expect(JSON.stringify(await world.feed())).not.toContain('Evelyn')
      expect(await typesOf(world, 'eve')).toEqual(['user.human.added', 'user.erased'])
      await expectWhole(storage, world.directory.instanceId)
    })

    it('that broke off behind the write is finished by the next call', async () => {
      let isBroken = true
      const world = await settle({
        ...storage,
        async rewriteEvents(...args) {
          if (isBroken) throw new StorageUnavailableError('unreachable')
          return storage.rewriteEvents(...args)
        },
      })
      await expect(world.ada.users.erase('bob')).rejects.toMatchObject({ code: 'storage_unavailable' })
      expect(await world.system.users.getOrUndefined('bob')).toBeUndefined()
      await expectWhole(storage, world.directory.instanceId)

      isBroken = false
      await world.ada.users.erase('bob')

      expect(await typesOf(world, 'bob')).toEqual(['user.erased'])
    })

    it('is refused as a deletion is, and for what never was', async () => {
      const world = await settle()
      await expectRefused(world, () => world.bob.users.erase('bob'), { code: 'permission_denied' })
      for (const id of ['eve', 'ghost', 'a\0']) {
        await expectRefused(world, () => world.ada.users.erase(id), { code: 'not_found', subject: 'user', id })
      }
      await expectRefused(world, () => world.ada.users.erase('bob', { ifVersion: '1' }), { code: 'version_conflict' })
    })

    it('of many at once leaves the log whole', async () => {
      const world = await settle()
      await Promise.allSettled([
        ...Array.from({ length: 4 }, () => world.system.users.erase('bob')),
        ...[1, 2, 3].map((n) => world.system.users.metadata('bob').set({ city: `Robert ${n}` })),
      ])
      await world.system.users.erase('bob')
      expect(JSON.stringify(await world.feed())).not.toContain('Robert')
      await expectWhole(storage, world.directory.instanceId)
    })
  })
}
