/** What was answered to earlier calls of a list, by their names. */
// biome-ignore lint/suspicious/noExplicitAny: calls take ids and codes out of answers whose shape is what they are about.
export type Seen = Readonly<Record<string, any>>

/** Who calls: who owns the instance, a machine without any role, or what no token tells. */
export type CallerName = 'owner' | 'nora' | 'unknown' | null

/** One call, in JSON. The calls of a list follow each other on one directory. */
export interface Call {
  /** By which later calls know its answer. Default: its method. */
  readonly name?: string
  /** `management.v1.ManagementService/GetUserByID`. */
  readonly method: string
  readonly request: object | ((seen: Seen) => object)
  /** Default: `owner`. */
  readonly caller?: CallerName
  readonly headers?: Readonly<Record<string, string>>
  /** What it ends with. Default: success. */
  readonly fails?: { readonly code: number; readonly id?: string; readonly message?: string }
}

type Rest = Omit<Call, 'method' | 'request'>

const call =
  (service: string) =>
  (method: string, request: Call['request'] = {}, rest: Rest = {}): Call => ({
    method: `${service}/${method}`,
    request,
    ...rest,
  })
const manage = call('management.v1.ManagementService')
const admin = call('admin.v1.AdminService')
const auth = call('auth.v1.AuthService')
const user = call('user.v2.UserService')
const org = call('org.v2.OrganizationService')

/** There before the first call. */
export const ids = { acme: '101', beta: 'beta', hugo: 'hugo', mia: 'mia', nora: 'nora' } as const

const { hugo, mia, nora, beta } = ids
const name = (firstName: string) => ({ firstName, lastName: 'L', preferredLanguage: 'de', gender: 'GENDER_DIVERSE' })
const listed = { query: { offset: '0', limit: 5, asc: true } }
const humanV2 = (givenName: string) => ({
  profile: { givenName, familyName: 'L' },
  email: { email: 'other@x.example', isVerified: true },
})
const noType = 'invalid CreateUserRequest.UserType: value is required'
const invalidToken = { code: 16, id: 'AUTH-7fs1e' }

/** Every method that is served, and every kind of failure. */
export const calls: readonly Call[] = [
  manage('GetMyOrg'),
  manage('AddOrg', { name: 'Gamma' }),
  manage('GetMyOrg', {}, { headers: { 'x-zitadel-orgid': beta } }),
  manage('UpdateOrg', { name: 'Beta & Söhne' }, { headers: { 'x-zitadel-orgid': beta } }),
  manage('DeactivateOrg', {}, { headers: { 'x-zitadel-orgid': beta } }),
  manage('ReactivateOrg', {}, { headers: { 'x-zitadel-orgid': beta } }),
  manage('ListOrgChanges', { query: { limit: 5, asc: true } }),
  manage('GetOrgByDomainGlobal', { domain: 'acme.localhost' }),
  manage('AddOrgDomain', { domain: 'one.example' }),
  manage('AddOrgDomain', { domain: 'two.example' }),
  manage('GenerateOrgDomainValidation', { domain: 'one.example', type: 'DOMAIN_VALIDATION_TYPE_DNS' }),
  manage('ValidateOrgDomain', { domain: 'one.example' }),
  manage('SetPrimaryOrgDomain', { domain: 'one.example' }),
  manage('ListOrgDomains', {
    ...listed,
    queries: [{ domainNameQuery: { name: 'one', method: 'TEXT_QUERY_METHOD_STARTS_WITH' } }],
  }),
  manage('RemoveOrgDomain', { domain: 'two.example' }),
  manage('GetDomainPolicy'),
  manage('AddHumanUser', {
    userName: 'carol',
    profile: name('Cärol'),
    email: { email: 'c@x.example', isEmailVerified: true },
    phone: { phone: '+41791234567', isPhoneVerified: true },
  }),
  manage('ImportHumanUser', { userName: 'dora', profile: name('Dora'), email: { email: 'd@x.example' } }),
  manage('AddMachineUser', {
    userName: 'bot',
    name: 'Bot',
    description: 'of ours',
    accessTokenType: 'ACCESS_TOKEN_TYPE_JWT',
  }),
  manage('GetUserByID', ({ AddHumanUser }) => ({ id: AddHumanUser.userId })),
  manage('GetUserByID', { id: mia }, { name: 'machine' }),
  manage('GetUserByLoginNameGlobal', { loginName: 'carol' }),
  manage('ListUsers', {
    ...listed,
    sortingColumn: 'USER_FIELD_NAME_USER_NAME',
    queries: [{ typeQuery: { type: 'TYPE_HUMAN' } }],
  }),
  manage('ListUsers', {
    queries: [
      {
        orQuery: {
          queries: [
            { userNameQuery: { userName: 'CAR', method: 'TEXT_QUERY_METHOD_CONTAINS_IGNORE_CASE' } },
            { notQuery: { query: { stateQuery: { state: 'USER_STATE_ACTIVE' } } } },
          ],
        },
      },
    ],
  }),
  manage('ListUserChanges', { query: { limit: 5, asc: true }, userId: hugo }),
  manage('IsUserUnique', { userName: 'carol', email: 'c@x.example' }),
  manage('GetHumanProfile', { userId: hugo }),
  manage('UpdateHumanProfile', { userId: hugo, ...name('Hugo'), displayName: 'H' }),
  manage('GetHumanEmail', { userId: hugo }),
  manage('UpdateHumanEmail', { userId: hugo, email: 'h2@x.example' }),
  manage('ResendHumanEmailVerification', { userId: hugo }),
  manage('UpdateHumanPhone', { userId: hugo, phone: '+41791234568' }),
  manage('GetHumanPhone', { userId: hugo }),
  manage('ResendHumanPhoneVerification', { userId: hugo }),
  manage('RemoveHumanPhone', { userId: hugo }),
  manage(
    'AddHumanUser',
    { userName: 'emil', profile: name('Emil'), email: { email: 'e@x.example' } },
    { name: 'emil' },
  ),
  manage('ResendHumanInitialization', ({ emil }) => ({ userId: emil.userId, email: 'e2@x.example' })),
  manage('UpdateUserName', { userId: hugo, userName: 'hugo2' }),
  manage('UpdateMachine', { userId: mia, name: 'Mia 2', description: 'x', accessTokenType: 1 }),
  manage('DeactivateUser', { id: mia }),
  manage('ReactivateUser', { id: mia }),
  manage('LockUser', { id: mia }),
  manage('UnlockUser', { id: mia }),
  manage('SetUserMetadata', { id: mia, key: 'plan', value: 'cHJv' }),
  manage('BulkSetUserMetadata', {
    id: mia,
    metadata: [
      { key: 'a', value: 'AQID' },
      { key: 'b', value: 'eA==' },
    ],
  }),
  manage('ListUserMetadata', { id: mia, ...listed, queries: [{ keyQuery: { key: 'plan' } }] }),
  manage('GetUserMetadata', { id: mia, key: 'plan' }),
  manage('RemoveUserMetadata', { id: mia, key: 'plan' }),
  manage('BulkRemoveUserMetadata', { id: mia, keys: ['a', 'b'] }),
  manage('AddPersonalAccessToken', { userId: mia, expirationDate: '2030-02-03T04:05:06.789Z' }),
  manage('GetPersonalAccessTokenByIDs', ({ AddPersonalAccessToken: { tokenId } }) => ({ userId: mia, tokenId })),
  manage('ListPersonalAccessTokens', { userId: mia, ...listed }),
  manage('RemovePersonalAccessToken', ({ AddPersonalAccessToken: { tokenId } }) => ({ userId: mia, tokenId })),
  manage('ListUserMemberships', { userId: mia, ...listed }),
  manage('SetOrgMetadata', { key: 'color', value: 'cmVk' }),
  manage('BulkSetOrgMetadata', { metadata: [{ key: 'size', value: 'bGFyZ2U=' }] }),
  manage('ListOrgMetadata', listed),
  manage('GetOrgMetadata', { key: 'color' }),
  manage('RemoveOrgMetadata', { key: 'color' }),
  manage('BulkRemoveOrgMetadata', { keys: ['size'] }),
  manage('ListOrgMemberRoles'),
  manage('AddOrgMember', { userId: mia, roles: ['ORG_OWNER_VIEWER'] }),
  manage('UpdateOrgMember', { userId: mia, roles: ['ORG_OWNER'] }),
  manage('ListOrgMembers', { ...listed, queries: [{ userIdQuery: { userId: mia } }] }),
  manage('RemoveOrgMember', { userId: mia }),
  admin('ListIAMMemberRoles'),
  admin('AddIAMMember', { userId: mia, roles: ['IAM_OWNER_VIEWER'] }),
  admin('UpdateIAMMember', { userId: mia, roles: ['IAM_OWNER'] }),
  admin('ListIAMMembers', listed),
  admin('RemoveIAMMember', { userId: mia }),
  admin('GetOrgByID', { id: beta }),
  admin('IsOrgUnique', { name: 'Delta', domain: 'delta.example' }),
  admin('SetDefaultOrg', { orgId: beta }),
  admin('GetDefaultOrg'),
  admin('SetDefaultOrg', { orgId: ids.acme }),
  admin('ListOrgs', { ...listed, sortingColumn: 'ORG_FIELD_NAME_NAME' }),
  admin('SetUpOrg', {
    org: { name: 'Delta' },
    human: { userName: 'dan', profile: name('Dan'), email: { email: 'dan@x.example', isEmailVerified: true } },
    roles: ['ORG_OWNER'],
  }),
  admin('RemoveOrg', ({ SetUpOrg }) => ({ orgId: SetUpOrg.orgId })),
  admin('GetDomainPolicy'),
  admin('ListEventTypes'),
  admin('ListAggregateTypes'),
  admin('ListEvents', { limit: 4, asc: true, aggregateTypes: ['user'], range: { since: '2026-01-01T00:00:00Z' } }),
  auth('GetMyUser'),
  auth('GetMyUser', {}, { name: 'nora', caller: 'nora' }),
  auth('ListMyMetadata', {}, { caller: 'nora' }),
  auth('GetMyMetadata', { key: 'plan' }, { caller: 'nora' }),
  auth('ListMyZitadelPermissions'),
  auth('ListMyMemberships'),
  user(
    'AddHumanUser',
    {
      username: 'v2',
      organization: { orgId: ids.acme },
      profile: { givenName: 'V', familyName: 'Two', nickName: '', preferredLanguage: 'en' },
      email: { email: 'v2@x.example', returnCode: {} },
      phone: { phone: '+41710000000', returnCode: {} },
      metadata: [{ key: 'k', value: 'eA==' }],
    },
    { name: 'v2' },
  ),
  user('GetUserByID', ({ v2 }) => ({ userId: v2.userId })),
  user('ListUsers', { query: { limit: 3 }, queries: [{ emailQuery: { emailAddress: 'v2@x.example' } }] }),
  user('UpdateHumanUser', ({ v2 }) => ({ userId: v2.userId, profile: { givenName: 'W', familyName: 'Two' } })),
  user('VerifyEmail', ({ v2 }) => ({ userId: v2.userId, verificationCode: v2.emailCode })),
  user('VerifyPhone', ({ v2 }) => ({ userId: v2.userId, verificationCode: v2.phoneCode })),
  user('SetEmail', ({ v2 }) => ({ userId: v2.userId, email: 'v3@x.example', sendCode: {} })),
  user('ResendEmailCode', ({ v2 }) => ({ userId: v2.userId, returnCode: {} })),
  user('SendEmailCode', ({ v2 }) => ({ userId: v2.userId, returnCode: {} })),
  user('SetPhone', ({ v2 }) => ({ userId: v2.userId, phone: '+41710000001', returnCode: {} })),
  user('ResendPhoneCode', ({ v2 }) => ({ userId: v2.userId, returnCode: {} })),
  user('RemovePhone', ({ v2 }) => ({ userId: v2.userId })),
  user('SetUserMetadata', ({ v2 }) => ({ userId: v2.userId, metadata: [{ key: 'l', value: 'eQ==' }] })),
  user('ListUserMetadata', ({ v2 }) => ({ userId: v2.userId, pagination: { limit: 1, asc: true } })),
  user('DeleteUserMetadata', ({ v2 }) => ({ userId: v2.userId, keys: ['l'] })),
  user('DeactivateUser', ({ v2 }) => ({ userId: v2.userId })),
  user('ReactivateUser', ({ v2 }) => ({ userId: v2.userId })),
  user('LockUser', ({ v2 }) => ({ userId: v2.userId })),
  user('UnlockUser', ({ v2 }) => ({ userId: v2.userId })),
  user('DeleteUser', ({ v2 }) => ({ userId: v2.userId })),
  user(
    'CreateUser',
    {
      organizationId: ids.acme,
      username: 'gina',
      human: {
        profile: { givenName: 'Gina', familyName: 'G', gender: 'GENDER_FEMALE' },
        email: { email: 'gina@x.example', returnCode: {} },
        phone: { phone: '+41710000007', isVerified: true },
        password: { password: 'p' },
        idpLinks: [{ idpId: 'i', userId: 'u', userName: 'n' }],
        totpSecret: 's',
        metadata: [{ key: 'k', value: 'eA==' }],
      },
    },
    { name: 'gina' },
  ),
  user('GetUserByID', ({ gina }) => ({ userId: gina.id }), { name: 'gina is there' }),
  user('ListUserMetadata', ({ gina }) => ({ userId: gina.id }), { name: 'with metadata' }),
  user('CreateUser', { organizationId: ids.acme, machine: { name: 'Robo', description: 'of v2' } }, { name: 'robo' }),
  user('GetUserByID', ({ robo }) => ({ userId: robo.id }), { name: 'robo is there' }),
  user('UpdateUser', ({ gina }) => ({
    userId: gina.id,
    username: 'gina2',
    human: { profile: { givenName: 'G' }, phone: { phone: '' }, email: { email: 'g2@x.example', returnCode: {} } },
  })),
  user('UpdateUser', ({ robo }) => ({ userId: robo.id, machine: { name: 'R', description: '' } }), { name: 'of robo' }),
  user('UpdateUser', ({ robo }) => ({ userId: robo.id, machine: { name: 'R' } }), { name: 'the same again' }),
  user('AddPersonalAccessToken', ({ robo }) => ({ userId: robo.id, expirationDate: '2031-02-03T04:05:06.789Z' }), {
    name: 'pat',
  }),
  user('ListPersonalAccessTokens', {}, { name: 'all tokens' }),
  user('ListPersonalAccessTokens', {}, { name: 'own tokens', caller: 'nora' }),
  user('ListPersonalAccessTokens', ({ robo }) => ({
    pagination: { limit: 1, asc: true },
    sortingColumn: 'PERSONAL_ACCESS_TOKEN_FIELD_NAME_EXPIRATION_DATE',
    filters: [
      { userIdFilter: { id: robo.id } },
      { expirationDateFilter: { timestamp: '2031-02-03T04:05:06.789Z', method: 'TIMESTAMP_FILTER_METHOD_EQUALS' } },
    ],
  })),
  user('RemovePersonalAccessToken', ({ robo, pat }) => ({ userId: robo.id, tokenId: pat.tokenId })),
  org('AddOrganization', { name: 'Epsilon', admins: [{ userId: hugo, roles: ['ORG_OWNER'] }] }),
  org('ListOrganizations', { query: { limit: 2 }, queries: [{ defaultQuery: {} }] }),

  manage('GetMyOrg', {}, { name: 'no token', caller: null, fails: { code: 16, message: 'auth header missing' } }),
  manage('GetMyOrg', {}, { name: 'unknown token', caller: 'unknown', fails: invalidToken }),
  manage(
    'GetMyOrg',
    {},
    { name: 'no bearer', caller: null, headers: { authorization: 'Basic eA==' }, fails: invalidToken },
  ),
  manage('GetMyOrg', {}, { name: 'no membership', caller: 'nora', fails: { code: 5, id: 'AUTHZ-cdgFk' } }),
  manage(
    'GetMyOrg',
    {},
    { name: 'unknown org', headers: { 'x-zitadel-orgid': 'none' }, fails: { code: 7, id: 'AUTH-Bs7Ds' } },
  ),
  manage('AddOrgMember', { userId: nora, roles: ['ORG_OWNER_VIEWER'] }, { name: 'viewer' }),
  manage('RemoveUser', { id: mia }, { name: 'no permission', caller: 'nora', fails: { code: 7, id: 'AUTH-5mWD2' } }),
  manage(
    'GetUserByID',
    { id: 'x'.repeat(201) },
    {
      name: 'field rule',
      fails: {
        code: 3,
        message: 'invalid GetUserByIDRequest.Id: value length must be between 1 and 200 runes, inclusive',
      },
    },
  ),
  manage(
    'SetUserMetadata',
    { id: mia, key: 'k' },
    { name: 'denied before the field rule', caller: 'unknown', fails: invalidToken },
  ),
  manage(
    'SetUserMetadata',
    { id: mia, key: 'k' },
    { name: 'no permission before the field rule', caller: 'nora', fails: { code: 7, id: 'AUTH-5mWD2' } },
  ),
  manage('AddHumanUser', { userName: 'x' }, { name: 'absent message', fails: { code: 3 } }),
  manage('AddMachineUser', { userName: 'bot', name: 'Bot' }, { name: 'taken', fails: { code: 6, id: 'V3-DKcYh' } }),
  manage('GetUserByID', { id: 'none' }, { name: 'not found', fails: { code: 5, id: 'QUERY-Dfbg2' } }),
  manage('RemoveHumanPhone', { userId: hugo }, { name: 'not there', fails: { code: 5 } }),
  manage('ReactivateUser', { id: mia }, { name: 'precondition', fails: { code: 9 } }),
  manage('ListUsers', { query: { limit: 1001 } }, { name: 'too long a page', fails: { code: 3 } }),
  manage('SetUserMetadata', { id: mia, key: '日本 %', value: '' }, { name: 'empty value', fails: { code: 3 } }),
  manage('GetUserMetadata', { id: mia, key: '日本 %' }, { name: 'unknown key', fails: { code: 5, id: 'QUERY-Rgh32' } }),
  user('VerifyEmail', { userId: hugo, verificationCode: 'wrong' }, { name: 'wrong code', fails: { code: 3 } }),

  user('CreateUser', {}, { name: 'nothing to create', fails: { code: 3 } }),
  user('CreateUser', { organizationId: ids.acme }, { name: 'no type', fails: { code: 3, message: noType } }),
  user(
    'CreateUser',
    { organizationId: 'none', machine: { name: 'M' } },
    { name: 'in no org', fails: { code: 9, id: 'COMMAND-QXPGs' } },
  ),
  user(
    'CreateUser',
    { organizationId: beta, machine: { name: 'M' } },
    { name: 'in a foreign org', caller: 'nora', fails: { code: 9, id: 'COMMAND-QXPGs' } },
  ),
  user(
    'CreateUser',
    { organizationId: ids.acme, machine: { name: 'M' } },
    { name: 'by a viewer', caller: 'nora', fails: { code: 7, id: 'AUTH-AWfge' } },
  ),
  user(
    'CreateUser',
    { organizationId: ids.acme, userId: hugo, human: humanV2('other') },
    { name: 'human of an id that is taken', fails: { code: 9, id: 'COMMAND-7yiox1isql' } },
  ),
  user(
    'CreateUser',
    { organizationId: ids.acme, userId: hugo, machine: { name: 'M' } },
    { name: 'machine of an id that is taken', fails: { code: 9, id: 'COMMAND-k2una' } },
  ),
  user(
    'CreateUser',
    { organizationId: ids.acme, username: 'hugo2', human: humanV2('other') },
    { name: 'of a name that is taken', fails: { code: 6, id: 'V3-DKcYh' } },
  ),
  user(
    'CreateUser',
    { organizationId: ids.acme, username: ' ', human: humanV2('other') },
    { name: 'of a blank name', fails: { code: 3, id: 'V2-zzad3' } },
  ),
  user(
    'UpdateUser',
    { userId: hugo },
    { name: 'neither', fails: { code: 12, message: 'user type is not implemented ()' } },
  ),
  user(
    'UpdateUser',
    { userId: 'none', human: {} },
    { name: 'unknown human', fails: { code: 5, id: 'COMMAND-ugjs0upun6' } },
  ),
  user(
    'UpdateUser',
    { userId: hugo, username: 'x', machine: {} },
    { name: 'human as a machine', fails: { code: 5, id: 'COMMAND-ugjs0upun6' } },
  ),
  user(
    'UpdateUser',
    { userId: mia, username: 'x', human: {} },
    { name: 'machine as a human', fails: { code: 5, id: 'COMMAND-ugjs0upun6' } },
  ),
  user(
    'UpdateUser',
    { userId: hugo, human: { phone: { phone: '', returnCode: {} } } },
    { name: 'verifying what is removed', fails: { code: 3, id: 'USERv2-4f3d6' } },
  ),
  user(
    'UpdateUser',
    { userId: hugo, human: { password: { currentPassword: 'p' } } },
    { name: 'no password', fails: { code: 3, id: 'COMMAND-3klek4sbns' } },
  ),
  user(
    'UpdateUser',
    { userId: hugo, human: { phone: { phone: 'none' } } },
    { name: 'no phone number', fails: { code: 3, id: 'PHONE-so0wa' } },
  ),
  user('UpdateUser', { userId: hugo, username: 'v2@one.example', human: {} }, { name: 'name of a domain of the org' }),
  user(
    'UpdateUser',
    { userId: hugo, username: 'h@gamma.localhost', human: {} },
    { name: 'name of a foreign domain', fails: { code: 3, id: 'COMMAND-Di2ei' } },
  ),
  user(
    'AddPersonalAccessToken',
    { userId: mia },
    {
      name: 'without an end',
      fails: { code: 3, message: 'invalid AddPersonalAccessTokenRequest.ExpirationDate: value is required' },
    },
  ),
  user(
    'AddPersonalAccessToken',
    { userId: mia, expirationDate: '2020-01-01T00:00:00Z' },
    { name: 'ended before', fails: { code: 3, id: 'DOMAIN-dv3t5' } },
  ),
  user(
    'AddPersonalAccessToken',
    { userId: 'none', expirationDate: '2031-01-01T00:00:00Z' },
    { name: 'of nobody', fails: { code: 9, id: 'COMMAND-Dggw2' } },
  ),
  user(
    'AddPersonalAccessToken',
    { userId: hugo, expirationDate: '2031-01-01T00:00:00Z' },
    { name: 'of a human', fails: { code: 9, id: 'COMMAND-Df2f1' } },
  ),
  user(
    'RemovePersonalAccessToken',
    { userId: mia, tokenId: 'none' },
    { name: 'no such token', fails: { code: 5, id: 'COMMAND-4m77G' } },
  ),
  user(
    'RemovePersonalAccessToken',
    { userId: 'none', tokenId: 'none' },
    { name: 'token of nobody', fails: { code: 5, id: 'COMMAND-4m77G' } },
  ),
  user(
    'ListPersonalAccessTokens',
    { pagination: { limit: 1001 } },
    { name: 'too many tokens', fails: { code: 3, id: 'QUERY-4M0fs' } },
  ),
  user('ListPersonalAccessTokens', { filters: [{}] }, { name: 'a filter of nothing', fails: { code: 3 } }),

  manage(
    'SetUserMetadata',
    { id: mia, key: 'once', value: 'eA==' },
    { name: 'keyed', headers: { 'idempotency-key': 'k1' } },
  ),
  manage(
    'SetUserMetadata',
    { id: mia, key: 'once', value: 'eA==' },
    { name: 'keyed again', headers: { 'idempotency-key': 'k1' } },
  ),
  manage(
    'SetUserMetadata',
    { id: mia, key: 'once', value: 'eQ==' },
    {
      name: 'key reused',
      headers: { 'idempotency-key': 'k1' },
      fails: { code: 9 },
    },
  ),
  manage(
    'SetUserMetadata',
    { id: mia, key: 'once', value: 'eA==' },
    {
      name: 'malformed key',
      headers: { 'idempotency-key': '"' },
      fails: { code: 3, message: 'Idempotency-Key cannot be understood' },
    },
  ),
  manage(
    'SetUserMetadata',
    { id: mia, key: 'once', value: 'eA==' },
    {
      name: 'only where there is none',
      headers: { 'if-none-match': '*' },
      fails: { code: 9 },
    },
  ),
  manage('RemoveUser', { id: mia }),
  manage('RemoveOrg', {}, { headers: { 'x-zitadel-orgid': beta } }),
]
