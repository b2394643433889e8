import { describe, expect, it } from 'vitest'
import type { MessageName } from './contract'
import { zitadelContract } from './contract.generated'
import { checkRules } from './field-rules'
import { decodeMessage } from './proto-json'

type Name = MessageName<typeof zitadelContract>

const broken = (name: Name, json: unknown) =>
  checkRules(zitadelContract, name, decodeMessage(zitadelContract, name, json))

const human = {
  userName: 't1',
  profile: { firstName: 'A', lastName: 'B' },
  email: { email: 'a@b.ch' },
}

describe('checkRules', () => {
  it('finds nothing in a valid request', () => {
    expect(broken('management.v1.AddHumanUserRequest', human)).toBeUndefined()
  })

  it('vector 6: asks for a required message', () => {
    expect(broken('management.v1.AddHumanUserRequest', { ...human, email: null })).toBe(
      'invalid AddHumanUserRequest.Email: value is required',
    )
  })

  it('vector 7: names the way into an embedded message', () => {
    const request = { ...human, profile: { firstName: '', lastName: 'B' } }

    expect(broken('management.v1.AddHumanUserRequest', request)).toBe(
      'invalid AddHumanUserRequest.Profile: embedded message failed validation | caused by: ' +
        'invalid AddHumanUserRequest_Profile.FirstName: value length must be between 1 and 200 runes, inclusive',
    )
  })

  it('vector 9: asks for the prefix of a phone number', () => {
    expect(broken('management.v1.AddHumanUserRequest', { ...human, phone: { phone: '0710000000' } })).toBe(
      'invalid AddHumanUserRequest.Phone: embedded message failed validation | caused by: ' +
        'invalid AddHumanUserRequest_Phone.Phone: value does not have prefix "+"',
    )
  })

  it('vector 33: counts the bytes of a value', () => {
    const reason = 'invalid SetUserMetadataRequest.Value: value length must be between 1 and 500000 bytes, inclusive'
    const ofLength = (length: number) => ({ id: 'u', key: 'k', value: Buffer.alloc(length).toString('base64') })

    expect(broken('management.v1.SetUserMetadataRequest', { id: 'u', key: 'k' })).toBe(reason)
    expect(broken('management.v1.SetUserMetadataRequest', ofLength(500_000))).toBeUndefined()
    expect(broken('management.v1.SetUserMetadataRequest', ofLength(500_001))).toBe(reason)
  })

  it('vector 34: counts the code points of a key', () => {
    const withKey = (key: string) => broken('management.v1.SetUserMetadataRequest', { id: 'u', key, value: 'YQ==' })

    expect(withKey('👍'.repeat(200))).toBeUndefined()
    expect(withKey('a'.repeat(200))).toBeUndefined()
    for (const key of ['', 'a'.repeat(201), '👍'.repeat(201), `${'👍'.repeat(200)}a`]) {
      expect(withKey(key)).toBe(
        'invalid SetUserMetadataRequest.Key: value length must be between 1 and 200 runes, inclusive',
      )
    }
  })

  it('vector 39: asks for a member of a oneof, and numbers list elements', () => {
    expect(broken('management.v1.ListUserMetadataRequest', { id: 'u', queries: [{}] })).toBe(
      'invalid ListUserMetadataRequest.Queries[0]: embedded message failed validation | caused by: ' +
        'invalid MetadataQuery.Query: value is required',
    )
  })

  it('vector 43: checks every entry of a bulk write', () => {
    const metadata = [
      { key: 'a', value: 'MQ==' },
      { key: '', value: 'Mg==' },
    ]

    expect(broken('management.v1.BulkSetUserMetadataRequest', { id: 'u', metadata })).toBe(
      'invalid BulkSetUserMetadataRequest.Metadata[1]: embedded message failed validation | caused by: ' +
        'invalid BulkSetUserMetadataRequest_Metadata.Key: value length must be between 1 and 200 runes, inclusive',
    )
  })

  it('orgs vector 17: refuses an org without a name', () => {
    expect(broken('management.v1.AddOrgRequest', { name: '' })).toBe(
      'invalid AddOrgRequest.Name: value length must be between 1 and 200 runes, inclusive',
    )
  })

  it('reports the first field that breaks a rule', () => {
    expect(broken('management.v1.AddHumanUserRequest', {})).toMatch(/^invalid AddHumanUserRequest\.UserName: /)
  })

  it('repeats what the mail parser says', () => {
    expect(broken('management.v1.UpdateHumanEmailRequest', { userId: 'u', email: 'jane' })).toBe(
      'invalid UpdateHumanEmailRequest.Email: value must be a valid email address | caused by: ' +
        "mail: missing '@' or angle-addr",
    )
  })

  it.each<[Name, object, string]>([
    [
      'management.v1.UpdateHumanProfileRequest',
      { userId: 'u', firstName: 'a', lastName: 'b', displayName: 'c', nickName: 'n'.repeat(201) },
      'invalid UpdateHumanProfileRequest.NickName: value length must be at most 200 runes',
    ],
    [
      'management.v1.BulkRemoveUserMetadataRequest',
      { id: 'u', keys: ['a', ''] },
      'invalid BulkRemoveUserMetadataRequest.Keys[1]: value length must be between 1 and 200 runes, inclusive',
    ],
    [
      'admin.v1.ListEventsRequest',
      { aggregateTypes: Array.from({ length: 11 }, () => 'org') },
      'invalid ListEventsRequest.AggregateTypes: value must contain no more than 10 item(s)',
    ],
    ['user.v1.StateQuery', { state: 99 }, 'invalid StateQuery.State: value must be one of the defined enum values'],
    [
      'management.v1.GenerateOrgDomainValidationRequest',
      { domain: 'd' },
      'invalid GenerateOrgDomainValidationRequest.Type: value must not be in list [0]',
    ],
    [
      'user.v2.SetEmailRequest',
      { userId: 'u', email: 'a@b.ch', isVerified: false },
      'invalid SetEmailRequest.IsVerified: value must equal true',
    ],
    [
      'management.v1.AddMachineUserRequest',
      { userName: 'm', name: 'n', userId: '' },
      'invalid AddMachineUserRequest.UserId: value length must be between 1 and 200 runes, inclusive',
    ],
  ])('%s: %j', (name, json, text) => {
    expect(broken(name, json)).toBe(text)
  })

  it('takes an undefined number for an enum without the rule', () => {
    const request = { ...human, profile: { ...human.profile, gender: 99 } }

    expect(broken('management.v1.AddHumanUserRequest', request)).toBeUndefined()
  })

  it('lets a field be empty whose rules say so, and nothing else', () => {
    const withEmail = (email: string) =>
      broken('management.v1.ResendHumanInitializationRequest', { userId: 'u', email })

    expect(withEmail('')).toBeUndefined()
    expect(withEmail('a@b.ch')).toBeUndefined()
    expect(withEmail(' ')).toMatch(/^invalid ResendHumanInitializationRequest\.Email: value must be a valid email/)
  })

  it('does not ask for an optional field that is absent', () => {
    expect(broken('management.v1.AddMachineUserRequest', { userName: 'm', name: 'n' })).toBeUndefined()
  })
})
