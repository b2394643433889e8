import { describe, expect, it } from 'vitest'
import { readBody } from '../read-body'
import { validationMessage } from '../validation-messages'
import { CreateUserBody, StrictCreateUserBody } from './create-user'

const said = (body: unknown) => validationMessage('payload', CreateUserBody, body)

/** The sentence about one property, its description left open. */
const about = (text: string, property: string) =>
  expect.stringMatching(
    new RegExp(
      `^Payload validation error: '${text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}' on property ${property} \\(.+[^.]\\)\\.$`,
    ),
  )

describe('the body of POST /users', () => {
  it('V1, V6: takes every documented member', () => {
    const body = {
      connection: 'Username-Password-Authentication',
      user_id: 'u1',
      email: 'jane.doe@example.com',
      username: 'jane',
      password: 'secret',
      phone_number: '+4930123',
      given_name: 'Jane',
      family_name: 'Doe',
      name: 'Jane Doe',
      nickname: 'jd',
      picture: 'https://example.com/jane.png',
      blocked: false,
      email_verified: true,
      phone_verified: false,
      verify_email: false,
      user_metadata: { hobby: 'surfing', nested: { any: [null, 1.5] } },
      app_metadata: { plan: 'full' },
    }

    expect(readBody(StrictCreateUserBody, body)).toBe(body)
  })

  it('V2: demands a connection in strict mode', () => {
    expect(validationMessage('payload', StrictCreateUserBody, { email: 'jane.doe@example.com' })).toBe(
      "Payload validation error: 'Missing required property: connection'.",
    )
  })

  it('V3: does without a connection in lenient mode', () => {
    expect(said({ email: 'jane.doe@example.com', user_metadata: {}, app_metadata: {} })).toBeUndefined()
  })

  it('V9: refuses what is no e-mail', () => {
    expect(said({ email: 'thisisnotvalid' })).toBe(
      "Payload validation error: 'Object didn't pass validation for format email: thisisnotvalid' " +
        "on property email (The user's email).",
    )
  })

  it('V12: refuses unknown members, the last one first', () => {
    expect(said({ foo: 1, connection: 'c', bar: 2 })).toBe(
      "Payload validation error: 'Additional properties not allowed: bar,foo'.",
    )
  })

  it('V13, V14: refuses user_metadata that is no object', () => {
    expect(said({ user_metadata: null })).toEqual(about('Expected type object but found type null', 'user_metadata'))
    expect(said({ user_metadata: [] })).toEqual(about('Expected type object but found type array', 'user_metadata'))
  })

  it('V15: refuses app_metadata that is no object', () => {
    expect(said({ app_metadata: 'x' })).toEqual(about('Expected type object but found type string', 'app_metadata'))
  })

  it('V16: refuses text for a boolean', () => {
    expect(said({ email_verified: 'yes' })).toEqual(
      about('Expected type boolean but found type string', 'email_verified'),
    )
  })

  it('V17: refuses a first name of 151 characters', () => {
    expect(said({ given_name: 'x'.repeat(150) })).toBeUndefined()
    expect(said({ given_name: 'x'.repeat(151) })).toEqual(
      about('String is too long (151 chars), maximum 150', 'given_name'),
    )
  })

  it('V18: refuses a phone number that is not E.164', () => {
    expect(said({ phone_number: '12' })).toEqual(
      about('String does not match pattern ^\\+[0-9]{1,15}$: 12', 'phone_number'),
    )
  })

  it('V19: refuses an empty connection', () => {
    expect(said({ connection: '' })).toEqual(about('String is too short (0 chars), minimum 1', 'connection'))
  })

  it('V20: refuses a list', () => {
    expect(said([])).toBe("Payload validation error: 'Expected type object but found type array'.")
  })

  it('V21: refuses a blank in an id', () => {
    expect(said({ user_id: 'a b' })).toEqual(about('String does not match pattern ^\\S*$: a b', 'user_id'))
  })

  it('V23: takes an upper-case e-mail', () => {
    expect(said({ email: 'Jane@Example.com' })).toBeUndefined()
  })

  it('refuses null for a member', () => {
    expect(said({ email: null })).toEqual(about('Expected type string but found type null', 'email'))
  })
})
