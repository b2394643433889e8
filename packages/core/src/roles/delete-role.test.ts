import type { DirectoryStorage } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
  await world.root.roles.create({ roleId: 'clerk', name: 'Clerk', permissions: ['invoice.write'] })
  await world.root.roles.create({ roleId: 'auditor', name: 'Auditor' })
})

describe('deleteRole', () => {
  it('removes a role, whose name is free then and whose id never again', async () => {
    const { roles } = world.root
    const events = await eventsOf(world, () => roles.delete('clerk'))

    expect(events).toEqual(['role.removed 2'])
    expect(await roles.getOrUndefined('clerk')).toBeUndefined()
    await expectRefused(world, () => roles.delete('clerk'), { code: 'not_found', subject: 'role' })
    await expectRefused(world, () => roles.create({ roleId: 'clerk', name: 'New' }), {
      code: 'already_exists',
      subject: 'role_id',
    })
    await roles.create({ roleId: 'clerk2', name: 'Clerk' })
  })

  it('grants nothing and is shown nowhere from the next call on', async () => {
    const { root, ada, bob, system } = world
    await root.orgs.members('acme').update('bob', { roles: ['clerk', 'ORG_OWNER_VIEWER', 'auditor'] })
    await root.members.add({ userId: 'bob', roles: ['clerk'] })
    expect(await bob.checkPermission('invoice.write')).toMatchObject({ allowed: true })

    await root.roles.delete('clerk')

    expect(await bob.checkPermission('invoice.write')).toEqual({ allowed: false, reason: 'missing_permission' })
    const shown = (await ada.orgs.members().list()).items.find(({ userId }) => userId === 'bob')
    expect(shown?.roles).toEqual(['ORG_OWNER_VIEWER', 'auditor'])
    expect((await system.users.memberships('bob')).map(({ roles }) => roles)).toEqual([
      [],
      ['ORG_OWNER_VIEWER', 'auditor'],
    ])
    expect(await ada.orgs.members().roles()).not.toContain('clerk')
    expect(await ada.orgs.members().roles()).toContain('auditor')
    // What a member holds otherwise can be changed as if the role had never been.
    await ada.orgs.members().update('bob', { roles: ['auditor'] })
    await expectRefused(world, () => ada.orgs.members().update('bob', { roles: ['clerk'] }), {
      code: 'invalid_input',
      path: 'roles',
    })
  })

  it('refuses another version than the one that is there', async () => {
    await expectRefused(world, () => world.root.roles.delete('clerk', { ifVersion: '2' }), { code: 'version_conflict' })
    await world.root.roles.delete('clerk', { ifVersion: '1' })
  })

  it('is given to nobody when it is removed between the decision and the commit', async () => {
    const inner = sqliteStorage({ filename: ':memory:' })
    let meanwhile = async () => {}
    const storage: DirectoryStorage = {
      ...inner,
      async commit(instanceId, commits) {
        const first = meanwhile
        meanwhile = async () => {}
        await first()
        return inner.commit(instanceId, commits)
      },
    }
    world = await createWorld({ storage })
    const { roles, orgs, members } = world.system
    const gives: readonly ((role: string) => Promise<unknown>)[] = [
      (role) => members.add({ userId: 'eve', roles: [role] }),
      (role) => orgs.members('acme').update('bob', { roles: [role] }),
      (role) => orgs.members('acme').grantRoles({ userIds: ['bob', 'robot'], roles: [role] }),
    ]

    for (const [index, give] of gives.entries()) {
      const roleId = `role ${index}`
      await roles.create({ roleId, name: roleId })
      meanwhile = async () => void (await roles.delete(roleId))
      await expect(give(roleId)).rejects.toMatchObject({ code: 'invalid_input', path: 'roles' })
    }
    const whole = { kind: 'member', offset: 0, limit: 100, count: false } as const
    const { items } = await inner.search(world.directory.instanceId, whole)
    expect(items.flatMap(({ roles }) => roles).filter((role) => role.startsWith('role '))).toEqual([])
  })
})
