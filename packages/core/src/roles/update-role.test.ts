import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
  await world.root.roles.create({ roleId: 'clerk', name: 'Clerk', description: 'Writes', permissions: ['a'] })
})

describe('updateRole', () => {
  it('changes what is named, and writes nothing for what equals the stored state', async () => {
    const { roles } = world.root
    const events = await eventsOf(world, async () => {
      expect(await roles.update('clerk', { description: null, permissions: ['b', 'a'] })).toMatchObject({
        sequence: '2',
      })
      expect(await roles.update('clerk', { name: 'Clerk', description: null })).toMatchObject({ sequence: '2' })
      expect(await roles.update('clerk', {})).toMatchObject({ sequence: '2' })
      await roles.update('clerk', { name: 'CLERK' })
    })

    expect(events).toEqual(['role.changed 2', 'role.changed 3'])
    expect(await roles.get('clerk')).toMatchObject({ name: 'CLERK', description: null, permissions: ['b', 'a'] })
  })

  it('frees the old name and takes the new one', async () => {
    const { roles } = world.root
    await roles.create({ roleId: 'other', name: 'Other' })

    await expectRefused(world, () => roles.update('clerk', { name: 'other' }), {
      code: 'already_exists',
      subject: 'role_name',
    })
    await roles.update('clerk', { name: 'Scribe' })
    await roles.update('other', { name: 'clerk' })
    expect((await roles.get('other')).name).toBe('clerk')
  })

  it('refuses another version, a role that is not there, and what no role may hold', async () => {
    const { roles } = world.root

    await expectRefused(world, () => roles.update('clerk', { name: 'X' }, { ifVersion: '7' }), {
      code: 'version_conflict',
      current: '1',
    })
    await roles.update('clerk', { name: 'X' }, { ifVersion: '1' })
    await expectRefused(world, () => roles.update('nobody', { name: 'X' }), { code: 'not_found', subject: 'role' })
    await expectRefused(world, () => roles.update('clerk', { permissions: ['org.write'] }), {
      code: 'invalid_input',
      path: 'permissions.0',
    })
  })

  it('of writers who name one version lets one through', async () => {
    const written = await Promise.allSettled(
      [1, 2, 3, 4].map((number) => world.root.roles.update('clerk', { name: `${number}` }, { ifVersion: '1' })),
    )

    expect(written.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await world.root.roles.get('clerk')).sequence).toBe('2')
  })
})
