import { type DirectoryStorage, defineMetadata, type UserRecord } from '@indwell/core'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectWhole } from './replay'
import { createWorld, expectRefused, type World } from './world'

const metadata = defineMetadata({
  user: {
    handle: { schema: v.string(), unique: true },
    hint: { schema: v.string(), expiresAfterMs: 1000 },
  },
})
const metadataIndexes = [{ subjectType: 'user', namespace: 'app', path: ['city'] }] as const
const week = 7 * 86_400_000
const others = ['cem', 'google|cem', 'other'].map((subjectId) => ({ subjectType: 'user', subjectId }) as const)
const taken = (subject: string) => ({ code: 'already_exists', subject })
const noUser = (id: string) => ({ code: 'not_found', subject: 'user', id })

/** The rules that hold on every storage; where it is local, those too that no storage decides. */
export function describeUndelete(open: () => Promise<DirectoryStorage>, isLocal: boolean): void {
  let storage: DirectoryStorage
  let instances = 0
  beforeAll(async () => {
    storage = await open()
  })
  afterAll(() => storage.close())

  /** Cem of Acme has something of everything; `google|cem` is linked to him. */
  const settle = async (): Promise<World> => {
    const world = await createWorld({ storage, instanceId: `i-${++instances}`, metadata, metadataIndexes })
    const { users, orgs, members } = world.system
    const connection = 'db'
    await users.createHuman({
      userId: 'cem',
      orgId: 'acme',
      userName: 'cem',
      firstName: 'Cem',
      email: 'cem@acme.example',
      emailVerified: true,
      connection,
      username: 'cem1',
      metadata: { app: { city: 'Bern', handle: 'cem' }, user: {} },
    })
    await users.createHuman({ userId: 'google|cem', orgId: 'acme', email: 'cem@g.example', connection: 'google' })
    await users.linkIdentity('cem', 'google|cem')
    await users.metadata('cem', 'zitadel').set({ key: Buffer.from('bytes') })
    await orgs.members('acme').add({ userId: 'cem', roles: ['ORG_OWNER'] })
    await orgs.members('umbrella').add({ userId: 'cem', roles: ['ORG_OWNER_VIEWER'], expiresAt: world.now() + week })
    await members.add({ userId: 'cem', roles: [] })
    world.advance(1000)
    return world
  }
  const people = (world: World) => world.directory.asSystem('support', { orgId: 'acme' }).users
  const whole = async (world: World) => {
    await expectWhole(storage, world.directory.instanceId, others)
    expect(await world.directory.metadataIndexes.reindex({ all: true })).toEqual({ corrected: 0 })
  }
  /** All that is read of a user, without numbers and times that a new life has. */
  const portrait = async ({ system: { users } }: World) => {
    const { sequence: _, changedAt: __, ...user } = await users.get('cem')
    return {
      user,
      app: await users.metadata('cem').values(),
      own: await users.metadata('cem', 'user').findValues(),
      bytes: Buffer.from((await users.metadata('cem', 'zitadel').get('key')).value as Uint8Array).toString(),
      identities: await users.identities('cem'),
      memberships: (await users.memberships('cem')).map(({ level, orgId, roles, expiresAt }) => ({
        level,
        orgId,
        roles,
        expiresAt,
      })),
    }
  }

  describe('a user that was deleted with a time to undelete', () => {
    it('is gone for everybody, and comes back with what it had', async () => {
      const world = await settle()
      const before = await portrait(world)
      const { users } = world.ada

      const { sequence } = await users.delete('cem', { undeleteFor: week })

      expect(await world.system.users.getOrUndefined('cem')).toBeUndefined()
      expect(await world.system.users.findByLoginName('cem')).toBeUndefined()
      expect(await world.system.users.findInConnection('db', 'email', ['cem@acme.example'])).toEqual([undefined])
      expect((await world.system.users.list()).items.map(({ userId }) => userId)).not.toContain('cem')
      const others = world.system.orgs.members('umbrella')
      expect((await others.list()).items.map(({ userId }) => userId)).not.toContain('cem')
      for (const call of [
        () => users.get('cem'),
        () => users.update('cem', { nickName: 'C' }),
        () => users.delete('cem'),
        () => users.linkIdentity('bob', 'cem'),
        () => world.system.users.metadata('cem').set({ city: 'Basel' }),
        () => world.system.users.metadata('cem').get('city'),
        () => others.add({ userId: 'cem', roles: [] }),
      ]) {
        await expectRefused(world, call, { code: 'not_found' })
      }
      await expectRefused(world, () => world.directory.as({ userId: 'cem' }).users.get('bob'), {
        code: 'unauthenticated',
      })
      await whole(world)

      world.advance(5)
      const back = await users.undelete('cem')

      expect(BigInt(back.sequence)).toBeGreaterThan(BigInt(sequence))
      expect(await portrait(world)).toEqual(before)
      expect((await world.ada.users.deleted()).items).toEqual([])
      await whole(world)
      // The beginning of a life: what was before is told of nobody that has the id.
      const [undeleted] = await users.history('cem', { after: sequence })
      expect(undeleted).toMatchObject({ type: 'user.undeleted', actor: { id: 'ada' } })
      await users.delete('cem', { undeleteFor: week })
      await users.undelete('cem')
      expect(await portrait(world)).toEqual(before)
    })

    it('keeps its id and its names from others, where they are held', async () => {
      const world = await settle()
      const { users } = world.system
      await users.delete('cem', { undeleteFor: week })
      const human = { orgId: 'acme', connection: 'db' }
      for (const [input, subject] of [
        [{ userId: 'cem' }, 'user_id'],
        [{ userId: 'google|cem' }, 'user_id'],
        [{ userName: 'CEM' }, 'user_name'],
        [{ email: 'cem@acme.example' }, 'email'],
        [{ userName: 'x', email: 'cem@g.example', connection: 'google' }, 'email'],
        [{ userName: 'x', username: 'Cem1' }, 'username'],
        [{ userName: 'x', metadata: { app: { handle: 'cem' } } }, 'metadata'],
      ] as const) {
        await expectRefused(world, () => users.createHuman({ ...human, ...input }), taken(subject))
      }
      await expectRefused(
        world,
        () => users.createMachine({ userId: 'cem', userName: 'y', name: 'Y' }),
        taken('user_id'),
      )
      await expectRefused(world, () => users.erase('google|cem'), {
        code: 'invalid_state',
        reason: 'identity_already_linked',
      })
    })

    it('comes back under other names, where its own were freed and are taken', async () => {
      const world = await settle()
      const { users } = world.system
      await users.delete('cem', { undeleteFor: week, names: 'freed' })
      await expectRefused(world, () => users.createHuman({ userId: 'cem' }), taken('user_id'))
      const other = { orgId: 'acme', connection: 'db', email: 'cem@acme.example', username: 'cem1' }
      await users.createHuman({ userId: 'other', userName: 'Cem', ...other, metadata: { app: { handle: 'cem' } } })
      await whole(world)

      await expectRefused(world, () => users.undelete('cem'), { code: 'already_exists' })
      const names = { userName: 'cem2', email: 'cem2@acme.example', username: null }
      await expectRefused(world, () => users.undelete('cem', names), { ...taken('metadata'), key: 'handle' })
      await users.metadata('other').remove('handle')
      await users.undelete('cem', names)

      expect(await users.get('cem')).toMatchObject({ ...names, emailVerified: false })
      expect(await users.metadata('cem').values()).toEqual({ city: 'Bern', handle: 'cem' })
      expect(await users.identities('cem')).toMatchObject([{ userId: 'google|cem' }])
      await expectRefused(world, () => users.update('other', { userName: 'CEM2' }), taken('user_name'))
      await whole(world)
    })

    it('has tokens that are refused, and work again only where that is said', async () => {
      const world = await settle()
      const { users } = world.system
      const { token } = await users.accessTokens('robot').create()
      for (const accessTokens of [true, false]) {
        await users.delete('robot', { undeleteFor: week })
        expect(await world.directory.authenticate(token)).toBeUndefined()
        await users.undelete('robot', { accessTokens })
        expect((await world.directory.authenticate(token))?.userId).toBe(accessTokens ? 'robot' : undefined)
        await whole(world)
      }
    })

    it('comes back without what is over or gone by then', async () => {
      const world = await settle()
      const { users, orgs } = world.system
      await orgs.create({ orgId: 'closed', name: 'Closed' })
      await orgs.members('closed').add({ userId: 'cem', roles: [] })
      await users.metadata('cem').set({ hint: 'soon' })
      await users.delete('cem', { undeleteFor: 2 * week })
      await orgs.delete('closed')
      world.advance(week)

      await users.undelete('cem')

      expect((await users.memberships('cem')).map(({ level, orgId }) => `${level} ${orgId}`).sort()).toEqual([
        'instance ',
        'org acme',
      ])
      expect(await users.metadata('cem').values()).toEqual({ city: 'Bern', handle: 'cem' })
      await whole(world)
    })

    it('is listed for who may delete it, newest first, until it is too late', async () => {
      const world = await settle()
      await world.system.users.delete('eve', { undeleteFor: 2 * week })
      world.advance(1)
      await world.system.users.delete('bob', { undeleteFor: 2 * week })
      world.advance(1)
      const { sequence } = await world.system.users.delete('cem', { undeleteUntil: world.now() + week, names: 'freed' })
      const idsOf = (users: readonly { readonly userId: string }[]) => users.map(({ userId }) => userId)

      const { items, total } = await world.ada.users.deleted({ limit: 1, count: true })
      expect(total).toBe(2)
      expect(items).toEqual([
        {
          userId: 'cem',
          orgId: 'acme',
          type: 'human',
          userName: 'cem',
          displayName: 'Cem',
          names: 'freed',
          undeleteUntil: world.now() + week,
          deletedAt: world.now(),
          sequence,
        },
      ])
      expect(idsOf((await world.root.users.deleted()).items)).toEqual(['cem', 'bob', 'eve'])
      expect(idsOf((await world.directory.as({ userId: 'ada', across: 'orgs' }).users.deleted()).items)).toEqual([
        'cem',
        'bob',
      ])
      await expectRefused(world, () => world.eve.users.deleted(), { code: 'unauthenticated' })
      world.advance(week)
      expect(idsOf((await world.ada.users.deleted()).items)).toEqual(['bob'])
    })

    it('stays whole where its history is purged, and leaves nothing once its time is over', async () => {
      const world = await settle()
      const { users } = world.system
      const before = await portrait(world)
      await users.delete('cem', { undeleteFor: week })
      world.advance(10)
      await world.directory.purgeHistory({ before: world.now() })
      await world.directory.purgeHistory({ before: world.now() })
      await whole(world)
      await users.undelete('cem')
      expect(await portrait(world)).toEqual(before)

      await users.delete('cem', { undeleteFor: week })
      world.advance(week)
      expect(await world.directory.purgeDeleted()).toEqual({ users: 1 })
      expect(await world.directory.purgeDeleted()).toEqual({ users: 0 })
      await whole(world)
      world.advance(10)
      await world.directory.purgeHistory({ before: world.now() })
      await whole(world)
      expect(JSON.stringify(await world.feed())).not.toMatch(/Bern|cem1|cem@/)
    })

    it('gives all free once its time is over, and not before', async () => {
      const world = await settle()
      const { users } = world.system
      await users.delete('cem', { undeleteFor: week })
      await users.delete('bob', { undeleteFor: 2 * week })
      expect(await world.directory.purgeDeleted()).toEqual({ users: 0 })
      expect(await world.directory.purgeDeleted({ now: world.now() + week, batchSize: 1 })).toEqual({ users: 1 })

      await expectRefused(world, () => users.undelete('cem'), noUser('cem'))
      const again = { orgId: 'acme', connection: 'db', email: 'cem@acme.example', username: 'cem1' }
      await users.createHuman({ userId: 'cem', userName: 'cem', ...again, metadata: { app: { handle: 'cem' } } })
      await users.createHuman({ userId: 'google|cem', email: 'cem@g.example', connection: 'google' })
      expect(await users.identities('cem')).toEqual([])
      await whole(world)
      expect((await users.deleted()).items.map(({ userId }) => userId)).toEqual(['bob'])
    })

    it.each(['held', 'freed'] as const)('goes with its org, names %s, and leaves all free', async (names) => {
      const world = await settle()
      const { users, orgs } = world.system
      await users.delete('cem', { undeleteFor: week, names })
      if (names === 'freed') await users.createHuman({ userId: 'keeper', orgId: 'umbrella', userName: 'cem' })
      await orgs.delete('acme')

      await expectRefused(world, () => users.undelete('cem'), noUser('cem'))
      expect((await users.deleted()).items).toEqual([])
      await whole(world)
      if (names === 'freed')
        await expectRefused(world, () => users.createHuman({ userName: 'cem' }), taken('user_name'))
      else await users.createHuman({ userId: 'cem', userName: 'cem', metadata: { app: { handle: 'cem' } } })
      await users.createHuman({ userId: 'google|cem', email: 'cem@g.example', connection: 'google' })
      world.advance(10)
      await world.directory.purgeHistory({ before: world.now() })
      await whole(world)
    })

    it.each(['held', 'freed'] as const)('is erased with all that was kept, names %s', async (names) => {
      const world = await settle()
      const { users } = world.system
      await users.delete('cem', { undeleteFor: week, names })
      await world.ada.users.erase('cem')

      expect(JSON.stringify(await world.feed())).not.toMatch(/Bern|cem1|cem@/)
      expect((await users.deleted()).items).toEqual([])
      await expectRefused(world, () => users.undelete('cem'), noUser('cem'))
      await whole(world)
      await users.createHuman({ userId: 'cem', userName: 'cem', metadata: { app: { handle: 'cem' } } })
      await users.createHuman({ userId: 'google|cem', email: 'cem@g.example', connection: 'google' })
    })

    it('comes back once, or its time ends, whoever is faster', async () => {
      const world = await settle()
      const { users } = world.system
      for (let round = 0; round < 3; round += 1) {
        await users.delete('cem', { undeleteFor: week })
        const outcomes = await Promise.allSettled([
          ...Array.from({ length: 3 }, () => users.undelete('cem')),
          ...(round === 1 ? [world.directory.purgeDeleted({ now: world.now() + week })] : []),
          ...(round === 2 ? [users.erase('cem')] : []),
        ])
        const back = outcomes.slice(0, 3).filter(({ status }) => status === 'fulfilled').length
        const user: UserRecord | undefined = await users.getOrUndefined('cem')
        expect(back).toBeLessThanOrEqual(1)
        if (round === 0) expect(back).toBe(1)
        await whole(world)
        if (user === undefined) return
      }
    })

    if (!isLocal) return

    it('is told to whoever follows as what it is again', async () => {
      const world = await settle()
      const { users } = world.system
      await users.delete('cem', { undeleteFor: week })
      const told: string[] = []
      world.directory.on('*', ({ type }) => void told.push(type))
      const after = (await world.feed()).at(-1)!.position
      await users.undelete('cem')
      expect(told.slice(0, 2)).toEqual(['user.undeleted', 'user.metadata.set'])
      for await (const { type, fields, record } of world.directory.changes({ after })) {
        expect([type, record]).toEqual(['user.undeleted', { kind: 'user', userId: 'cem' }])
        expect(fields).toMatchObject({ firstName: { after: 'Cem' }, emailVerified: { after: true } })
        break
      }
    })

    it('holds a new name and gives the old one free, where its names were held', async () => {
      const world = await settle()
      const { users } = world.system
      await users.delete('cem', { undeleteFor: week })
      await users.undelete('cem', { userName: 'cem2' })
      await expectRefused(world, () => users.createHuman({ userName: 'cem2' }), taken('user_name'))
      await users.createHuman({ userName: 'cem' })
    })

    it('comes back for who may delete it alone, and while there is time', async () => {
      const world = await settle()
      await world.system.orgs.members('umbrella').add({ userId: 'eve', roles: ['ORG_OWNER'] })
      const { sequence } = await people(world).delete('cem', { undeleteFor: week })
      await expectRefused(world, () => world.bob.users.undelete('cem'), {
        code: 'permission_denied',
        permission: 'user.delete',
      })
      await expectRefused(world, () => world.eve.users.undelete('cem'), noUser('cem'))
      for (const id of ['bob', 'ghost', 'google|cem', 'a\0']) {
        await expectRefused(world, () => world.ada.users.undelete(id), noUser(id))
      }
      await expectRefused(world, () => world.ada.users.undelete('cem', { ifVersion: '1' }), {
        code: 'version_conflict',
      })
      world.advance(week)
      await expectRefused(world, () => world.ada.users.undelete('cem'), noUser('cem'))
      world.advance(-1)
      await world.ada.users.undelete('cem', { ifVersion: String(BigInt(sequence)) })
    })

    it('is refused a time that is none', async () => {
      const world = await settle()
      const { users } = world.system
      for (const [options, path] of [
        [{ undeleteFor: 0 }, 'undeleteFor'],
        [{ undeleteFor: -1 }, 'undeleteFor'],
        [{ undeleteFor: 1.5 }, 'undeleteFor'],
        [{ undeleteFor: 8.7e15 }, 'undeleteFor'],
        [{ undeleteFor: '7d' as never }, 'undeleteFor'],
        [{ undeleteUntil: 0 }, 'undeleteUntil'],
        [{ undeleteUntil: Number.NaN }, 'undeleteUntil'],
        [{ undeleteUntil: Number.MAX_SAFE_INTEGER }, 'undeleteUntil'],
        [{ undeleteFor: 1, undeleteUntil: 8e15 }, 'undeleteUntil'],
        [{ names: 'held' }, 'names'],
        [{ undeleteFor: 1, names: 'kept' as never }, 'names'],
      ] as const) {
        await expectRefused(world, () => users.delete('cem', options), { code: 'invalid_input', path })
      }
      await users.delete('cem', { undeleteFor: week })
      for (const [options, path] of [
        [{ userName: '' }, 'userName'],
        [{ userName: 'a\0' }, 'userName'],
        [{ email: 'nobody' }, 'email'],
        [{ username: '\ud800' }, 'username'],
        [{ accessTokens: 1 as never }, 'accessTokens'],
      ] as const) {
        await expectRefused(world, () => users.undelete('cem', options), { code: 'invalid_input', path })
      }
      for (const options of [{ now: 1.5 }, { batchSize: 0 }, { batchSize: 1001 }]) {
        await expectRefused(world, () => world.directory.purgeDeleted(options), { code: 'invalid_input' })
      }
    })
  })
}
