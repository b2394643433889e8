import { afterEach, beforeEach, expect, it } from 'vitest'
import { createWorld, zitadelErrorBody as err, type World } from './world'

let world: World
let b: string
let bob: { readonly userId: string; readonly token: string }
beforeEach(async () => {
  world = await createWorld()
  const system = world.directory.asSystem('test')
  b = (await system.orgs.create({ name: 'Beta' })).orgId
  bob = await world.machine('bob', { roles: ['ORG_OWNER'] })
  await system.orgs.members(b).add({ userId: bob.userId, roles: ['ORG_OWNER_VIEWER'] })
  await system.members.add({ userId: bob.userId, roles: ['IAM_OWNER_VIEWER'] })
})
afterEach(async () => {
  expect(world.errors).toEqual([])
  await world.close()
})

const item = (members: object, resourceOwner: string) => ({
  userId: bob.userId,
  details: {
    sequence: expect.any(String),
    creationDate: expect.any(String),
    changeDate: expect.any(String),
    resourceOwner,
  },
  ...members,
})
const inInstance = () => item({ roles: ['IAM_OWNER_VIEWER'], iam: true }, 'default')
const inAcme = () => item({ roles: ['ORG_OWNER'], displayName: 'Acme', orgId: world.acme }, world.acme)
const inBeta = () => item({ roles: ['ORG_OWNER_VIEWER'], displayName: 'Beta', orgId: b }, b)
const placed = (result: object[]) => expect.arrayContaining(result)

it('memberships of a user are those of the instance and of the org of the call', async () => {
  const path = `/users/${bob.userId}/memberships/_search`

  const { body } = await world.manage('POST', path, { body: {} })
  expect(body).toEqual({
    details: { totalResult: '2', viewTimestamp: expect.any(String) },
    result: placed([inInstance(), inAcme()]),
  })
  expect((await world.manage('POST', path, { orgId: b })).body.result).toEqual([inBeta()])
  const find = async (...queries: object[]) =>
    (await world.manage('POST', path, { body: { queries } })).body.result ?? []
  expect(await find({ iamQuery: { iam: true } })).toEqual([inInstance()])
  expect(await find({ orgQuery: { orgId: world.acme } })).toEqual([inAcme()])
  expect(await find({ orgQuery: { orgId: world.acme } }, { iamQuery: { iam: true } })).toEqual([])
  expect(await find({ projectQuery: { projectId: 'x' } })).toEqual([])
})

it('memberships of the caller are all it has', async () => {
  const search = (body: object) => world.call('POST', '/auth/v1/memberships/me/_search', { token: bob.token, body })

  expect((await search({})).body.result).toEqual(placed([inInstance(), inAcme(), inBeta()]))
  expect((await search({ query: { offset: '1', limit: 1 } })).body).toMatchObject({
    details: { totalResult: '3' },
    result: [{ userId: bob.userId }],
  })
  expect(await search({ query: { limit: 1001 } })).toMatchObject({
    status: 400,
    body: err(3, 'QUERY-4M0fs', 'Limit exceeded'),
  })
})

it('memberships of others are for who may read them', async () => {
  const nobody = await world.machine('nobody', { roles: ['ORG_SETTINGS_MANAGER'] })

  const { status } = await world.manage('POST', `/users/${bob.userId}/memberships/_search`, { token: nobody.token })

  expect(status).toBe(403)
})
