import { describe, expect, it } from 'vitest'
import { validationMessage } from '../validation-messages'
import { refuseSimultaneousChanges, UpdateUserBody } from './update-user'

const said = (body: unknown) => validationMessage('payload', UpdateUserBody, body)

describe('the body of PATCH /users/{id}', () => {
  it('V49, V52, V62, V63, V64: takes changes', () => {
    expect(said({ user_metadata: { baz: null, foo: 'bars' }, app_metadata: {} })).toBeUndefined()
    expect(said({ name: 'A B', given_name: 'A', family_name: 'B', picture: 'https://x.example/p.jpg' })).toBeUndefined()
    expect(said({ username: 'user_x_terra' })).toBeUndefined()
    expect(said({ connection: 'c', password: 'p', app_metadata: { foo: 'bar' } })).toBeUndefined()
  })

  it('V57, V58: refuses metadata that is no object', () => {
    expect(said({ user_metadata: null })).toContain(
      "'Expected type object but found type null' on property user_metadata (",
    )
    expect(said({ app_metadata: 5 })).toContain(
      "'Expected type object but found type integer' on property app_metadata (",
    )
  })

  it('V66: is never empty', () => {
    const message = said({})

    expect(message).toMatch(
      /^Payload validation error: 'None of the valid schemas were met'\. Inner errors: \[ Payload validation error: 'Missing required property: blocked'\. \(also\) Payload validation error: 'Missing required property: email_verified'\. \(also\) /,
    )
    expect(message).toMatch(/ Payload validation error: 'Missing required property: picture'\. \]\.$/)
  })

  it('V66: changes something, not only names where', () => {
    expect(said({ connection: 'c' })).toContain('None of the valid schemas were met')
  })

  it('V67: is not missing', () => {
    expect(said(null)).toBe("Payload validation error: 'Expected type object but found type null'.")
  })

  it('V70: unsets no boolean', () => {
    expect(said({ blocked: null })).toMatch(
      /^Payload validation error: 'Expected type boolean but found type null' on property blocked \(.+\)\.$/,
    )
  })

  it('unsets what may be unset', () => {
    const unset = 'email phone_number given_name family_name name nickname picture password username'

    for (const name of unset.split(' ')) expect(said({ [name]: null })).toBeUndefined()
  })

  it('V71: changes nothing read-only, and says where such data may go', () => {
    expect(said({ identities: [], last_login: 'x', logins_count: 1 })).toBe(
      "Payload validation error: 'Additional properties not allowed: logins_count,last_login,identities " +
        '(consider storing them in app_metadata or user_metadata. ' +
        'See "Users Metadata" in https://auth0.com/docs/api/v2/changes for more details)\'.',
    )
    expect(said({ user_id: 'x' })).toContain('Additional properties not allowed: user_id')
  })
})

describe('changes in one call', () => {
  it.each([
    [{ password: 'x', email: 'y@example.com' }, 'password and email'],
    [{ password: 'x', email_verified: true }, 'password and email_verified'],
    [{ username: 'x', email: null }, 'username and email'],
    [{ username: 'x', email_verified: false }, 'username and email_verified'],
    [{ username: 'x', password: 'y' }, 'username and password'],
  ])('V68: %j cannot be made', (body, names) => {
    expect(() => refuseSimultaneousChanges(body)).toThrow(
      expect.objectContaining({ statusCode: 400, message: `Cannot update ${names} simultaneously` }),
    )
  })

  it('may be any others', () => {
    expect(() => refuseSimultaneousChanges({ email: 'a@example.com', email_verified: true, name: 'A' })).not.toThrow()
  })
})
