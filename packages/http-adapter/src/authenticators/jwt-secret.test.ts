import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { bearing } from '../../test/bearing'
import { jwtSecret } from './jwt-secret'

const secret = '0123456789abcdef0123456789abcdef'
const authenticate = jwtSecret({ secret })
const now = Math.floor(Date.now() / 1000)

interface Claims {
  readonly sub?: string
  readonly scope?: unknown
  readonly exp?: number
  readonly nbf?: number
  readonly iss?: string
  readonly aud?: string | string[]
}

const sign = (claims: Claims, { alg = 'HS256', key = secret } = {}) =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg }).sign(new TextEncoder().encode(key))
const answerTo = async (claims: Claims) => authenticate(bearing(await sign(claims)))
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('jwtSecret', () => {
  it('answers subject, scopes and end of a token', async () => {
    expect(await answerTo({ sub: 'ada', scope: 'read:users  update:users', exp: now + 60 })).toEqual({
      userId: 'ada',
      scopes: ['read:users', 'update:users'],
      expiresAt: (now + 60) * 1000,
    })
  })

  it('grants no scope to a token that lists none', async () => {
    expect(await answerTo({ sub: 'ada' })).toEqual({ userId: 'ada', scopes: [] })
    expect(await answerTo({ sub: 'ada', scope: '' })).toEqual({ userId: 'ada', scopes: [] })
  })

  it.each([
    ['auth0|ada', 'ada'],
    ['ada', 'ada'],
    ['google-oauth2|1', 'google-oauth2|1'],
    ['auth0|acme|7', 'auth0|acme|7'],
  ])('reads the subject %s as the user %s', async (sub, userId) => {
    expect(await answerTo({ sub })).toMatchObject({ userId })
  })

  it.each<Claims>([{}, { sub: '' }, { sub: 'auth0|' }, { sub: 'ada', scope: ['read:users'] }])(
    'rejects the claims %j',
    async (claims) => {
      expect(await answerTo(claims)).toEqual({ flaw: 'invalid' })
    },
  )

  it('tells that a token expired', async () => {
    expect(await answerTo({ sub: 'ada', exp: now - 1 })).toEqual({ flaw: 'expired' })
  })

  it('rejects a token before its time', async () => {
    expect(await answerTo({ sub: 'ada', nbf: now + 60 })).toEqual({ flaw: 'invalid' })
    expect(await answerTo({ sub: 'ada', nbf: now - 1 })).toMatchObject({ userId: 'ada' })
  })

  it('tells that somebody else signed a token, even one that expired', async () => {
    const foreign = await sign({ sub: 'ada', exp: now - 1 }, { key: secret.toUpperCase() })

    expect(await authenticate(bearing(foreign))).toEqual({ flaw: 'signature' })
  })

  it('accepts HS256 and nothing else', async () => {
    const unsigned = `${base64url({ alg: 'none' })}.${base64url({ sub: 'ada' })}.`

    expect(await authenticate(bearing(unsigned))).toEqual({ flaw: 'invalid' })
    expect(await authenticate(bearing(await sign({ sub: 'ada' }, { alg: 'HS512', key: secret + secret })))).toEqual({
      flaw: 'invalid',
    })
  })

  it.each([undefined, 'indwell_abc', 'a.b', 'a.b.c.d', 'a.b c.d', 'ä.b.c'])('leaves %j to others', async (token) => {
    expect(await authenticate(bearing(token))).toBeUndefined()
  })

  it.each(['a.b.c', `${base64url([])}.${base64url({})}.AA`, `${base64url({ alg: 'HS256', crit: ['x'] })}.e30.AA`])(
    'rejects the malformed token %j',
    async (token) => {
      expect(await authenticate(bearing(token))).toEqual({ flaw: 'invalid' })
    },
  )

  it('holds a token to issuer and audience where they are named', async () => {
    const picky = jwtSecret({ secret, issuer: 'https://acme.example/', audience: 'indwell' })
    const answer = async (claims: Claims) => picky(bearing(await sign(claims)))
    const good = { sub: 'ada', iss: 'https://acme.example/', aud: ['indwell', 'other'] }

    expect(await answer(good)).toMatchObject({ userId: 'ada' })
    expect(await answer({ ...good, iss: 'https://eve.example/' })).toEqual({ flaw: 'invalid' })
    expect(await answer({ sub: 'ada', iss: good.iss })).toEqual({ flaw: 'invalid' })
  })

  it('takes the secret as bytes, too', async () => {
    const bytes = jwtSecret({ secret: new TextEncoder().encode(secret) })

    expect(await bytes(bearing(await sign({ sub: 'ada' })))).toMatchObject({ userId: 'ada' })
  })

  it('refuses an empty secret', () => {
    expect(() => jwtSecret({ secret: '' })).toThrow(TypeError)
    expect(() => jwtSecret({ secret: new Uint8Array() })).toThrow(TypeError)
  })
})
