import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { base64, type Json, zitadelErrorBody } from '../world'
import { asking, createTwoOrgs, type TwoOrgs } from './two-orgs'

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)

describe('organizations of v2', () => {
  let world: TwoOrgs
  let root: ReturnType<typeof asking>
  beforeAll(async () => {
    world = await createTwoOrgs('sqlite')
    root = asking(world, { token: world.rootToken })
  })
  afterAll(() => world.dispose())

  const membersOf = async (orgId: string) =>
    (await world.directory.asSystem('test').orgs.members(orgId).list()).items.map(({ userId, roles }) => [
      userId,
      roles,
    ])
  const human = (userName: string, more: object = {}) => ({
    username: userName,
    profile: { givenName: 'A', familyName: 'B' },
    email: { email: `${userName}@b.ch` },
    ...more,
  })

  describe('AddOrganization', () => {
    it('creates an org without members', async () => {
      const answer = await root('POST', '/organizations', { name: 'Gamma' })

      expect(answer).toMatchObject({
        status: 201,
        body: {
          organizationId: expect.any(String),
          details: { sequence: '4', creationDate: time, changeDate: time, resourceOwner: answer.body.organizationId },
        },
      })
      expect(Object.keys(answer.body)).toEqual(['details', 'organizationId'])
      expect(await membersOf(answer.body.organizationId)).toEqual([])
    })

    it('creates it with admins, users of any org or new people, and answers the new ones', async () => {
      const answer = await root('POST', '/organizations', {
        name: 'Delta',
        orgId: 'delta',
        admins: [
          { userId: world.plain.userId },
          { human: human('dora', { userId: 'dora', metadata: [{ key: 'k', value: base64('v') }] }) },
          { human: human('dan', { userId: 'dan' }), roles: ['ORG_OWNER_VIEWER'] },
        ],
      })

      expect(answer).toMatchObject({
        status: 201,
        body: { organizationId: 'delta', createdAdmins: [{ userId: 'dora' }, { userId: 'dan' }] },
      })
      expect(new Map(await membersOf('delta').then((all) => all.map(([id, roles]) => [id, roles] as const)))).toEqual(
        new Map<Json, Json>([
          [world.plain.userId, ['ORG_OWNER']],
          ['dora', ['ORG_OWNER']],
          ['dan', ['ORG_OWNER_VIEWER']],
        ]),
      )
      expect((await root('GET', '/users/dora')).body.user).toMatchObject({
        state: 'USER_STATE_ACTIVE',
        details: { resourceOwner: 'delta' },
      })
    })

    it.each([
      [{ name: ' ' }, 400, 3, /ORG-mruNY/],
      [{ name: '' }, 400, 3, /^invalid AddOrganizationRequest.Name: value length must be between 1 and 200 runes/],
      [{ name: '&' }, 400, 3, /ORG-RrfXY/],
      [{ name: 'beta' }, 409, 6, /V3-DKcYh/],
      [{ name: 'New', admins: [{}] }, 501, 12, /ORGv2-SD2r1/],
      [{ name: 'New', admins: [{ userId: 'nobody' }] }, 400, 9, /ORG-GoXOn/],
      [{ name: 'New', admins: [{ human: human('x'), roles: ['IAM_OWNER'] }] }, 400, 3, /Org-4N8es/],
      [{ name: 'New', admins: [{ human: human('x', { phone: { phone: 'x' } }) }] }, 400, 3, /PHONE-so0wa/],
      [{ name: 'New', admins: [{ human: human('jane') }] }, 409, 6, /V3-DKcYh/],
      [
        { name: 'New', admins: [{ human: human('x', { profile: {} }) }] },
        400,
        3,
        /embedded message failed validation.*GivenName/,
      ],
    ])('refuses %j and leaves nothing behind', async (body, status, code, message) => {
      const before = (await world.log()).length

      expect(await root('POST', '/organizations', body)).toMatchObject({
        status,
        body: { code, message: expect.stringMatching(message) },
      })
      expect((await world.log()).length).toBe(before)
    })

    it('refuses an id that is taken and an admin named twice', async () => {
      const twice = { userId: world.plain.userId }

      expect(await root('POST', '/organizations', { name: 'New', orgId: world.beta })).toMatchObject({ status: 409 })
      expect(await root('POST', '/organizations', { name: 'New', admins: [twice, twice] })).toMatchObject({
        status: 409,
        body: { message: expect.stringMatching(/ORG-poWwe/) },
      })
    })

    it('needs org.create in the org of the call, before it says what is wrong', async () => {
      for (const body of [{ name: 'New' }, { name: '' }, {}]) {
        expect(await asking(world, world.ada)('POST', '/organizations', body)).toMatchObject({
          status: 403,
          body: zitadelErrorBody(7, 'AUTH-5mWD2', 'No matching permissions found'),
        })
        expect(await asking(world, world.plain)('POST', '/organizations', body)).toMatchObject({
          status: 404,
          body: zitadelErrorBody(5, 'AUTHZ-cdgFk', 'membership not found'),
        })
      }
    })
  })

  it('reports nothing as an error of ours', () => {
    expect(world.errors).toEqual([])
  })
})
