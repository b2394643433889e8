import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
  await world.system.orgs.members('umbrella').add({ userId: 'bob', roles: ['ORG_OWNER'] })
  await world.system.orgs.members('acme').add({ userId: 'eve', roles: [] })
  await world.system.members.add({ userId: 'bob', roles: ['IAM_OWNER_VIEWER'] })
  await world.system.members.add({ userId: 'eve', roles: [] })
})

const placesOf = async (directory: World['ada'], userId: string) =>
  (await directory.users.memberships(userId)).map(({ level, orgId, orgName, roles }) => [level, orgId, orgName, roles])

describe('listMemberships', () => {
  it('answers all places to who works in all orgs', async () => {
    expect(await placesOf(world.root, 'bob')).toEqual([
      ['instance', '', null, ['IAM_OWNER_VIEWER']],
      ['org', 'acme', 'Acme', ['ORG_OWNER_VIEWER']],
      ['org', 'umbrella', 'Umbrella', ['ORG_OWNER']],
    ])
  })

  it('keeps other orgs from who works in one', async () => {
    expect(await placesOf(world.ada, 'bob')).toEqual([
      ['instance', '', null, ['IAM_OWNER_VIEWER']],
      ['org', 'acme', 'Acme', ['ORG_OWNER_VIEWER']],
    ])
    expect(await placesOf(world.ada, 'eve')).toEqual([['org', 'acme', 'Acme', []]])
  })

  it.each(['nobody', 'a\0', ''])('answers nothing of %j', async (userId) => {
    expect(await placesOf(world.root, userId)).toEqual([])
  })
})
