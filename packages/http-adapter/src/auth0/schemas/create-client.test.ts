import { describe, expect, it } from 'vitest'
import { readQuery } from '../read-query'
import { validationMessage } from '../validation-messages'
import { CreateClientBody } from './create-client'
import { ListClientsQuery } from './list-clients'
import { UpdateClientBody } from './update-client'

const created = (body: unknown) => validationMessage('payload', CreateClientBody, body)
const updated = (body: unknown) => validationMessage('payload', UpdateClientBody, body)
const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']))

describe('the body of POST /clients', () => {
  it('V78: takes a name and metadata', () => {
    expect(created({ name: 'M', client_metadata: { bar: 'baz', foo: 'zoo' } })).toBeUndefined()
  })

  it('takes what was recorded', () => {
    expect(
      created({
        name: 'Test Client (Apr 18 00:06:12.873)',
        description: 'This is just a test client.',
        jwt_configuration: { alg: 'RS256' },
        organization_usage: 'allow',
        client_authentication_methods: { private_key_jwt: { credentials: [] } },
        skip_non_verifiable_callback_uri_confirmation_prompt: true,
      }),
    ).toBeUndefined()
  })

  it('V83: demands a name', () => {
    expect(created({})).toBe("Payload validation error: 'Missing required property: name'.")
  })

  it('V84: takes no angle brackets in the name', () => {
    expect(created({ name: '<x>' })).toMatch(
      /^Payload validation error: 'String does not match pattern \^\[\^<>\]\+\$: <x>' on property name \(.+\)\.$/,
    )
  })

  it('V85: takes at most ten pairs of metadata', () => {
    expect(created({ name: 'M', client_metadata: pairs(10) })).toBeUndefined()
    expect(created({ name: 'M', client_metadata: pairs(11) })).toMatch(
      /^Payload validation error: 'Too many properties defined \(11\), maximum 10' on property client_metadata \(.+\)\.$/,
    )
  })

  it('V86: knows the kinds of client', () => {
    expect(created({ name: 'M', app_type: 'zzz' })).toMatch(
      /^Payload validation error: 'Invalid property "zzz"' on property app_type \(.+\)\.$/,
    )
  })

  it('takes only short strings for metadata', () => {
    expect(created({ name: 'M', client_metadata: { k: 1 } })).toBe(
      "Payload validation error: 'Expected type string,null but found type integer' on property client_metadata.k.",
    )
    expect(created({ name: 'M', client_metadata: { k: 'v'.repeat(256) } })).toBe(
      "Payload validation error: 'String is too long (256 chars), maximum 255' on property client_metadata.k.",
    )
  })

  it.each(['a.b', 'a$', '{a}', 'a;b', 'a!', 'ä', 'k'.repeat(256)])('takes no metadata called %s', (name) => {
    expect(created({ name: 'M', client_metadata: { [name]: 'v' } })).toContain(
      `'Additional properties not allowed: ${name}' on property client_metadata (`,
    )
  })

  it('takes every character metadata names may have', () => {
    expect(created({ name: 'M', client_metadata: { 'aZ09:,-+=_*?"/\\()<>@\t ': 'v' } })).toBeUndefined()
  })
})

describe('the body of PATCH /clients/{id}', () => {
  it('V79, V80, V81: takes null to remove metadata', () => {
    expect(updated({ client_metadata: { bar: null, foo: 'new' } })).toBeUndefined()
  })

  it('V87: is never empty', () => {
    expect(updated({})).toBe("Payload validation error: 'Too few properties defined (0), minimum 1'.")
  })

  it('V88: changes nothing read-only', () => {
    for (const name of ['client_id', 'is_global', 'tenant', 'global']) {
      expect(updated({ [name]: 'x' })).toBe(`Payload validation error: 'Additional properties not allowed: ${name}'.`)
    }
  })

  it('V89: does not take null for all metadata', () => {
    expect(updated({ client_metadata: null })).toMatch(
      /'Expected type object but found type null' on property client_metadata \(.+\)\.$/,
    )
  })

  it('takes null for what may be unset', () => {
    expect(updated({ refresh_token: null, organization_usage: null, default_organization: null })).toBeUndefined()
  })
})

it('V92: the query of GET /clients is read', () => {
  expect({ ...readQuery(ListClientsQuery, 'include_totals=true&is_global=false&take=10&from=abc') }).toEqual({
    include_totals: true,
    is_global: false,
    take: 10,
    from: 'abc',
  })
})
