import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDirectory, type DirectoryStorage } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWorld, createWorldDatabase, type World } from './world'

const databases = {
  async SQLite() {
    const folder = mkdtempSync(join(tmpdir(), 'indwell-roles-'))
    return {
      isFilled: false,
      open: () => sqliteStorage({ filename: join(folder, 'directory.db') }),
      remove: async () => rmSync(folder, { recursive: true }),
    }
  },
  async Postgres() {
    const database = await createWorldDatabase()
    return {
      isFilled: true,
      open: () => postgresStorage({ connectionString: database.url, max: 2 }),
      remove: () => database.drop(),
    }
  },
}

describe.each(['SQLite', 'Postgres'] as const)('a role that was created, on %s', (kind) => {
  let world: World
  let remote: World['directory']
  let loads: number
  /** Happens once, between the reads and the commit of the next write. */
  let meanwhile: (() => Promise<unknown>) | undefined
  const cleanups: (() => Promise<void>)[] = []

  beforeEach(async () => {
    const { open, remove, isFilled } = await databases[kind]()
    const storage = open()
    const counted: DirectoryStorage = {
      ...storage,
      load: (instanceId, reads) => {
        loads += 1
        return storage.load(instanceId, reads)
      },
      commit: async (instanceId, commits) => {
        const happens = meanwhile
        meanwhile = undefined
        await happens?.()
        return storage.commit(instanceId, commits)
      },
    }
    world = await createWorld({ storage: counted, isFilled, roles: { LIBRARIAN: ['book.lend'] } })
    remote = await createDirectory({ storage: open() })
    cleanups.push(
      remove,
      () => remote.close(),
      () => world.directory.close(),
    )
    await world.root.roles.create({ roleId: 'clerk', name: 'Clerk', permissions: ['invoice.write', 'book.lend'] })
  })
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })

  it('grants what it lists, in the org or the instance it is held in, until it is removed', async () => {
    const inUmbrella = world.directory.as({ userId: 'bob', orgId: 'umbrella' })
    const everywhere = world.directory.as({ userId: 'bob', across: 'instance' })
    const may = async (permission: string) =>
      Promise.all(
        [world.bob, inUmbrella, everywhere].map(async (acting) => (await acting.checkPermission(permission)).allowed),
      )
    expect(await may('invoice.write')).toEqual([false, false, false])

    await world.ada.orgs.members().grantRoles({ userIds: ['bob'], roles: ['clerk'] })
    expect(await may('invoice.write')).toEqual([true, false, false])
    expect(await world.bob.checkPermission('invoice.write')).toEqual({
      allowed: true,
      via: { level: 'org', orgId: 'acme', role: 'clerk' },
    })
    expect(await world.bob.requirePermission('book.lend')).toEqual({ orgId: 'acme' })

    await world.root.members.grantRoles({ userIds: ['bob'], roles: ['clerk'] })
    expect(await may('invoice.write')).toEqual([true, true, true])
    expect(await may('invoice.read')).toEqual([false, false, false])

    await world.root.roles.update('clerk', { permissions: ['invoice.read'] })
    expect(await may('invoice.write')).toEqual([false, false, false])
    expect(await may('invoice.read')).toEqual([true, true, true])

    await world.root.roles.delete('clerk')
    expect(await may('invoice.read')).toEqual([false, false, false])
  })

  it('counts and ends at once for whoever else has opened the database', async () => {
    const there = remote.as({ userId: 'bob' })
    expect(await there.checkPermission('invoice.write')).toMatchObject({ allowed: false })

    await world.ada.orgs.members().grantRoles({ userIds: ['bob'], roles: ['clerk'] })
    expect(await there.checkPermission('invoice.write')).toMatchObject({ allowed: true })

    await remote.asSystem('test').roles.delete('clerk')
    expect(await world.bob.checkPermission('invoice.write')).toMatchObject({ allowed: false })
    expect(await there.checkPermission('invoice.write')).toMatchObject({ allowed: false })
  })

  it('costs one read more where it may matter, and none where it cannot', async () => {
    const loadsOf = async (permission: string) => {
      loads = 0
      await world.bob.checkPermission(permission)
      return loads
    }
    expect(await loadsOf('invoice.write')).toBe(1)

    await world.root.roles.create({ roleId: 'auditor', name: 'Auditor' })
    await world.ada.orgs.members().update('bob', { roles: ['LIBRARIAN', 'clerk', 'auditor'] })

    expect(await loadsOf('invoice.write')).toBe(2)
    expect(await loadsOf('user.read')).toBe(1)
  })

  it('opens nothing of the directory, nor tells of orgs', async () => {
    await world.root.members.grantRoles({ userIds: ['eve'], roles: ['clerk'] })
    const eve = world.directory.as({ userId: 'eve', across: 'orgs' })

    expect(await world.eve.checkPermission('user.read')).toEqual({ allowed: false, reason: 'no_membership' })
    for (const userId of ['bob', 'ghost']) {
      await expect(eve.users.get(userId)).rejects.toMatchObject({ code: 'not_found', id: userId })
    }
    await expect(world.eve.roles.get('clerk')).rejects.toMatchObject({ code: 'permission_denied' })
  })

  it('is found by its members, by whoever holds it and by nobody else', async () => {
    await world.root.members.grantRoles({ userIds: ['eve', 'robot', 'bob'], roles: ['clerk'] })
    const { items, total } = await world.root.members.list({
      filter: {
        op: 'and',
        filters: [
          { op: 'holds', field: 'roles', value: 'clerk' },
          { op: 'equals', field: 'user.type', value: 'human' },
        ],
      },
      count: true,
    })

    expect(items.map(({ userId }) => userId)).toEqual(['bob', 'eve'])
    expect(total).toBe(2)
    for (const value of ['a\0', '\ud800', 'CLERK', '', 'clerk"']) {
      expect((await world.root.members.list({ filter: { op: 'holds', field: 'roles', value } })).items).toEqual([])
    }
  })

  describe('is held from the start', () => {
    const nothing = async () => {}
    const ways: readonly (readonly [
      by: string,
      prepare: () => Promise<unknown>,
      create: (roles: string[]) => Promise<unknown>,
    ])[] = [
      [
        'by admins of a new org',
        nothing,
        (roles) =>
          world.root.orgs.create({
            orgId: 'new',
            name: 'New',
            admins: [
              { userId: 'bob', roles: ['clerk'] },
              { human: { userId: 'zoe' }, roles },
            ],
          }),
      ],
      [
        'by the first member of an org that is set up',
        nothing,
        (roles) => world.root.orgs.setUp({ orgId: 'new', name: 'New', human: { userId: 'zoe' }, roles }),
      ],
      [
        'by several members at once',
        async () => {
          await world.root.orgs.create({ orgId: 'new', name: 'New', admins: [] })
          await world.system.users.createHuman({ userId: 'zoe', orgId: 'new' })
        },
        (roles) => world.root.orgs.members('new').addAll({ userIds: ['zoe', 'bob'], roles }),
      ],
    ]

    it.each(ways)('%s', async (_, prepare, create) => {
      await prepare()
      await create(['clerk', 'ORG_OWNER_VIEWER'])

      const there = remote.as({ userId: 'zoe', orgId: 'new' })
      expect(await there.checkPermission('invoice.write')).toMatchObject({ via: { orgId: 'new', role: 'clerk' } })
      expect(await there.checkPermission('org.read')).toMatchObject({ allowed: true })
      expect(await there.checkPermission('org.write')).toMatchObject({ allowed: false })
    })

    it.each(ways)('%s, unless it is unheard of, or removed meanwhile', async (_, prepare, create) => {
      await prepare()
      const refusal = { code: 'invalid_input', path: 'roles' }
      await expect(create(['clerk', 'unheard'])).rejects.toMatchObject(refusal)

      meanwhile = () => remote.asSystem('test').roles.delete('clerk')
      await expect(create(['clerk'])).rejects.toMatchObject(refusal)
      expect(meanwhile).toBeUndefined()
    })
  })

  it('does not keep the instance from getting its first owner', async () => {
    const first = await createDirectory({ storage: world.storage, instanceId: 'other' })
    const system = first.asSystem('test')
    await system.roles.create({ roleId: 'clerk', name: 'Clerk' })
    await system.users.createHuman({ userId: 'u', userName: 'u' })
    await system.members.grantRoles({ userIds: ['u'], roles: ['clerk'] })

    const made = await Promise.all(['a', 'b', 'c'].map((userName) => first.bootstrapOwner({ userName })))

    expect(made.filter(({ created }) => created)).toHaveLength(1)
    expect(await first.bootstrapOwner({ userName: 'late' })).toEqual({ created: false })
  })
})
