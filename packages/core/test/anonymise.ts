import { type DirectoryStorage, defineMetadata, StorageUnavailableError } from '@indwell/core'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectWhole } from './replay'
import { createWorld, expectRefused, type World } from './world'

const metadata = defineMetadata({
  user: {
    plan: { schema: v.string() },
    handle: { schema: v.string(), unique: true, redact: true },
    city: { schema: v.string(), redact: true },
  },
})
const metadataIndexes = [{ subjectType: 'user', namespace: 'app', path: ['city'] }] as const
const others = ['cem', 'google|cem', 'once'].map((subjectId) => ({ subjectType: 'user', subjectId }) as const)
const secrets = /cemal|berlin|41790001122|@g\.example|"once"/i

/** The rules that hold on every storage; where it is local, those too that no storage decides. */
export function describeAnonymise(open: () => Promise<DirectoryStorage>, isLocal: boolean): void {
  let storage: DirectoryStorage
  let instances = 0
  beforeAll(async () => {
    storage = await open()
  })
  afterAll(() => storage.close())

  const settle = async (wrapped = storage): Promise<World> => {
    const world = await createWorld({ storage: wrapped, instanceId: `a-${++instances}`, metadata, metadataIndexes })
    const { users, orgs } = world.system
    await users.createHuman({
      userId: 'cem',
      orgId: 'acme',
      userName: 'cemal',
      firstName: 'Cemal',
      email: 'cemal@acme.example',
      emailVerified: true,
      phone: '+41790001122',
      preferredLanguage: 'tr',
      connection: 'db',
      username: 'cemal',
      metadata: { app: { plan: 'pro', handle: 'cemal', city: 'Berlin' }, user: { colour: 'Berlin blue' } },
    })
    await users.createHuman({ userId: 'google|cem', orgId: 'acme', email: 'cemal@g.example', connection: 'google' })
    await users.linkIdentity('cem', 'google|cem')
    await users.requestPhoneCode('cem')
    await orgs.members('acme').add({ userId: 'cem', roles: ['ORG_OWNER'] })
    world.advance(1000)
    return world
  }
  const whole = async (world: World) => {
    await expectWhole(storage, world.directory.instanceId, others)
    expect(await world.directory.metadataIndexes.reindex({ all: true })).toEqual({ corrected: 0 })
  }

  describe('a user that is anonymised', () => {
    it('keeps its id and what says nothing of it, and nothing else is left anywhere', async () => {
      const world = await settle()
      const { sequence: before, createdAt } = await world.system.users.get('cem')
      const reader = (await world.feed()).at(-1)!.position
      const told: string[] = []
      world.directory.on('user.anonymised', ({ aggregate }) => void told.push(aggregate.id))

      const { sequence } = await world.ada.users.anonymise('cem', { keep: ['preferredLanguage'], reason: 'request 17' })

      expect(BigInt(sequence)).toBeGreaterThan(BigInt(before))
      const user = await world.system.users.get('cem')
      expect(user).toMatchObject({ userId: 'cem', orgId: 'acme', state: 'active', type: 'human', connection: 'db' })
      expect(user).toMatchObject({ preferredLanguage: 'tr', firstName: null, displayName: null, nickName: null })
      expect(user).toMatchObject({ email: null, emailVerified: false, phone: null, username: null })
      expect(user).toMatchObject({ userName: expect.stringMatching(/^anonymous-/), sequence, createdAt })
      expect(user.changedAt).toBe(world.now())
      expect(await world.system.users.metadata('cem').values()).toEqual({ plan: 'pro' })
      expect(await world.system.users.metadata('cem', 'user').findValues()).toEqual({})
      expect(await world.system.users.identities('cem')).toEqual([])
      expect(await world.system.users.memberships('cem')).toMatchObject([{ roles: ['ORG_OWNER'] }])
      await whole(world)

      expect(JSON.stringify(await world.feed())).not.toMatch(secrets)
      const [only, ...more] = await world.ada.users.history('cem')
      expect(more).toEqual([])
      expect(only).toMatchObject({ type: 'user.anonymised', actor: { id: 'ada', reason: 'request 17' }, sequence })
      expect(told).toEqual(['cem'])
      for await (const { type, fields, payload } of world.directory.changes({ after: reader })) {
        expect(type).toBe('user.anonymised')
        expect(payload).not.toHaveProperty('state')
        expect(fields.userName).toEqual({ after: user.userName })
        break
      }
    })

    it('gives names free, and goes on as any user', async () => {
      const world = await settle()
      const { users } = world.system
      await users.anonymise('cem')
      const again = { orgId: 'acme', connection: 'db', email: 'cemal@acme.example', username: 'cemal' }
      await users.createHuman({ ...again, userId: 'once', userName: 'cemal', metadata: { app: { handle: 'cemal' } } })
      await users.createHuman({ userId: 'google|cem', orgId: 'acme', email: 'cemal@g.example', connection: 'google' })

      await users.update('cem', { nickName: 'C' })
      await users.metadata('cem').set({ city: 'Bonn' })
      world.advance(10)
      await world.directory.purgeHistory({ before: world.now() })
      await whole(world)
      await users.delete('cem', { undeleteFor: 1000 })
      await users.undelete('cem')
      expect(await users.metadata('cem').values()).toEqual({ plan: 'pro', city: 'Bonn' })
      await expectRefused(world, () => users.asOf('cem', { sequence: '1' }), {
        code: 'invalid_state',
        reason: 'history_purged',
      })
      await whole(world)
    })

    it('has nothing written twice, and loses on request what it had kept', async () => {
      const world = await settle()
      const first = await world.ada.users.anonymise('cem', { keep: ['gender', 'email'] })
      expect(await world.system.users.get('cem')).toMatchObject({ email: 'cemal@acme.example', emailVerified: true })
      const feed = await world.feed()
      expect((await world.ada.users.anonymise('cem', { keep: ['email'] })).sequence).toBe(first.sequence)
      expect(await world.feed()).toEqual(feed)

      await world.ada.users.anonymise('cem', { metadata: 'none' })
      expect(await world.system.users.metadata('cem').values()).toEqual({})
      expect(JSON.stringify(await world.feed())).not.toMatch(/cemal|"plan"/)
      await whole(world)
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
      await expect(world.ada.users.anonymise('cem')).rejects.toMatchObject({ code: 'storage_unavailable' })
      await whole(world)
      isBroken = false
      await world.ada.users.anonymise('cem')
      expect(JSON.stringify(await world.feed())).not.toMatch(secrets)
      await whole(world)
    })

    if (!isLocal) return

    it('is refused as a deletion is, to what is no person, and with options that are none', async () => {
      const world = await settle()
      await expectRefused(world, () => world.bob.users.anonymise('cem'), { code: 'permission_denied' })
      for (const id of ['eve', 'ghost', 'a\0']) {
        await expectRefused(world, () => world.ada.users.anonymise(id), { code: 'not_found', subject: 'user', id })
      }
      await expectRefused(world, () => world.ada.users.anonymise('robot'), {
        code: 'invalid_state',
        reason: 'user_not_human',
      })
      await expectRefused(world, () => world.ada.users.anonymise('cem', { ifVersion: '1' }), {
        code: 'version_conflict',
      })
      for (const [options, path] of [
        [{ keep: ['state'] as never }, 'keep.0'],
        [{ keep: 'email' as never }, 'keep'],
        [{ metadata: 'all' as never }, 'metadata'],
        [{ reason: 'a\0' }, 'reason'],
      ] as const) {
        await expectRefused(world, () => world.ada.users.anonymise('cem', options), { code: 'invalid_input', path })
      }
    })
  })
}
