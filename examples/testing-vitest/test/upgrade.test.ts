import { createTestDirectory, type TestDirectory } from '@indwell/testing'
import { ManagementClient } from 'auth0'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { upgrade } from '../src/upgrade'

let t: TestDirectory
let management: ManagementClient
let userId: string

beforeEach(async () => {
  t = await createTestDirectory()
  management = new ManagementClient(t.auth0)
  const app_metadata = { plan: 'free', address: { city: 'London' } }
  const user = await management.users.create({ connection: 'customers', email: 'ada@acme.example', app_metadata })
  userId = String(user.user_id)
})
afterEach(() => t.close())

it('upgrades once, and keeps what else is known', async () => {
  expect([await upgrade(management, userId), await upgrade(management, userId)]).toEqual([true, false])

  const { app_metadata, updated_at } = await management.users.get(userId)
  expect(app_metadata).toEqual({ plan: 'pro', address: { city: 'London' } })
  expect(updated_at).toBe('2026-01-01T00:00:00.000Z')
})

it('leaves a customer alone when Auth0 has enough of us', async () => {
  const before = await t.snapshot()
  const impatient = new ManagementClient({ ...t.auth0, maxRetries: 0 })
  t.faults.rateLimit({ after: 1, retryAfter: 30 })

  await expect(upgrade(impatient, userId)).rejects.toMatchObject({ statusCode: 429 })

  await t.faults.clear()
  expect((await management.users.get(userId)).app_metadata).toMatchObject({ plan: 'free' })
  await t.restore(before)
})
