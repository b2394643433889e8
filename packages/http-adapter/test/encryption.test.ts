import { randomBytes } from 'node:crypto'
import { createDirectory, type Directory, type DirectoryStorage, defineMetadata } from '@indwell/core'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DumpedDatabase, dumpedPostgres, dumpedSqlite, expectNoTrace } from '../../../test/dumped-database'
import { auth0, connectionId, importUsers } from '../src/auth0'
import { createFetch } from '../src/create-fetch'
import { createHttpAdapter } from '../src/create-http-adapter'
import { zitadel } from '../src/zitadel'

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shape is what they are about.
type Json = any

const secretText = { schema: v.string(), encrypted: { blindIndex: true } } as const
const metadata = defineMetadata({
  user: { taxId: { ...secretText, unique: true }, note: { schema: v.string(), encrypted: true } },
  'user.user': { hobby: { schema: v.string(), encrypted: true } },
  'user.zitadel': { pin: { schema: v.instance(Uint8Array), encrypted: true } },
  org: { vat: secretText },
  client: { secret: { schema: v.string(), encrypted: true } },
})
const secret = (part: string) => `Geheimnis-${part}-0815`
const base64 = (text: string) => Buffer.from(text).toString('base64')
const connection = 'Username-Password-Authentication'

describe.each([
  ['SQLite', dumpedSqlite],
  ['Postgres', dumpedPostgres],
] as const)('encrypted metadata over HTTP, on %s', (_, openDatabase) => {
  let database: DumpedDatabase
  let storage: DirectoryStorage
  let directory: Directory
  let fetch: ReturnType<typeof createFetch>
  const keys = new Map([['k1', randomBytes(32)]])
  let isDown = false

  beforeAll(async () => {
    database = await openDatabase()
    storage = database.open()
    const indexKey = randomBytes(32)
    const keyProvider = {
      currentKeyId: 'k1',
      key(id: string) {
        if (isDown) throw new Error('down')
        return keys.get(id)
      },
      indexKey: () => indexKey,
      keepKeysMs: 0,
      onUnreadable: () => {},
    }
    directory = (await createDirectory({ storage, metadata, keyProvider })) as Directory
    await directory.bootstrapOwner({ token: 'owner' })
    fetch = createFetch(createHttpAdapter(directory, { faces: [zitadel(), auth0()] }))
  })
  afterAll(async () => {
    await storage.close()
    await database.close()
  })

  async function call(method: string, path: string, body?: Json, headers: object = {}): Promise<Json> {
    const isForm = body instanceof FormData
    const response = await fetch(`http://local.test${path}`, {
      method,
      headers: {
        authorization: 'Bearer owner',
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }

  async function importByJob(users: readonly object[]): Promise<Json> {
    const form = new FormData()
    form.set('connection_id', connectionId(connection))
    form.set('users', new Blob([JSON.stringify(users)], { type: 'application/json' }), 'users.json')
    const { id } = (await call('POST', '/api/v2/jobs/users-imports', form)).body
    for (;;) {
      const { body } = await call('GET', `/api/v2/jobs/${id}`)
      if (body.status === 'completed' || body.status === 'failed') return body
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  it('is in the clear for whoever may read it, and nowhere in the database', async () => {
    const jane = {
      connection,
      user_id: 'jane',
      email: 'jane@example.com',
      password: 'Passw0rd!one',
      app_metadata: { taxId: secret('created') },
      user_metadata: { hobby: secret('hobby') },
    }
    const once = { 'idempotency-key': '"a-request"' }
    expect((await call('POST', '/api/v2/users', jane, once)).status).toBe(201)
    expect((await call('POST', '/api/v2/users', jane, once)).status).toBe(201)
    const at = '/api/v2/users/auth0%7Cjane'
    const patched = await call('PATCH', at, { app_metadata: { note: secret('patched') } })
    expect(patched.body.app_metadata).toEqual({ taxId: secret('created'), note: secret('patched') })
    const shown = (await call('GET', at)).body
    expect([shown.app_metadata, shown.user_metadata]).toEqual([patched.body.app_metadata, jane.user_metadata])
    const q = (text: string) => call('GET', `/api/v2/users?search_engine=v3&q=${encodeURIComponent(text)}`)
    expect((await q(`app_metadata.taxId:"${secret('created')}"`)).body.map((user: Json) => user.email)).toEqual([
      'jane@example.com',
    ])
    expect((await q('app_metadata.taxId:Geheim*')).status).toBe(400)
    expect((await q('_exists_:app_metadata.note')).status).toBe(400)
    const logs = JSON.stringify((await call('GET', '/api/v2/logs?per_page=100')).body)
    expect(logs).not.toContain('$d')

    const org = await call('POST', '/api/v2/organizations', { name: 'acme', metadata: { vat: secret('org') } })
    expect((await call('GET', `/api/v2/organizations/${org.body.id}`)).body.metadata).toEqual({ vat: secret('org') })
    const client_metadata = { secret: secret('client') }
    const client = await call('POST', '/api/v2/clients', { name: 'shop', client_metadata })
    expect((await call('GET', `/api/v2/clients/${client.body.client_id}`)).body.client_metadata).toEqual(
      client_metadata,
    )

    const { userId } = await directory.asSystem('test').users.createHuman({ userName: 'joe' })
    const management = `/management/v1/users/${userId}/metadata`
    expect((await call('POST', `${management}/pin`, { value: base64(secret('pin')) })).status).toBe(200)
    expect((await call('GET', `${management}/pin`)).body.metadata.value).toBe(base64(secret('pin')))
    const listed = await call('POST', `/v2/users/${userId}/metadata/search`, {})
    expect(listed.body.metadata.map(({ value }: Json) => value)).toEqual([base64(secret('pin'))])

    // The second row is refused, and what is wrong with it is kept with the row.
    const rows = ['imported', 'refused'].map((part) => ({
      email: `${part}@example.com`,
      app_metadata: { taxId: secret(part === 'refused' ? 'created' : part), note: secret(part) },
    }))
    const job = await importByJob(rows)
    expect(job.summary).toMatchObject({ inserted: 1, failed: 1 })
    const errors = await call('GET', `/api/v2/jobs/${job.id}/errors`)
    expect(JSON.stringify(errors.body)).toContain(secret('refused'))
    async function* lines() {
      yield JSON.stringify([{ email: 'lib@example.com', app_metadata: { note: secret('library') } }])
    }
    expect((await importUsers(directory, lines(), { format: 'auth0' })).inserted).toBe(1)

    await expectNoTrace(database, 'Geheimnis-')
    for (const part of ['created', 'org', 'pin', 'imported']) await expectNoTrace(database, secret(part))
  })

  it('is left out of lists once its key is gone, and an error by itself', async () => {
    const { users } = directory.asSystem('test')
    const { userId } = await users.createHuman({ userName: 'lost' })
    await users.metadata(userId, 'zitadel').set({ pin: Buffer.from('1234'), other: Buffer.from('o') })
    await users.metadata(userId).set({ note: 'n', plain: 'p' })
    const key = keys.get('k1')!
    keys.delete('k1')
    try {
      const management = `/management/v1/users/${userId}/metadata`
      expect(await call('GET', `${management}/pin`)).toMatchObject({ status: 400, body: { code: 9 } })
      const listed = await call('POST', `${management}/_search`, {})
      expect(listed.body.result.map((entry: Json) => entry.key)).toEqual(['other'])
      const shown = await call('GET', `/api/v2/users/auth0%7C${userId}`)
      expect(shown.body.app_metadata).toEqual({ plain: 'p' })
    } finally {
      keys.set('k1', key)
    }
  })

  it('is an outage while the key provider cannot be asked, and is missing nowhere', async () => {
    const { users } = directory.asSystem('test')
    const { userId } = await users.createHuman({ userName: 'down', metadata: { app: { note: 'n' } } })
    isDown = true
    try {
      expect((await call('GET', `/api/v2/users/auth0%7C${userId}`)).status).toBe(503)
    } finally {
      isDown = false
    }
    expect((await call('GET', `/api/v2/users/auth0%7C${userId}`)).body.app_metadata).toEqual({ note: 'n' })
  })
})
