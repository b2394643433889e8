import { describe, expect, it } from 'vitest'
import { errorAnswer, errorBody } from './error-body'
import * as catalogue from './error-catalogue'

describe('the catalogue of errors', () => {
  it('V7: a taken e-mail or id', () => {
    expect(errorBody(catalogue.userExists())).toEqual({
      statusCode: 409,
      error: 'Conflict',
      message: 'The user already exists.',
      errorCode: 'auth0_idp_error',
    })
  })

  it('V10: a database user without e-mail', () => {
    expect(errorBody(catalogue.missingProperty('email'))).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: "Payload validation error: 'Missing required property: email'.",
      errorCode: 'invalid_body',
    })
  })

  it('V11: an unknown connection', () => {
    expect(errorBody(catalogue.connectionOfUserMissing())).toMatchObject({
      statusCode: 400,
      message: 'The connection does not exist.',
      errorCode: 'inexistent_connection',
    })
  })

  it('V26, V72, V74: an unknown user', () => {
    expect(errorBody(catalogue.inexistentUser())).toEqual({
      statusCode: 404,
      error: 'Not Found',
      message: 'The user does not exist.',
      errorCode: 'inexistent_user',
    })
  })

  it('V69: the e-mail of somebody else in a PATCH is 400', () => {
    expect(catalogue.newEmailTaken()).toMatchObject({
      statusCode: 400,
      message: 'The specified new email already exists',
    })
  })

  it('V90: an unknown client, without final period', () => {
    expect(errorBody(catalogue.inexistentClient())).toEqual({
      statusCode: 404,
      error: 'Not Found',
      message: 'The client does not exist',
      errorCode: 'inexistent_client',
    })
  })

  it('V99, V100: an unknown organization has no code', () => {
    expect(errorBody(catalogue.inexistentOrganization())).toEqual({
      statusCode: 404,
      error: 'Not Found',
      message: 'No organization found by that id or name',
    })
  })

  it('V101: a taken organization name', () => {
    expect(errorBody(catalogue.organizationExists())).toMatchObject({
      statusCode: 409,
      errorCode: 'organization_conflict',
    })
  })

  it('V112: an unknown role has no code', () => {
    expect(errorBody(catalogue.inexistentRole())).toEqual({
      statusCode: 404,
      error: 'Not Found',
      message: 'The role does not exist.',
    })
  })

  it('V114: an unknown permission', () => {
    expect(errorBody(catalogue.inexistentPermission('https://api.example.com/', 'read:it'))).toMatchObject({
      statusCode: 404,
      message: "This permission does not exist: 'https://api.example.com/ - read:it'",
      errorCode: 'inexistent_resource_server_permission',
    })
  })

  it('V115: no credentials', () => {
    const answer = errorAnswer(catalogue.missingAuthentication())

    expect(answer.body).toBe('{"statusCode":401,"error":"Unauthorized","message":"Missing authentication"}')
    expect(answer.headers['www-authenticate']).toBe('Bearer')
  })

  it('V117: an expired token', () => {
    expect(errorBody(catalogue.invalidToken('expired'))).toEqual({
      statusCode: 401,
      error: 'Unauthorized',
      message: 'Expired token received for JSON Web Token validation',
      attributes: { error: 'Expired token received for JSON Web Token validation' },
    })
  })

  it('V119: too many requests', () => {
    expect(errorAnswer(catalogue.tooManyRequests())).toMatchObject({
      status: 429,
      body: '{"statusCode":429,"error":"Too Many Requests","message":"Global limit has been reached","errorCode":"too_many_requests"}',
    })
  })

  it('V120: an unknown route', () => {
    expect(errorAnswer(catalogue.unknownRoute()).body).toBe(
      '{"statusCode":404,"error":"Not Found","message":"Not Found"}',
    )
  })
})
