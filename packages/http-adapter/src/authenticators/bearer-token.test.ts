import { describe, expect, it } from 'vitest'
import { bearerToken } from './bearer-token'

const tokenOf = (authorization?: string) => bearerToken({ headers: { authorization } })

describe('bearerToken', () => {
  it('finds the token whatever the case of the scheme', () => {
    expect(tokenOf('Bearer abc.def_-~+/=')).toBe('abc.def_-~+/=')
    expect(tokenOf('bearer abc')).toBe('abc')
  })

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic abc', 'x Bearer abc', 'Bearerabc', 'Bearer a, Bearer b'])(
    'finds none in %j',
    (authorization) => {
      expect(tokenOf(authorization)).toBeUndefined()
    },
  )
})
