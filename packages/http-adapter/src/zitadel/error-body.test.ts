import { describe, expect, it } from 'vitest'
import type { ExchangeResponse } from '../exchange'
import { plainStatus, zitadelStatus } from './call-status'
import { errorResponse, methodNotAllowed, routeNotFound } from './error-body'
import { type GrpcCode, grpcCodes } from './grpc-code'

const zitadelError = (...entry: Parameters<typeof zitadelStatus>) => errorResponse(zitadelStatus(...entry))
const plainError = (...entry: Parameters<typeof plainStatus>) => errorResponse(plainStatus(...entry))
const bodyOf = (response: ExchangeResponse) => JSON.parse(String(response.body))

describe("an error of ZITADEL's own", () => {
  it('vector 14: repeats text and id as a detail', () => {
    const response = zitadelError('not_found', 'QUERY-Dfbg2', 'Errors.User.NotFound')

    expect(response.status).toBe(404)
    expect(response.headers).toEqual({ 'content-type': 'application/json', 'cache-control': 'no-store' })
    expect(bodyOf(response)).toEqual({
      code: 5,
      message: 'User could not be found (QUERY-Dfbg2)',
      details: [
        {
          '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail',
          id: 'QUERY-Dfbg2',
          message: 'User could not be found',
        },
      ],
    })
  })

  it('vector 16: sends the key where no English text exists', () => {
    expect(bodyOf(zitadelError('failed_precondition', 'COMMAND-k2una', 'Errors.User.AlreadyExisting'))).toMatchObject({
      code: 9,
      message: 'Errors.User.AlreadyExisting (COMMAND-k2una)',
      details: [{ message: 'Errors.User.AlreadyExisting' }],
    })
  })

  it('vector 60: takes plain English', () => {
    const response = zitadelError('permission_denied', 'AUTH-Bs7Ds', "Organisation doesn't exist")

    expect(response.status).toBe(403)
    expect(bodyOf(response).message).toBe("Organisation doesn't exist (AUTH-Bs7Ds)")
  })

  it('orgs vector 4: names what is wrong with a token in the challenge', () => {
    const response = zitadelError('unauthenticated', 'AUTH-7fs1e', 'Errors.Token.Invalid')

    expect(response.status).toBe(401)
    expect(response.headers['www-authenticate']).toBe('Token is invalid (AUTH-7fs1e)')
  })

  it.each<[GrpcCode, number]>([
    ['invalid_argument', 400],
    ['already_exists', 409],
    ['failed_precondition', 400],
    ['resource_exhausted', 429],
    ['unimplemented', 501],
    ['internal', 500],
  ])('answers %s with HTTP %d', (code, status) => {
    expect(zitadelError(code, 'X-1', 'x').status).toBe(status)
  })
})

describe('an error without an id', () => {
  it('vector 59: asks for a token, without details', () => {
    const response = plainError('unauthenticated', 'auth header missing')

    expect(response.status).toBe(401)
    expect(response.headers['www-authenticate']).toBe('auth header missing')
    expect(bodyOf(response)).toEqual({ code: 16, message: 'auth header missing' })
  })

  it('keeps line breaks and other alphabets out of the challenge', () => {
    expect(plainError('unauthenticated', 'a\r\nb 日').headers['www-authenticate']).toBe('a??b ?')
  })
})

describe('routing errors', () => {
  it('vector 58: tell an unknown path from a wrong method', () => {
    expect([routeNotFound().status, bodyOf(routeNotFound())]).toEqual([404, { code: 5, message: 'Not Found' }])
    const refused = methodNotAllowed(['GET', 'PUT'])
    expect([refused.status, refused.headers.allow]).toEqual([405, 'GET, PUT'])
    expect(bodyOf(refused)).toEqual({ code: 12, message: 'Method Not Allowed' })
  })
})

describe('grpcCodes', () => {
  it('numbers every code but OK', () => {
    const numbers = Object.values(grpcCodes).map((code) => code.number)

    expect(numbers).toEqual(Array.from({ length: 16 }, (_, index) => index + 1))
  })
})
