import type { CodeMessage } from '@indwell/core'
import { describe, expect, it } from 'vitest'
import { auth0World } from './auth0-world'

/** To whom codes go that a user's creation and a change of its contacts lead to. */
async function sentFor(create: object, update: object): Promise<readonly string[]> {
  const sent: CodeMessage[] = []
  const { call } = await auth0World({ sendCode: (message) => void sent.push(message) })
  const created = await call('POST', '/users', { user_id: 'u1', email: 'a@x.example', ...create })
  const updated = await call('PATCH', '/users/auth0%7Cu1', update)
  expect([created.status, updated.status]).toEqual([201, 200])
  return sent.map(({ to, purpose }) => `${to} ${purpose}`)
}

describe('codes of Auth0', () => {
  it('go to new addresses and numbers that are not verified', async () => {
    expect(await sentFor({}, { email: 'b@x.example' })).toEqual([
      'a@x.example verification',
      'b@x.example verification',
    ])
    expect(await sentFor({ email_verified: true }, { phone_number: '+41791234567' })).toEqual([
      '+41791234567 verification',
    ])
  })

  it('go to none for which the caller wants no message', async () => {
    expect(await sentFor({ verify_email: false }, { email: 'b@x.example', verify_email: false })).toEqual([])
    expect(await sentFor({ verify_email: false }, { phone_number: '+411', verify_phone_number: false })).toEqual([])
  })
})
