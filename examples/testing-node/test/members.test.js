import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { createTestDirectory } from '@indwell/testing'

let t
beforeEach(async () => {
  t = await createTestDirectory()
})
afterEach(() => t.close())

const call = (path, init = {}) =>
  t.zitadel.fetch(t.zitadel.url + path, { ...init, headers: { authorization: `Bearer ${t.zitadel.token}` } })

test('an owner of an org is listed by ZITADEL', async () => {
  const { userId } = await t.factories.member({ roles: ['ORG_OWNER'] })

  const response = await call('/management/v1/orgs/me/members/_search', { method: 'POST' })

  const { result } = await response.json()
  assert.deepEqual(
    result.map((member) => [member.userId, member.roles]),
    [[userId, ['ORG_OWNER']]],
  )
})

test('a member may do as long as the membership lasts', async () => {
  const expiresAt = t.clock.now() + 60_000
  const member = await t.factories.member({ roles: ['ORG_OWNER'], expiresAt })
  const caller = t.directory.as(member)

  assert.equal((await caller.checkPermission('user.write')).allowed, true)
  t.clock.advance(60_001)
  assert.equal((await caller.checkPermission('user.write')).allowed, false)
})
