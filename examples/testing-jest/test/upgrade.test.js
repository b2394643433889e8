import { createTestDirectory } from '@indwell/testing'
import { ManagementClient } from 'auth0'

let t
beforeEach(async () => {
  t = await createTestDirectory()
})
afterEach(() => t.close())

test('merges metadata as Auth0 does: at its root alone', async () => {
  const management = new ManagementClient(t.auth0)
  const app_metadata = { plan: 'free', address: { city: 'London', zip: 'N1' } }
  const { user_id } = await management.users.create({
    connection: 'customers',
    email: 'ada@acme.example',
    app_metadata,
  })

  const user = await management.users.update(user_id, { app_metadata: { address: { city: 'Paris' } } })

  expect(user.app_metadata).toEqual({ plan: 'free', address: { city: 'Paris' } })
})

test('tells what went wrong', async () => {
  const management = new ManagementClient({ ...t.auth0, maxRetries: 0 })
  const user = { connection: 'customers', email: 'ada@acme.example' }
  await management.users.create(user)

  await expect(management.users.create(user)).rejects.toMatchObject({ statusCode: 409 })
  t.faults.next('busy')
  await expect(management.users.list()).rejects.toMatchObject({ statusCode: 503 })
})

test('keeps bytes as they are', async () => {
  const { users } = t.directory.asSystem('test')
  const { userId } = await t.factories.user()
  const snapshot = await t.snapshot()
  await users.metadata(userId).set({ avatar: new Uint8Array([0, 255]) })

  expect([...(await users.metadata(userId).values()).avatar]).toEqual([0, 255])
  await t.restore(snapshot)
  expect(await users.metadata(userId).values()).toEqual({})
})
