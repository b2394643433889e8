import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

describe('setUpOrg', () => {
  it('creates an org with its domains, its first user and member', async () => {
    const human = { userId: 'zoe', userName: 'zoe', metadata: { app: { a: 1 } } }
    const events = await eventsOf(world, async () => {
      expect(await world.root.orgs.setUp({ orgId: 'new', name: 'New', domain: 'New.example', human })).toEqual({
        orgId: 'new',
        userId: 'zoe',
        sequence: '7',
        createdAt: world.now(),
        changedAt: world.now(),
      })
    })

    expect(events).toEqual([
      'org.added 1',
      'org.domain.added 2',
      'org.domain.verified 3',
      'org.domain.primary.set 4',
      'org.member.added 5',
      'org.domain.added 6',
      'org.domain.verified 7',
      'user.human.added 1',
      'user.metadata.set 2',
    ])
    const zoe = world.directory.as({ userId: 'zoe' })
    expect((await zoe.orgs.get()).primaryDomain).toBe('new.localhost')
    expect((await zoe.orgs.members().list()).items).toMatchObject([{ userId: 'zoe', roles: ['ORG_OWNER'] }])
  })

  it('gives the roles it is told, and adds no domain twice', async () => {
    const { orgId } = await world.root.orgs.setUp({
      name: 'New',
      domain: 'new.localhost',
      human: { userName: 'zoe' },
      roles: ['ORG_OWNER_VIEWER'],
    })

    expect((await world.system.orgs.members(orgId).list()).items).toMatchObject([{ roles: ['ORG_OWNER_VIEWER'] }])
    expect((await world.system.orgs.domains(orgId).list()).items).toHaveLength(1)
  })

  it.each([
    [
      { name: 'Acme', human: {} },
      { code: 'already_exists', subject: 'org_name' },
    ],
    [
      { name: 'New', human: { userName: 'BOB' } },
      { code: 'already_exists', subject: 'user_name' },
    ],
    [
      { name: 'New', domain: 'acme.localhost', human: {} },
      { code: 'already_exists', subject: 'org_domain' },
    ],
    [
      { name: 'New', human: {}, roles: ['IAM_OWNER'] },
      { code: 'invalid_input', path: 'roles' },
    ],
    [
      { name: '&', human: {} },
      { code: 'invalid_input', path: 'name' },
    ],
    [
      { name: 'New', human: { email: 'x' } },
      { code: 'invalid_input', path: 'email' },
    ],
  ])('leaves nothing behind when it refuses %j', async (input, refusal) => {
    await expectRefused(world, () => world.root.orgs.setUp(input), refusal)
  })
})
