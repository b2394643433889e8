import { createDirectory } from '@indwell/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { processesOf, type ServingProcess, sharedKinds, sharedPlace } from '../processes'
import type { Json } from './world'

type Call = (
  method: string,
  path: string,
  options?: { readonly token?: string; readonly orgId?: string; readonly body?: Json },
) => Promise<{ readonly status: number; readonly body: Json }>

/** A machine that owns the org it lives in. */
interface Owner {
  readonly orgId: string
  readonly userId: string
  readonly tokenId: string
  readonly token: string
}

const start = processesOf('./serving-child.ts')

describe.each(sharedKinds)('two processes on one %s', (kind) => {
  let processes: readonly ServingProcess[] = []
  let here: Call
  let there: Call
  let finish: () => Promise<void>

  beforeAll(async () => {
    const { location, storage, remove } = await sharedPlace(kind)
    const directory = await createDirectory({ storage })
    const root = await directory.bootstrapOwner()
    await directory.close()
    processes = await Promise.all([start(location), start(location)])
    const [first, second] = processes.map(({ url }) => callTo(url, root.created ? root.token : ''))
    here = first!
    there = second!
    finish = remove
  })
  afterAll(async () => {
    await Promise.all(processes.map(({ kill }) => kill()))
    await finish()
  })

  let owners = 0
  async function createOwner(): Promise<Owner> {
    const name = `owner ${++owners}`
    const { id: orgId } = (await here('POST', '/management/v1/orgs', { body: { name } })).body
    const { userId } = (await here('POST', '/management/v1/users/machine', { orgId, body: { userName: name, name } }))
      .body
    const { tokenId, token } = (await here('POST', `/management/v1/users/${userId}/pats`, { orgId })).body
    await here('POST', '/management/v1/orgs/me/members', { orgId, body: { userId, roles: ['ORG_OWNER'] } })
    return { orgId, userId, tokenId, token }
  }
  const rename = (call: Call, { token }: Owner) =>
    call('PUT', '/management/v1/orgs/me', { token, body: { name: `renamed ${++owners}` } })

  it.each<[string, (owner: Owner) => readonly [string, string, Json?], number, string]>([
    ['a role is removed', ({ userId }) => ['DELETE', `/orgs/me/members/${userId}`], 404, 'AUTHZ-cdgFk'],
    [
      'a role is changed',
      ({ userId }) => ['PUT', `/orgs/me/members/${userId}`, { roles: ['ORG_OWNER_VIEWER'] }],
      403,
      'AUTH-5mWD2',
    ],
    ['the user is locked', ({ userId }) => ['POST', `/users/${userId}/_lock`], 401, 'AUTH-7fs1e'],
    ['the user is deactivated', ({ userId }) => ['POST', `/users/${userId}/_deactivate`], 401, 'AUTH-7fs1e'],
    ['the user is removed', ({ userId }) => ['DELETE', `/users/${userId}`], 401, 'AUTH-7fs1e'],
    [
      'the token is removed',
      ({ userId, tokenId }) => ['DELETE', `/users/${userId}/pats/${tokenId}`],
      401,
      'AUTH-7fs1e',
    ],
    ['the org is deactivated', () => ['POST', '/orgs/me/_deactivate'], 401, 'AUTH-7fs1e'],
    ['the org is removed', () => ['DELETE', '/orgs/me'], 401, 'AUTH-7fs1e'],
  ])('once %s through one, the other refuses the next call', async (_, act, status, id) => {
    const owner = await createOwner()
    for (const call of [here, there]) expect((await rename(call, owner)).status).toBe(200)

    const [method, path, body] = act(owner)
    expect((await here(method, `/management/v1${path}`, { orgId: owner.orgId, body })).status).toBe(200)

    for (const call of [there, here]) {
      const refused = await rename(call, owner)
      expect([refused.status, refused.body.details[0].id]).toEqual([status, id])
    }
  })

  it('once a role is given in the instance through one, the other honours it, and forgets it again', async () => {
    const { userId, token } = await createOwner()
    const list = () => there('POST', '/admin/v1/orgs/_search', { token })
    expect((await list()).status).toBe(403)

    await here('POST', '/admin/v1/members', { body: { userId, roles: ['IAM_OWNER_VIEWER'] } })
    expect((await list()).status).toBe(200)

    await here('DELETE', `/admin/v1/members/${userId}`)
    expect((await list()).status).toBe(403)
  })

  it('once a user is unlocked and its org active again, the other lets it in', async () => {
    const owner = await createOwner()
    const { orgId, userId } = owner
    const act = (path: string) => here('POST', `/management/v1${path}`, { orgId })
    await act(`/users/${userId}/_lock`)
    await act('/orgs/me/_deactivate')
    expect((await rename(there, owner)).status).toBe(401)

    await act(`/users/${userId}/_unlock`)
    expect((await rename(there, owner)).status).toBe(401)
    await act('/orgs/me/_reactivate')
    expect((await rename(there, owner)).status).toBe(200)
  })
})

function callTo(url: string, rootToken: string): Call {
  return async (method, path, { token = rootToken, orgId, body } = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(orgId !== undefined && { 'x-zitadel-orgid': orgId }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: await response.json() }
  }
}
