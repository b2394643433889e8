import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitUserId, toCoreUserId, toWireUserId } from './user-id'

const word = fc.string({ minLength: 1, unit: fc.constantFrom('a', '0', '|', '%', '/', ' ', 'é', '😀') })
const wireId = fc.oneof(
  fc
    .tuple(fc.constantFrom('auth0', 'google-oauth2', 'samlp', 'x'), word)
    .map(([provider, raw]) => `${provider}|${raw}`),
  word.filter((text) => /^[^|]+\|./.test(text)),
)

describe('user ids', () => {
  it('drop the prefix of a database user', () => {
    expect(toCoreUserId('auth0|u1')).toBe('u1')
    expect(toWireUserId('u1')).toBe('auth0|u1')
  })

  it.each(['google-oauth2|1', 'auth0|a|b', 'samlp|c|d', 'auth0||'])('keep %s as it is', (id) => {
    expect(toCoreUserId(id)).toBe(id)
    expect(toWireUserId(id)).toBe(id)
  })

  it('come back from the directory as they were', () => {
    fc.assert(
      fc.property(wireId, (id) => {
        expect(toWireUserId(toCoreUserId(id))).toBe(id)
      }),
    )
  })

  it('come back from the wire as they were', () => {
    const coreId = fc.oneof(
      word.filter((text) => !text.includes('|')),
      wireId.filter((id) => !/^auth0\|[^|]*$/.test(id)),
    )

    fc.assert(
      fc.property(coreId, (id) => {
        expect(toCoreUserId(toWireUserId(id))).toBe(id)
      }),
    )
  })

  it.each(['nope', '', '|a', 'auth0|', 'auth0|a\u0000', 'auth0|\ud800', 'a\nb|c'])('V27, V76: %j is not one', (id) => {
    expect(() => toCoreUserId(id)).toThrow(
      expect.objectContaining({
        statusCode: 400,
        errorCode: 'invalid_uri',
        message: `Object didn't pass validation for format user-id: ${id}`,
      }),
    )
  })

  it('split at the first bar only', () => {
    expect(splitUserId('samlp|acme|7')).toEqual({ provider: 'samlp', rawId: 'acme|7' })
  })
})
