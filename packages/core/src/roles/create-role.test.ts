import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld({ roles: { LIBRARIAN: ['book.lend'] } })
})

describe('createRole', () => {
  it('creates a role, with an id of its own or the one that is brought', async () => {
    const { roles } = world.root
    const events = await eventsOf(world, async () => {
      const made = await roles.create({
        name: 'Clerk',
        permissions: ['invoice.write', 'invoice.read', 'invoice.write'],
      })
      expect(made).toMatchObject({ sequence: '1', orgId: '', createdAt: world.now(), changedAt: world.now() })
      expect(await roles.get(made.roleId)).toEqual({
        roleId: made.roleId,
        name: 'Clerk',
        description: null,
        permissions: ['invoice.write', 'invoice.read'],
        sequence: '1',
        createdAt: world.now(),
        changedAt: world.now(),
      })
      await roles.create({ roleId: 'auditor', name: 'Auditor', description: 'Looks' })
    })

    expect(events).toEqual(['role.added 1', 'role.added 1'])
    expect(await roles.getOrUndefined('auditor')).toMatchObject({
      name: 'Auditor',
      description: 'Looks',
      permissions: [],
    })
    expect(await roles.getOrUndefined('nobody')).toBeUndefined()
    expect(await world.root.events({ subject: { type: 'role', id: 'auditor' } })).toMatchObject([
      { type: 'role.added', owner: '', payload: { name: 'Auditor', description: 'Looks', permissions: [] } },
    ])
  })

  it('keeps names apart whatever their case', async () => {
    await world.root.roles.create({ roleId: 'r', name: 'Clerk' })

    await expectRefused(world, () => world.root.roles.create({ name: 'CLERK' }), {
      code: 'already_exists',
      subject: 'role_name',
    })
    await expectRefused(world, () => world.root.roles.create({ roleId: 'r', name: 'Other' }), {
      code: 'already_exists',
      subject: 'role_id',
    })
  })

  it('of two that are created under one name at the same time, makes one', async () => {
    const made = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => world.root.roles.create({ name: index % 2 ? 'clerk' : 'Clerk' })),
    )

    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await world.root.roles.list({ count: true })).total).toBe(1)
  })

  it.each(['ORG_OWNER', 'SELF_MANAGEMENT_GLOBAL', 'LIBRARIAN'])(
    'takes no id that is the name of %s',
    async (roleId) => {
      await expectRefused(world, () => world.root.roles.create({ roleId, name: 'Mine' }), {
        code: 'already_exists',
        subject: 'role_id',
      })
    },
  )

  it.each([
    [{ name: '' }, 'name'],
    [{ name: '  ' }, 'name'],
    [{ name: 'x'.repeat(201) }, 'name'],
    [{ name: 'a\0' }, 'name'],
    [{ name: '\ud800' }, 'name'],
    [{ name: 'a', roleId: '' }, 'roleId'],
    [{ name: 'a', description: 'x'.repeat(1001) }, 'description'],
    [{ name: 'a', permissions: ['user.read'] }, 'permissions.0'],
    [{ name: 'a', permissions: ['mine', 'iam.write'] }, 'permissions.1'],
    [{ name: 'a', permissions: [''] }, 'permissions.0'],
    [{ name: 'a', permissions: Array.from({ length: 1001 }, (_, index) => `p${index}`) }, 'permissions'],
    [{ name: 'a', permissions: 'all' as never }, 'permissions'],
    [{ name: 'a', owner: 'acme' } as never, 'owner'],
  ])('refuses %j', async (input, path) => {
    await expectRefused(world, () => world.root.roles.create(input), { code: 'invalid_input', path })
  })

  it('lists roles by name, by what they grant, and oldest first', async () => {
    await world.root.roles.create({ roleId: 'z', name: 'Clerk', permissions: ['a.b'] })
    world.advance(1)
    await world.root.roles.create({ roleId: 'y', name: 'Chief clerk' })
    await world.root.roles.create({ roleId: 'x', name: 'Auditor', permissions: ['a.b', 'c'] })
    const idsOf = async (query: Parameters<typeof world.root.roles.list>[0]) =>
      (await world.root.roles.list(query)).items.map(({ roleId }) => roleId)

    expect(await idsOf({})).toEqual(['z', 'x', 'y'])
    expect(
      await idsOf({ filter: { op: 'text', field: 'name', method: 'contains', value: 'clerk', ignoreCase: true } }),
    ).toEqual(['z', 'y'])
    expect(await idsOf({ filter: { op: 'holds', field: 'permissions', value: 'a.b' } })).toEqual(['z', 'x'])
    expect(await idsOf({ sort: [{ field: 'name', descending: false }], limit: 1 })).toEqual(['x'])
  })
})
