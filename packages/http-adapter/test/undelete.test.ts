import { createDirectory, type Directory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auth0 } from '../src/auth0'
import { storedTokens } from '../src/authenticators/stored-tokens'
import { createFetch } from '../src/create-fetch'
import { createHttpAdapter } from '../src/create-http-adapter'
import { zitadel } from '../src/zitadel/index'

describe('a user that was deleted with a time to undelete', () => {
  const owner = 'a-secret-of-the-owner'
  const connection = 'Username-Password-Authentication'
  let directory: Directory
  let send: (method: string, path: string, body?: unknown, token?: string) => Promise<Response>
  beforeAll(async () => {
    directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
    await directory.bootstrapOwner({ token: owner })
    const faces = [zitadel(), auth0()]
    const fetch = createFetch(createHttpAdapter(directory, { faces, authenticate: storedTokens(directory) }))
    send = (method, path, body, token = owner) =>
      fetch(`http://host.test${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
  })
  afterAll(() => directory.close())

  it('is not there on either face, nor may it call, until it is brought back', async () => {
    const { users, members } = directory.asSystem('test')
    const person = { userId: 'ada', userName: 'ada', email: 'ada@acme.example', connection }
    await users.createHuman({ ...person, metadata: { app: { plan: 'pro' } } })
    await users.createMachine({ userId: 'robot', userName: 'robot', name: 'Robot' })
    await members.add({ userId: 'robot', roles: ['IAM_OWNER'] })
    const { token } = await users.accessTokens('robot').create()
    const reads = ['/management/v1/users/ada', '/api/v2/users/auth0%7Cada']
    const statuses = async () =>
      Promise.all([
        ...reads.map(async (path) => (await send('GET', path)).status),
        send('GET', '/management/v1/users/robot', undefined, token).then(({ status }) => status),
        send('GET', `/api/v2/users-by-email?email=${person.email}`).then(
          async (answer) => ((await answer.json()) as unknown[]).length,
        ),
      ])
    expect(await statuses()).toEqual([200, 200, 200, 1])

    for (const id of ['ada', 'robot']) await users.delete(id, { undeleteFor: 86_400_000 })

    expect(await statuses()).toEqual([404, 404, 401, 0])
    expect((await send('PATCH', reads[1]!, { app_metadata: { plan: 'x' } })).status).toBe(404)
    expect((await send('DELETE', reads[0]!)).status).toBe(404)
    const again = { email: person.email, connection, password: 'Long-enough-1!' }
    expect((await send('POST', '/api/v2/users', again)).status).toBe(409)

    for (const id of ['ada', 'robot']) await users.undelete(id)
    expect(await statuses()).toEqual([200, 200, 401, 1])
    expect(await (await send('GET', reads[1]!)).json()).toMatchObject({ app_metadata: { plan: 'pro' } })
  })
})
