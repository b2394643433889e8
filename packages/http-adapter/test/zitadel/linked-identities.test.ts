import type { ActingDirectory } from '@indwell/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyStorage, storageKinds } from '../auth0/storages'
import { createWorld, type Json, type World } from './world'

describe.each(storageKinds)('a user that is linked to another one, on %s', (kind) => {
  let world: World
  let system: ActingDirectory
  let dispose: () => Promise<void>

  beforeEach(async () => {
    const empty = await emptyStorage(kind)
    dispose = empty.dispose
    world = await createWorld({ storage: empty.storage })
    system = world.directory.asSystem('test')
    await system.users.createHuman({ userId: 'carol', userName: 'carol', email: 'carol@x.ch', emailVerified: true })
    await system.users.createHuman({ userId: 'caro', userName: 'caro', email: 'caro@x.ch', emailVerified: true })
    await system.users.metadata('caro', 'zitadel').set({ hobby: new Uint8Array([1]) })
    await system.orgs.members(world.acme).add({ userId: 'caro', roles: ['ORG_OWNER'] })
    await system.users.linkIdentity('carol', 'caro')
  })
  afterEach(async () => {
    expect(world.errors).toEqual([])
    await world.close()
    await dispose()
  })

  const idsOf = ({ body }: Json, name: 'id' | 'userId') => (body.result ?? []).map((each: Json) => each[name])

  it('is no user of ZITADEL’s face', async () => {
    for (const [method, path, body] of [
      ['GET', '/management/v1/users/caro'],
      ['GET', '/v2/users/caro'],
      ['GET', '/management/v1/global/users/_by_login_name?loginName=caro'],
      ['POST', '/management/v1/users/caro/memberships/_search', {}],
      ['GET', '/management/v1/users/caro/metadata/hobby'],
      ['POST', '/management/v1/users/caro/metadata/hobby', { value: 'AQ==' }],
      ['POST', '/management/v1/users/caro/_lock', {}],
      ['POST', '/management/v1/orgs/me/members', { userId: 'caro', roles: ['ORG_OWNER'] }],
      ['PUT', '/management/v1/orgs/me/members/caro', { roles: [] }],
      ['DELETE', '/management/v1/users/caro'],
    ] as const) {
      const answer = await world.call(method, path, { body })
      const ghost = JSON.parse(JSON.stringify({ path, body: body ?? null }).replaceAll('caro', 'ghost'))
      const unknown = await world.call(method, ghost.path, { body: ghost.body ?? undefined })
      expect([path, answer.status, answer.body.code]).toEqual([path, unknown.status, unknown.body.code])
      if (!path.endsWith('/memberships/_search')) expect([path, answer.status]).not.toEqual([path, 200])
      else expect(answer.body.result ?? []).toEqual([])
    }
    expect(idsOf(await world.manage('POST', '/users/_search', { body: {} }), 'id')).not.toContain('caro')
    expect(idsOf(await world.call('POST', '/v2/users', { body: {} }), 'userId')).not.toContain('caro')
    expect(idsOf(await world.manage('POST', '/orgs/me/members/_search', { body: {} }), 'userId')).not.toContain('caro')
  })

  it('keeps its user name from others', async () => {
    const body = {
      userName: 'caro',
      profile: { firstName: 'C', lastName: 'D' },
      email: { email: 'other@x.ch', isEmailVerified: true },
    }

    expect((await world.manage('POST', '/users/human', { body })).status).toBe(409)
    expect((await world.manage('PUT', '/users/carol/username', { body: { userName: 'caro' } })).status).toBe(409)
  })

  it('leaves the other one as it was', async () => {
    const { body } = await world.manage('GET', '/users/carol')

    expect(body.user).toMatchObject({ userName: 'carol', human: { email: { email: 'carol@x.ch' } } })
    expect(body.user.details.sequence).toBe('2')
    expect((await world.manage('POST', '/users/carol/metadata/_search', { body: {} })).body.result ?? []).toEqual([])
  })

  it('is a user here too once it is unlinked, with nothing of what it held', async () => {
    await system.users.unlinkIdentity('carol', 'caro')

    const { body } = await world.manage('GET', '/users/caro')
    expect(body.user).toMatchObject({ userName: 'caro', state: 'USER_STATE_ACTIVE' })
    expect((await world.manage('POST', '/users/caro/metadata/_search', { body: {} })).body.result ?? []).toEqual([])
    expect(idsOf(await world.manage('POST', '/orgs/me/members/_search', { body: {} }), 'userId')).not.toContain('caro')
  })

  it('has its story in the log', async () => {
    const body = { query: { asc: true } }
    const types = async (userId: string) =>
      (await world.manage('POST', `/users/${userId}/changes/_search`, { body })).body.result.map(
        ({ eventType }: Json) => eventType.localizedMessage,
      )
    await system.users.unlinkIdentity('carol', 'caro')

    expect((await types('carol')).slice(-2)).toEqual(['Linked identity added', 'Linked identity removed'])
    expect(await types('caro')).toEqual([
      'Person added',
      'Email address verified',
      'User metadata set',
      'User removed',
      'User linked to another',
      'User no longer linked to another',
      'Person added',
      'Email address verified',
    ])
  })
})
