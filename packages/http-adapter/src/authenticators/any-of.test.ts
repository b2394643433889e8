import { describe, expect, it } from 'vitest'
import { bearing } from '../../test/bearing'
import type { Authenticate, Caller, RejectedToken } from '../authenticate'
import { anyOf } from './any-of'

const answering =
  (answer: Caller | RejectedToken | undefined): Authenticate =>
  async () =>
    answer
const ada = { userId: 'ada' }
const bob = { userId: 'bob' }

describe('anyOf', () => {
  it('answers the first caller', async () => {
    const authenticate = anyOf(answering(undefined), answering({ flaw: 'expired' }), answering(ada), answering(bob))

    expect(await authenticate(bearing('x'))).toBe(ada)
  })

  it('tells the first flaw when nobody is known', async () => {
    const authenticate = anyOf(answering(undefined), answering({ flaw: 'expired' }), answering({ flaw: 'invalid' }))

    expect(await authenticate(bearing('x'))).toEqual({ flaw: 'expired' })
  })

  it('knows nobody when no authenticator does', async () => {
    expect(await anyOf(answering(undefined))(bearing('x'))).toBeUndefined()
    expect(await anyOf()(bearing('x'))).toBeUndefined()
  })

  it('rejects when one cannot find out', async () => {
    const failing: Authenticate = () => Promise.reject(new Error('no keys'))

    await expect(anyOf(failing, answering(ada))(bearing('x'))).rejects.toThrow('no keys')
  })
})
