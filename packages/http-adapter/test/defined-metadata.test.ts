import { createDirectory, defineMetadata } from '@indwell/core'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importUsers } from '../src/auth0'
import { auth0 } from '../src/auth0/index'
import { createFetch } from '../src/create-fetch'
import { createHttpAdapter } from '../src/create-http-adapter'
import { zitadel } from '../src/zitadel'
import { emptyStorage, storageKinds } from './auth0/storages'

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shape is what they are about.
type Json = any

const metadata = defineMetadata(
  {
    user: {
      plan: { schema: v.picklist(['free', 'pro']), default: 'free' },
      handle: { schema: v.pipe(v.string(), v.toLowerCase()), unique: true },
      note: { schema: v.string(), read: ['system'], write: ['system'] },
      phone: { schema: v.string(), redact: true },
      invite: { schema: v.string(), expiresAfterMs: 1000 },
    },
    'user.zitadel': {
      avatar: v.pipe(v.instance(Uint8Array), v.maxLength(4)),
      note: { schema: v.instance(Uint8Array), read: ['system'], write: ['system'] },
      badge: { schema: v.instance(Uint8Array), unique: true },
      pin: { schema: v.instance(Uint8Array), redact: true },
    },
    org: { tier: v.picklist(['basic', 'gold']) },
    client: { kind: v.string() },
  },
  { unknownKeys: { user: 'reject', 'user.zitadel': 'reject', org: 'strip' } },
)

const bytes = (text: string) => Buffer.from(text).toString('base64')

describe.each(storageKinds)('defined metadata over HTTP, on %s', (kind) => {
  let dispose: () => Promise<void>
  let now: number
  let directory: Awaited<ReturnType<typeof open>>
  let call: (method: string, path: string, body?: unknown) => Promise<{ readonly status: number; readonly body: Json }>

  const open = (storage: Awaited<ReturnType<typeof emptyStorage>>['storage']) =>
    createDirectory({ storage, metadata, clock: () => now })

  beforeEach(async () => {
    now = Date.UTC(2026, 0, 1)
    const store = await emptyStorage(kind)
    dispose = store.dispose
    directory = await open(store.storage)
    await directory.bootstrapOwner({ token: 'owner' })
    const exchange = createHttpAdapter(directory, { faces: [zitadel(), auth0()] })
    const fetch = createFetch(exchange)
    call = async (method, path, body) => {
      const headers = { authorization: 'Bearer owner', 'content-type': 'application/json' }
      const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
      const response = await fetch(`http://local.test${path}`, init)
      const text = await response.text()
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
    }
  })
  afterEach(() => dispose())

  const create = (user: object) =>
    call('POST', '/api/v2/users', { connection: 'Username-Password-Authentication', password: 'Passw0rd!one', ...user })
  const jane = '/api/v2/users/auth0%7Cjane'
  const janeHas = (app_metadata: object) => create({ user_id: 'jane', email: 'jane@example.com', app_metadata })

  it('is checked as Auth0’s clients write it', async () => {
    const refused = await janeHas({ plan: 'gold' })
    expect(refused).toMatchObject({ status: 400, body: { errorCode: 'invalid_body' } })
    expect(refused.body.message).toContain('plan')
    expect((await janeHas({ other: 1 })).status).toBe(400)
    expect((await janeHas({ handle: 'Jane' })).status).toBe(201)
    expect((await call('GET', jane)).body.app_metadata).toEqual({ handle: 'jane', plan: 'free' })
    expect((await call('PATCH', jane, { app_metadata: { plan: 'gold' } })).status).toBe(400)
    expect((await call('PATCH', jane, { app_metadata: { plan: 'pro', handle: null } })).body.app_metadata).toEqual({
      plan: 'pro',
    })
    expect((await call('PATCH', jane, { app_metadata: { plan: null, handle: 'jane' } })).body.app_metadata).toEqual({
      plan: 'free',
      handle: 'jane',
    })
    expect((await create({ email: 'joe@example.com', app_metadata: { handle: 'JANE' } })).status).toBe(409)

    expect((await call('POST', '/api/v2/organizations', { name: 'acme', metadata: { tier: 'silver' } })).status).toBe(
      400,
    )
    const org = await call('POST', '/api/v2/organizations', { name: 'acme', metadata: { tier: 'gold', other: '1' } })
    expect((await call('GET', `/api/v2/organizations/${org.body.id}`)).body.metadata).toEqual({ tier: 'gold' })
    expect((await call('PATCH', `/api/v2/organizations/${org.body.id}`, { metadata: { tier: 'x' } })).status).toBe(400)
    const client = await call('POST', '/api/v2/clients', { name: 'shop', client_metadata: { kind: 'web' } })
    expect(
      (await call('PATCH', `/api/v2/clients/${client.body.client_id}`, { client_metadata: { kind: 'x' } })).status,
    ).toBe(200)
  })

  it('is hidden, refused and redacted for Auth0’s clients as in code', async () => {
    await janeHas({ phone: '+41 secret', invite: 'x' })
    const { users } = directory.asSystem('test')
    await users.metadata('jane').set({ note: 'vip' })
    expect((await call('GET', jane)).body.app_metadata).toEqual({ plan: 'free', phone: '+41 secret', invite: 'x' })
    expect((await call('PATCH', jane, { app_metadata: { note: 'x' } })).status).toBe(403)
    expect(
      (await call('GET', `/api/v2/users?search_engine=v3&q=${encodeURIComponent('app_metadata.note:vip')}`)).status,
    ).toBe(403)
    now += 1000
    expect((await call('GET', jane)).body.app_metadata).toEqual({ plan: 'free', phone: '+41 secret' })
    // An empty object takes away what the caller may write.
    expect((await call('PATCH', jane, { app_metadata: {} })).status).toBe(200)
    expect(await users.metadata('jane').values()).toEqual({ plan: 'free', note: 'vip' })

    const logs = await call('GET', '/api/v2/logs?per_page=100')
    expect(logs.status).toBe(200)
    expect(JSON.stringify(logs.body)).not.toMatch(/secret|vip/)
  })

  it('is checked, hidden, refused and redacted for ZITADEL’s clients', async () => {
    const { users } = directory.asSystem('test')
    const { userId } = await users.createHuman({ userName: 'joe' })
    const at = `/management/v1/users/${userId}/metadata`
    const set = (key: string, text: string, of = at) => call('POST', `${of}/${key}`, { value: bytes(text) })

    expect(await set('avatar', 'long one')).toMatchObject({ status: 400, body: { code: 3 } })
    expect((await set('avatar', 'ok')).status).toBe(200)
    expect((await call('GET', `${at}/avatar`)).body.metadata).toMatchObject({ key: 'avatar', value: bytes('ok') })
    expect((await set('other', 'x')).status).toBe(400)
    expect(
      (await call('POST', `${at}/_bulk`, { metadata: [{ key: 'avatar', value: bytes('long one') }] })).status,
    ).toBe(400)
    expect(
      (await call('POST', `/v2/users/${userId}/metadata`, { metadata: [{ key: 'avatar', value: bytes('long one') }] }))
        .status,
    ).toBe(400)

    expect(await set('note', 'x')).toMatchObject({ status: 403, body: { code: 7 } })
    await users.metadata(userId, 'zitadel').set({ note: Buffer.from('vip') })
    expect(await call('GET', `${at}/note`)).toMatchObject({ status: 404, body: { code: 5 } })
    const listed = await call('POST', `${at}/_search`, {})
    expect(listed.body.result.map(({ key }: Json) => key)).toEqual(['avatar'])
    expect(listed.body.details.totalResult).toBe('1')

    const other = await users.createHuman({ userName: 'sue' })
    expect((await set('badge', '7')).status).toBe(200)
    expect(await set('badge', '7', `/management/v1/users/${other.userId}/metadata`)).toMatchObject({
      status: 409,
      body: { code: 6 },
    })

    expect((await set('pin', 'secret')).status).toBe(200)
    const events = await call('POST', '/admin/v1/events/_search', { limit: 1000 })
    expect(events.status).toBe(200)
    const shown = JSON.stringify(events.body)
    expect(shown).toContain('user.metadata.set')
    for (const text of ['secret', 'vip']) expect(shown).not.toContain(bytes(text))
  })

  it('is checked on import, row by row', async () => {
    const rows = [
      { user_id: 'a', email: 'a@example.com', app_metadata: { plan: 'gold' } },
      { user_id: 'b', email: 'b@example.com', app_metadata: { plan: 'pro', handle: 'Bee' } },
      { user_id: 'c', email: 'c@example.com', app_metadata: { handle: 'bee' } },
      { user_id: 'd', email: 'd@example.com', app_metadata: { other: 1 } },
    ]
    const refused: Json[] = []
    const source = [JSON.stringify(rows)]
    const result = await importUsers(directory, source, { format: 'auth0', onError: (report) => refused.push(report) })
    expect(result).toMatchObject({ inserted: 1, failed: 3 })
    expect(refused.map(({ user, errors }) => [user.user_id, errors[0].code, errors[0].path])).toEqual([
      ['a', 'NOT_PASSED', 'plan'],
      ['c', 'CONFLICT', 'handle'],
      ['d', 'NOT_PASSED', 'other'],
    ])
    expect(await directory.asSystem('test').users.metadata('b').values()).toEqual({ plan: 'pro', handle: 'bee' })

    const again = [JSON.stringify([{ email: 'b@example.com', app_metadata: { plan: 'gold' } }])]
    expect(await importUsers(directory, again, { format: 'auth0', upsert: true })).toMatchObject({
      updated: 0,
      failed: 1,
    })
  })
})
