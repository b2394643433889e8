import { createDirectory, type Directory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { auth0, importUsers, type RowReport } from '../src/auth0'
import { createFetch } from '../src/create-fetch'
import { createHttpAdapter } from '../src/create-http-adapter'
import { zitadel } from '../src/zitadel'

let directory: Directory
let userId: string
let call: (method: string, path: string, body?: object) => Promise<{ readonly status: number; readonly body: unknown }>

beforeAll(async () => {
  const limits = { metadataJsonLength: 20, metadataValueBytes: 5, metadataKeyLength: 10, nickNameLength: 4 }
  directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }), limits })
  await directory.bootstrapOwner({ token: 'owner' })
  userId = (
    await directory.asSystem('test').users.createHuman({ userId: 'ada', userName: 'ada', email: 'ada@acme.example' })
  ).userId
  const fetch = createFetch(createHttpAdapter(directory, { faces: [auth0(), zitadel()] }))
  const headers = { authorization: 'Bearer owner', 'content-type': 'application/json' }
  call = async (method, path, body) => {
    const answer = await fetch(`http://localhost${path}`, { method, headers, body: body ? JSON.stringify(body) : null })
    return { status: answer.status, body: await answer.json() }
  }
})
afterAll(() => directory.close())

it('limits hold for Auth0’s clients', async () => {
  const path = `/api/v2/users/auth0%7C${userId}`
  expect((await call('PATCH', path, { app_metadata: { plan: 'a'.repeat(18) } })).status).toBe(200)
  expect((await call('PATCH', path, { app_metadata: { plan: 'a'.repeat(19) } })).status).toBe(413)
  expect((await call('PATCH', path, { user_metadata: { ['k'.repeat(11)]: 1 } })).status).toBe(400)
  expect((await call('PATCH', path, { nickname: 'longer' })).status).toBe(400)
  expect((await call('GET', path)).body).toMatchObject({ app_metadata: { plan: 'a'.repeat(18) } })
})

it('limits hold for ZITADEL’s clients', async () => {
  const path = `/management/v1/users/${userId}/metadata`
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  expect((await call('POST', `${path}/plan`, { value: base64('12345') })).status).toBe(200)
  const refusal = { status: 400, body: { code: 3 } }
  expect(await call('POST', `${path}/plan`, { value: base64('123456') })).toMatchObject(refusal)
  const metadata = [{ key: 'k'.repeat(11), value: base64('1') }]
  expect(await call('POST', `${path}/_bulk`, { metadata })).toMatchObject(refusal)
  expect((await call('GET', `${path}/plan`)).body).toMatchObject({ metadata: { value: base64('12345') } })
})

it('limits hold for imports, row by row', async () => {
  const refused: RowReport[] = []
  const rows = [
    { email: 'bob@acme.example', app_metadata: { plan: 'a'.repeat(19) } },
    { email: 'cleo@acme.example', app_metadata: { plan: 'pro' } },
  ]
  const file = [Buffer.from(JSON.stringify(rows))]
  const result = await importUsers(directory, file, { format: 'auth0', onError: (report) => refused.push(report) })
  expect(result).toMatchObject({ failed: 1, inserted: 1 })
  expect(refused).toMatchObject([{ user: { email: 'bob@acme.example' } }])
})
