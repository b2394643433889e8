import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { zitadelContract } from './contract.generated'
import { decodeQuery } from './decode-query'
import { layoutOf } from './message-layout'
import { ProtoJsonError } from './proto-json-error'

function query(messageName: string, text: string, bound: readonly string[] = []) {
  const layout = layoutOf(zitadelContract, messageName)
  const message = { ...layout.empty }
  decodeQuery(layout, message, text, new Set(bound))
  return message
}

describe('decodeQuery', () => {
  it.each(['userName=t1&email=a%2Bb%40c.ch', 'user_name=t1&email=a%2bb@c.ch&unknown=1&&'])('reads %s', (text) => {
    expect(query('management.v1.IsUserUniqueRequest', text)).toEqual({ userName: 't1', email: 'a+b@c.ch' })
  })

  it('reads + as a blank and a name without = as empty', () => {
    expect(query('management.v1.IsUserUniqueRequest', 'userName=a+b&email')).toEqual({ userName: 'a b', email: '' })
  })

  it('collects repeated names in a list', () => {
    expect(query('user.v2.DeleteUserMetadataRequest', 'keys=a&keys=b')).toMatchObject({ keys: ['a', 'b'] })
  })

  it('reaches into messages by dots', () => {
    expect(query('management.v1.ListUsersRequest', 'query.limit=5&query.asc=true&query.offset=7')).toMatchObject({
      query: { limit: 5, asc: true, offset: 7n },
    })
  })

  it('leaves fields alone that the path has set', () => {
    expect(query('user.v2.DeleteUserMetadataRequest', 'userId=x&user_id=y', ['user_id'])).toMatchObject({ userId: '' })
  })

  it.each([
    ['management.v1.IsUserUniqueRequest', 'userName=a&userName=b', 'too many values for field "user_name": a, b'],
    ['management.v1.IsUserUniqueRequest', 'userName[x]=a', 'too many values for field "user_name": x, a'],
    ['management.v1.IsUserUniqueRequest', 'userName.x=a', 'invalid path: "userName" is not a message'],
    ['management.v1.IsUserUniqueRequest', 'userName=%zz', 'invalid URL escape "%zz"'],
    ['management.v1.IsUserUniqueRequest', 'userName=%ff', 'invalid UTF-8 in query'],
    ['management.v1.IsUserUniqueRequest', 'userName=a;b', 'invalid semicolon separator in query'],
    ['v1.ListQuery', 'limit=x', 'parsing field "limit": strconv.ParseUint: parsing "x": invalid syntax'],
    [
      'v1.ListQuery',
      'limit=4294967296',
      'parsing field "limit": strconv.ParseUint: parsing "4294967296": value out of range',
    ],
    ['v1.ListQuery', 'asc=yes', 'parsing field "asc": strconv.ParseBool: parsing "yes": invalid syntax'],
    ['user.v1.StateQuery', 'state=NOPE', 'parsing field "state": "NOPE" is not a valid value'],
    ['management.v1.ListUsersRequest', 'query=x', 'parsing field "query": unsupported message type: query'],
    ['user.v1.SearchQuery', 'stateQuery.state=1&typeQuery.type=1', 'field already set for oneof "query"'],
  ])('refuses %s ?%s', (messageName, text, message) => {
    expect(() => query(messageName, text)).toThrow(new ProtoJsonError(message))
  })

  it('throws nothing but ProtoJsonError', () => {
    const name = fc.constantFrom(...Object.keys(zitadelContract.messages))
    const text = fc.string({ unit: fc.constantFrom(...'abk=&.%20[];+eyquriéS_') })
    fc.assert(
      fc.property(name, text, (messageName, value) => {
        try {
          query(messageName, value)
        } catch (error) {
          expect(error).toBeInstanceOf(ProtoJsonError)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
