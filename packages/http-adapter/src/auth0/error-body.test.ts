import { describe, expect, it } from 'vitest'
import { Auth0Error, errorAnswer, errorBody } from './error-body'
import { inexistentUser, invalidUserId } from './error-catalogue'

describe('an error body', () => {
  it('has the recorded key order', () => {
    expect(JSON.stringify(errorBody(inexistentUser()))).toBe(
      '{"statusCode":404,"error":"Not Found","message":"The user does not exist.","errorCode":"inexistent_user"}',
    )
  })

  it('puts attributes last', () => {
    expect(JSON.stringify(errorBody(new Auth0Error(401, 'm', 'c', { attributes: { error: 'e' } })))).toBe(
      '{"statusCode":401,"error":"Unauthorized","message":"m","errorCode":"c","attributes":{"error":"e"}}',
    )
  })

  it('stays well-formed when an id holds a lone surrogate', () => {
    const { body } = errorAnswer(invalidUserId('\ud800'))

    expect(body).toContain('\\ud800')
  })
})
