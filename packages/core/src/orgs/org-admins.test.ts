import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type Refusal, type World } from '../../test/world'
import type { OrgAdmin } from './org-admins'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

describe('the admins of a new org', () => {
  it('are users of any org and people who are created in it, all in one write', async () => {
    const admins: OrgAdmin[] = [
      { userId: 'bob' },
      { human: { userId: 'zoe', userName: 'zoe' }, roles: ['ORG_OWNER_VIEWER'] },
      { userId: 'robot', roles: [] },
    ]
    const events = await eventsOf(world, async () => {
      expect(await world.root.orgs.create({ orgId: 'new', name: 'New', admins })).toMatchObject({
        orgId: 'new',
        admins: [{ userId: 'bob' }, { userId: 'zoe' }, { userId: 'robot' }],
        sequence: '7',
      })
    })

    expect(events).toEqual([
      'org.added 1',
      'org.domain.added 2',
      'org.domain.verified 3',
      'org.domain.primary.set 4',
      'org.member.added 5',
      'org.member.added 6',
      'org.member.added 7',
      'user.human.added 1',
    ])
    const { items } = await world.system.orgs.members('new').list()
    expect(items.map(({ userId, roles, user }) => [userId, roles, user.orgId])).toEqual([
      ['bob', ['ORG_OWNER'], 'acme'],
      ['robot', ['ORG_OWNER'], 'acme'],
      ['zoe', ['ORG_OWNER_VIEWER'], 'new'],
    ])
  })

  it('are none when the list is empty, not even the caller', async () => {
    const { orgId, admins } = await world.root.orgs.create({ name: 'New', admins: [] })

    expect(admins).toEqual([])
    expect((await world.system.orgs.members(orgId).list()).items).toEqual([])
  })

  it('come with the codes that were asked for, of those who are created', async () => {
    const human = { userName: 'zoe', email: 'z@new.example', emailCode: 'return' } as const
    const { admins } = await world.root.orgs.create({ name: 'New', admins: [{ userId: 'bob' }, { human }] })
    const [bob, zoe] = admins

    expect(bob).toEqual({ userId: 'bob' })
    await world.system.users.verifyEmail(zoe?.userId ?? '', zoe?.emailCode?.code ?? '')
  })

  it('go with the users they are', async () => {
    await world.root.orgs.create({ orgId: 'new', name: 'New', admins: [{ userId: 'bob' }] })

    await world.system.users.delete('bob')

    expect((await world.system.orgs.members('new').list()).items).toEqual([])
  })

  it.each<[OrgAdmin[], Refusal]>([
    [[{ userId: 'nobody' }], { code: 'not_found', subject: 'user', id: 'nobody' }],
    [[{ userId: '' }], { code: 'invalid_input', path: 'userId' }],
    [[{ userId: 'bob' }, { userId: 'bob' }], { code: 'already_exists', subject: 'member' }],
    [[{ userId: 'bob', roles: ['IAM_OWNER'] }], { code: 'invalid_input', path: 'roles' }],
    [[{ human: { userName: 'BOB' } }], { code: 'already_exists', subject: 'user_name' }],
    [[{ human: { userId: 'bob' } }], { code: 'already_exists', subject: 'user_id' }],
    [[{ human: { email: 'x' } }], { code: 'invalid_input', path: 'email' }],
    [[{ userId: 'bob' }, { human: { userName: 'x' }, roles: ['NONE'] }], { code: 'invalid_input', path: 'roles' }],
    [Array.from({ length: 101 }, () => ({ human: {} })), { code: 'limit_exceeded', limitName: 'org.admins' }],
  ])('leave nothing behind when they are refused: case %#', async (admins, refusal) => {
    await expectRefused(world, () => world.root.orgs.create({ name: 'New', admins }), refusal)
  })
})
