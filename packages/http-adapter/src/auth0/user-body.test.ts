import { describe, expect, it } from 'vitest'
import { type Auth0UserView, defaultPicture, userBody } from './user-body'

const jane: Auth0UserView = {
  userId: 'u1',
  connection: 'Username-Password-Authentication',
  email: 'jane.doe@example.com',
  createdAt: Date.parse('2023-01-25T19:00:26.187Z'),
  updatedAt: Date.parse('2023-01-25T19:00:26.187Z'),
}

describe('a user body', () => {
  it('V1: of a created user has defaults, identity and metadata', () => {
    const body = userBody({ ...jane, userMetadata: { hobby: 'surfing' }, appMetadata: { plan: 'full' } })

    expect(body).toEqual({
      created_at: '2023-01-25T19:00:26.187Z',
      email: 'jane.doe@example.com',
      email_verified: false,
      identities: [
        { connection: 'Username-Password-Authentication', user_id: 'u1', provider: 'auth0', isSocial: false },
      ],
      name: 'jane.doe@example.com',
      nickname: 'jane.doe',
      picture: expect.stringMatching(/avatars%2Fja\.png$/),
      updated_at: '2023-01-25T19:00:26.187Z',
      user_id: 'auth0|u1',
      user_metadata: { hobby: 'surfing' },
      app_metadata: { plan: 'full' },
    })
  })

  it('has the recorded key order', () => {
    const body = userBody({
      ...jane,
      blocked: false,
      familyName: 'Sanchez',
      givenName: 'Chuck',
      username: 'chuck',
      lastPasswordReset: jane.updatedAt,
      userMetadata: {},
      appMetadata: { a: 1 },
    })

    expect(Object.keys(body).join(' ')).toBe(
      'blocked created_at email email_verified family_name given_name identities name nickname picture updated_at ' +
        'user_id user_metadata username last_password_reset app_metadata',
    )
  })

  it('equals a recorded answer', () => {
    const body = userBody({
      userId: '63d17c4a8869daf88ed7db97',
      connection: 'Username-Password-Authentication',
      email: 'chuck@example.com',
      username: 'chuck',
      createdAt: jane.createdAt,
      updatedAt: jane.updatedAt,
    })

    expect(JSON.stringify(body)).toBe(
      '{"created_at":"2023-01-25T19:00:26.187Z","email":"chuck@example.com","email_verified":false,' +
        '"identities":[{"connection":"Username-Password-Authentication","user_id":"63d17c4a8869daf88ed7db97",' +
        '"provider":"auth0","isSocial":false}],"name":"chuck@example.com","nickname":"chuck",' +
        '"picture":"https://s.gravatar.com/avatar/0b79e7da7bc7877560620cf8f2cc93ae?s=480&r=pg&d=https%3A%2F%2F' +
        'cdn.auth0.com%2Favatars%2Fch.png","updated_at":"2023-01-25T19:00:26.187Z",' +
        '"user_id":"auth0|63d17c4a8869daf88ed7db97","username":"chuck"}',
    )
  })

  it('V5: takes the letters behind the picture from the name, the hash from the e-mail', () => {
    const { picture } = userBody({ ...jane, email: 'X@example.net', name: 'herbert' })

    expect(picture).toContain('/avatar/7e432b690839bdabcd20b85dd2c93d81?')
    expect(picture).toBe(defaultPicture('x@example.net', 'Herbert'))
    expect(picture).toMatch(/avatars%2Fhe\.png$/)
  })

  it('V6: shows blocked:false once it was set', () => {
    expect(userBody({ ...jane, blocked: false, emailVerified: true })).toMatchObject({
      blocked: false,
      email_verified: true,
    })
    expect(userBody(jane)).not.toHaveProperty('blocked')
  })

  it('V54: shows empty user_metadata', () => {
    expect(userBody({ ...jane, userMetadata: {} })).toHaveProperty('user_metadata', {})
  })

  it('V55: hides empty app_metadata', () => {
    expect(userBody({ ...jane, appMetadata: {} })).not.toHaveProperty('app_metadata')
  })

  it('V64: shows when the password was set, never the password', () => {
    expect(userBody({ ...jane, lastPasswordReset: 1_674_673_227_317 })).toHaveProperty(
      'last_password_reset',
      '2023-01-25T19:00:27.317Z',
    )
  })

  it('marks social identities', () => {
    const identities = (userId: string) => userBody({ ...jane, userId }).identities

    expect(identities('google-oauth2|1')).toMatchObject([{ provider: 'google-oauth2', user_id: '1', isSocial: true }])
    expect(identities('samlp|acme|7')).toMatchObject([{ provider: 'samlp', user_id: 'acme|7', isSocial: false }])
  })

  it('falls back on what the user is known by when there is no e-mail', () => {
    const { email: _, ...nobody } = jane

    expect(userBody({ ...nobody, phoneNumber: '+4912' })).toMatchObject({ name: '+4912', phone_verified: false })
    expect(userBody({ ...nobody, username: 'jane' })).toMatchObject({ name: 'jane', nickname: 'jane' })
    expect(userBody(nobody)).not.toHaveProperty('email_verified')
  })

  it.each(['', 'j', '\ud800', '😀', 'İx'])('has a picture for a user called %j', (name) => {
    expect(userBody({ ...jane, name }).picture).toMatch(/^https:\/\/s\.gravatar\.com\/avatar\/[0-9a-f]{32}\?/)
  })
})
