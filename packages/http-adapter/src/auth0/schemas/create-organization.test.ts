import { describe, expect, it } from 'vitest'
import { readQuery } from '../read-query'
import { validationMessage } from '../validation-messages'
import { ChangeMembersBody } from './change-members'
import { ChangeRolesBody } from './change-roles'
import { CreateOrganizationBody } from './create-organization'
import { ListMembersQuery } from './list-members'
import { ListOrganizationsQuery } from './list-organizations'
import { UpdateOrganizationBody } from './update-organization'

const created = (body: unknown) => validationMessage('payload', CreateOrganizationBody, body)
const updated = (body: unknown) => validationMessage('payload', UpdateOrganizationBody, body)
const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']))

describe('the body of POST /organizations', () => {
  it('V93: takes a name', () => {
    expect(created({ name: 'acme', display_name: 'Acme', branding: { logo_url: 'https://x.example/l.gif' } })).toBe(
      undefined,
    )
    expect(created({ name: '2-acme_b' })).toBeUndefined()
  })

  it('V102: takes no blank or capital in the name', () => {
    expect(created({ name: 'Bad Name' })).toMatch(
      /^Payload validation error: 'Object didn't pass validation for format organization-name: Bad Name' on property name \(.+\)\.$/,
    )
  })

  it('V103: takes only strings for metadata', () => {
    expect(created({ name: 'acme', metadata: { k: 1 } })).toBe(
      "Payload validation error: 'Expected type string,null but found type integer' on property metadata.k.",
    )
    expect(created({ name: 'acme', metadata: { k: 'v'.repeat(256) } })).toBe(
      "Payload validation error: 'String is too long (256 chars), maximum 255' on property metadata.k.",
    )
  })

  it('V104: takes at most 25 pairs of metadata', () => {
    expect(created({ name: 'acme', metadata: pairs(25) })).toBeUndefined()
    expect(created({ name: 'acme', metadata: pairs(26) })).toMatch(
      /'Too many properties defined \(26\), maximum 25' on property metadata \(.+\)\.$/,
    )
  })

  it('demands both colors', () => {
    expect(created({ name: 'acme', branding: { colors: { primary: '#fff' } } })).toBe(
      "Payload validation error: 'Missing required property: page_background' on property branding.colors.",
    )
  })
})

describe('the body of PATCH /organizations/{id}', () => {
  it('V94, V96, V97: takes any part', () => {
    for (const body of [{ metadata: { a: 'b' } }, { metadata: {} }, { name: 'new-org-name' }, {}]) {
      expect(updated(body)).toBeUndefined()
    }
  })

  it('changes no id', () => {
    expect(updated({ id: 'x' })).toBe("Payload validation error: 'Additional properties not allowed: id'.")
  })
})

describe('the body of POST and DELETE members', () => {
  it('V105: takes ids of users', () => {
    expect(validationMessage('payload', ChangeMembersBody, { members: ['auth0|u1'] })).toBeUndefined()
  })

  it('V109: names at least one', () => {
    expect(validationMessage('payload', ChangeMembersBody, { members: [] })).toMatch(
      /^Payload validation error: 'Array is too short \(0\), minimum 1' on property members \(.+\)\.$/,
    )
  })

  it('V113: roles likewise', () => {
    expect(validationMessage('payload', ChangeRolesBody, { roles: [''] })).toBe(
      "Payload validation error: 'String is too short (0 chars), minimum 1' on property roles[0].",
    )
  })
})

it('V107, V110: the queries of lists are read', () => {
  expect({ ...readQuery(ListMembersQuery, 'fields=user_id,roles&include_fields=true') }).toEqual({
    fields: 'user_id,roles',
    include_fields: true,
  })
  expect({ ...readQuery(ListOrganizationsQuery, 'take=2&include_totals=true&sort=name:-1') }).toEqual({
    take: 2,
    include_totals: true,
    sort: 'name:-1',
  })
})
