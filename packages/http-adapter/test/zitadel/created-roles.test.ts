import { afterEach, beforeEach, expect, it } from 'vitest'
import { createWorld, zitadelErrorBody as err, type World } from './world'

let world: World
let clerk: { readonly userId: string; readonly token: string }
beforeEach(async () => {
  world = await createWorld()
  const { roles } = world.directory.asSystem('test')
  await roles.create({ roleId: 'rol_clerk', name: 'Clerk', permissions: ['invoice.write'] })
  await roles.create({ roleId: 'rol_chief', name: 'Chief' })
  clerk = await world.machine('clerk')
})
afterEach(async () => {
  expect(world.errors).toEqual([])
  await world.close()
})

const rolesShown = async (path = '/orgs/me/members/_search') => {
  const { body } = await world.manage('POST', path, { body: {} })
  const found = body.result.filter(({ userId }: { userId?: string }) => userId === undefined || userId === clerk.userId)
  return found.map(({ roles }: { roles?: string[] }) => roles)
}

it('roles that were created are offered, given and shown by their ids', async () => {
  const { body } = await world.manage('POST', '/orgs/members/roles/_search', { body: {} })
  expect(body.result).toEqual(expect.arrayContaining(['ORG_OWNER', 'rol_clerk', 'rol_chief']))

  const members = { userId: clerk.userId, roles: ['rol_clerk', 'ORG_OWNER_VIEWER'] }
  expect(await world.manage('POST', '/orgs/me/members', { body: members })).toMatchObject({ status: 200 })
  expect(await rolesShown()).toEqual([['rol_clerk', 'ORG_OWNER_VIEWER']])
  const update = { roles: ['rol_chief'] }
  expect(await world.manage('PUT', `/orgs/me/members/${clerk.userId}`, { body: update })).toMatchObject({ status: 200 })
  expect(await rolesShown(`/users/${clerk.userId}/memberships/_search`)).toEqual([['rol_chief']])
  const unheard = { roles: ['rol_unheard'] }
  expect(await world.manage('PUT', `/orgs/me/members/${clerk.userId}`, { body: unheard })).toMatchObject({
    status: 400,
  })
})

it('a role that was removed is shown nowhere; who held only that stays a member without roles', async () => {
  await world.manage('POST', '/orgs/me/members', { body: { userId: clerk.userId, roles: ['rol_clerk'] } })
  await world.directory.asSystem('test').roles.delete('rol_clerk')

  expect(await rolesShown()).toEqual([undefined])
  const { body } = await world.manage('POST', '/orgs/members/roles/_search', { body: {} })
  expect(body.result).not.toContain('rol_clerk')
})

it('a member with nothing but such roles may do nothing here, and learns in the instance of no org', async () => {
  const { token } = clerk
  const system = world.directory.asSystem('test')
  const { orgId } = await system.orgs.create({ name: 'Beta' })
  await system.members.grantRoles({ userIds: [clerk.userId], roles: ['rol_clerk'] })

  expect(await world.manage('GET', '/orgs/me', { token, orgId })).toMatchObject({
    status: 404,
    body: err(5, 'AUTHZ-cdgFk', 'membership not found'),
  })
  await system.orgs.members(world.acme).grantRoles({ userIds: [clerk.userId], roles: ['rol_chief'] })
  expect(await world.manage('GET', '/orgs/me', { token })).toMatchObject({
    status: 403,
    body: err(7, 'AUTH-5mWD2', 'No matching permissions found'),
  })
})

it('permissions of the caller hold what such roles grant', async () => {
  const permissions = async () =>
    (await world.call('POST', '/auth/v1/permissions/zitadel/me/_search', { token: clerk.token, body: {} })).body.result
  await world.directory
    .asSystem('test')
    .orgs.members(world.acme)
    .grantRoles({ userIds: [clerk.userId], roles: ['rol_clerk'] })

  expect(await permissions()).toEqual(['invoice.write'])
  await world.directory.asSystem('test').roles.delete('rol_clerk')
  expect(await permissions()).toBeUndefined()
})
