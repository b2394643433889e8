import { describe, expect, it } from 'vitest'
import { type Contract, requestNameOf, responseNameOf } from './contract'
import { zitadelContract } from './contract.generated'
import { layoutOf } from './message-layout'

const contract: Contract = zitadelContract

describe('the contract', () => {
  it('holds the request and the response of every method', () => {
    const names = Object.keys(contract.methods).flatMap((method) => [requestNameOf(method), responseNameOf(method)])

    expect(names.filter((name) => contract.messages[name] === undefined)).toEqual([])
  })

  it('holds every message and enum that a field names', () => {
    const fields = Object.values(contract.messages).flatMap((message) => Object.values(message))

    const dangling = fields.filter(({ kind, of = '' }) => {
      if (kind === 'message') return contract.messages[of] === undefined
      return kind === 'enum' && contract.enums[of] === undefined
    })

    expect(dangling).toEqual([])
  })

  it('gives every path variable a text field of the request', () => {
    for (const [name, method] of Object.entries(contract.methods)) {
      const layout = layoutOf(contract, requestNameOf(name))
      for (const [, variable = ''] of (method.path ?? '').matchAll(/\{([^}]+)\}/g)) {
        expect(layout.byName.get(variable)?.kind, `${name} ${variable}`).toBe('string')
      }
    }
  })

  it('states route, permission and body rule as the descriptors do', () => {
    expect(zitadelContract.methods['management.v1.ManagementService/BulkRemoveUserMetadata']).toEqual({
      httpMethod: 'DELETE',
      path: '/management/v1/users/{id}/metadata/_bulk',
      body: '*',
      permission: 'user.write',
    })
    expect(zitadelContract.methods['user.v2.UserService/AddHumanUser']).toEqual({
      httpMethod: 'POST',
      path: '/v2/users/human',
      body: '*',
      permission: 'user.write',
      orgField: 'organization',
    })
    expect(zitadelContract.methods['org.v2.OrganizationService/AddOrganization']).toMatchObject({ successStatus: 201 })
  })

  it('knows methods that the descriptors give no path', () => {
    const without = Object.entries(contract.methods).filter(([, { path }]) => path === undefined)

    expect(without.map(([name, { httpMethod }]) => [name, httpMethod])).toEqual([
      ['user.v2.UserService/CreateUser', undefined],
      ['user.v2.UserService/UpdateUser', undefined],
      ['user.v2.UserService/AddPersonalAccessToken', undefined],
      ['user.v2.UserService/RemovePersonalAccessToken', undefined],
      ['user.v2.UserService/ListPersonalAccessTokens', undefined],
    ])
  })

  it('leaves no method but the health checks open to everyone', () => {
    const open = Object.entries(contract.methods).filter(([, method]) => method.permission === undefined)

    expect(open.map(([name]) => name.replace(/^.*\//, ''))).toEqual(['Healthz', 'Healthz', 'Healthz'])
  })
})
