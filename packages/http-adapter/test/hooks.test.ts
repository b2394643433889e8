import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auth0 } from '../src/auth0'
import { storedTokens } from '../src/authenticators/stored-tokens'
import { createFetch } from '../src/create-fetch'
import { createHttpAdapter } from '../src/create-http-adapter'
import { zitadel } from '../src/zitadel/index'

describe('a host that hooks into writes', () => {
  const token = 'a-secret-of-the-owner'
  const refusing = new Error('a secret of the host')
  let send: (method: string, path: string, body?: unknown) => Promise<Response>
  let close: () => Promise<unknown>
  beforeAll(async () => {
    const database = new Database(':memory:')
    database.pragma('foreign_keys = on')
    const directory = await createDirectory({
      storage: sqliteStorage({ database }),
      hooks: {
        before({ method }) {
          if (method === 'users.deactivate' || method === 'clients.create') throw refusing
        },
      },
    })
    await directory.bootstrapOwner({ token })
    await directory.asSystem('test').users.createHuman({ userId: 'ada', userName: 'ada' })
    await directory.asSystem('test').users.createHuman({ userId: 'bob', userName: 'bob' })
    database.exec(`create table seat (instance_id text, user_id text, foreign key (instance_id, user_id)
      references indwell_user (instance_id, user_id) on delete restrict)`)
    for (const userId of ['ada', 'bob']) database.prepare(`insert into seat values ('default', ?)`).run(userId)
    const faces = [zitadel(), auth0()]
    const fetch = createFetch(createHttpAdapter(directory, { faces, authenticate: storedTokens(directory) }))
    send = (method, path, body) =>
      fetch(`http://host.test${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    close = async () => database.close()
  })
  afterAll(() => close())

  it.each([
    ['/management/v1/users/ada/_deactivate', 403, { code: 7 }],
    ['/api/v2/clients', 403, { statusCode: 403, errorCode: 'hook_refused' }],
  ])('refuses over HTTP as in code, and does not tell why: %s', async (path, status, body) => {
    const answer = await send('POST', path, { name: 'Shop' })
    const text = await answer.text()

    expect([answer.status, JSON.parse(text)]).toMatchObject([status, body])
    expect(text).not.toContain(refusing.message)
  })

  it.each([
    ['/management/v1/users/ada', 400, { code: 9 }],
    ['/api/v2/users/auth0%7Cbob', 409, { statusCode: 409 }],
  ])('keeps what its rows refer to: %s', async (path, status, body) => {
    const answer = await send('DELETE', path)

    expect([answer.status, await answer.json()]).toMatchObject([status, body])
  })
})
