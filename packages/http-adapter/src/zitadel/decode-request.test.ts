import { describe, expect, it } from 'vitest'
import { zitadelContract } from './contract.generated'
import { decodeRequest } from './decode-request'

const utf8 = (text: string) => new TextEncoder().encode(text)

describe('decodeRequest', () => {
  it('lets the path win over the body', () => {
    const request = decodeRequest(zitadelContract, 'management.v1.ManagementService/SetUserMetadata', {
      variables: { id: 'u1', key: 'k1' },
      query: '',
      body: utf8('{"id":"u2","key":"k2","value":"dmFsdWU="}'),
      maxDepth: 100,
    })

    expect(request).toEqual({ id: 'u1', key: 'k1', value: utf8('value') })
  })

  it('ignores the query string where the body is the message', () => {
    const request = decodeRequest(zitadelContract, 'management.v1.ManagementService/AddOrg', {
      variables: {},
      query: 'name=query&name=%zz',
      body: utf8('{"name":"body"}'),
      maxDepth: 100,
    })

    expect(request).toEqual({ name: 'body' })
  })

  it('ignores the body where the binding has none', () => {
    const request = decodeRequest(zitadelContract, 'user.v2.UserService/DeleteUserMetadata', {
      variables: { user_id: 'u1' },
      query: 'keys=a&keys=b&userId=u2',
      body: utf8('no JSON'),
      maxDepth: 100,
    })

    expect(request).toEqual({ userId: 'u1', keys: ['a', 'b'] })
  })

  it('reads a DELETE with a body', () => {
    const request = decodeRequest(zitadelContract, 'management.v1.ManagementService/BulkRemoveUserMetadata', {
      variables: { id: 'u1' },
      query: '',
      body: utf8('{"keys":["a","none"]}'),
      maxDepth: 100,
    })

    expect(request).toEqual({ id: 'u1', keys: ['a', 'none'] })
  })
})
