import { hostAnswer } from './hosts'

/** One request to a face, word for word. The calls of a list follow each other on one directory. */
export interface FaceCall {
  readonly name: string
  readonly method: string
  /** Below the mount point, as it goes over the wire. */
  readonly path: string
  /** Default: `owner`. `null`: none. */
  readonly token?: TokenName | null
  /** Several values are several lines. `content-type` is `application/json` unless it is here, where there is a body. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Uint8Array
  /** What the answer must be, beside equal on every host. `body` may leave members out. */
  readonly answer?: {
    readonly status: number
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: object
    readonly text?: string
  }
}

/** The callers: who owns the instance, who may nothing, and Auth0's tokens with and without enough scopes. */
export type TokenName = 'owner' | 'nobody' | 'allScopes' | 'onlyReads' | 'expired'

/** The default org: the first id that is made. */
export const acmeId = '101'

/** A machine of the default org, there before the first call. */
export const adaId = '221394883748061187'

/** Longest body that the directories of these tests take. */
export const maxBodyBytes = 65_536

/** Longest path and query that they take. */
export const maxUrlLength = 2_000

const ada = `/management/v1/users/${adaId}`
const adaMetadata = `${ada}/metadata`
/** For calls that a host may keep from the face: nothing else depends on what they write. */
const nobodysMetadata = '/management/v1/users/nobody/metadata'
const tooLong = JSON.stringify({ value: 'A'.repeat(maxBodyBytes) })
const manyHeaders = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`x-flood-${index}`, 'x']))
const invalidHeader = {
  status: 401,
  headers: { 'content-type': 'application/json', 'www-authenticate': 'invalid auth header (AUTH-7fs1e)' },
  body: { code: 16, message: 'invalid auth header (AUTH-7fs1e)' },
} as const

/** What ZITADEL's clients send, and what they do wrong. */
export const zitadelCalls: readonly FaceCall[] = [
  {
    name: 'sets several entries',
    method: 'POST',
    path: `${adaMetadata}/_bulk`,
    body: JSON.stringify({
      metadata: [
        { key: 'plan', value: 'Z29sZA==' },
        { key: 'seats', value: 'Mw==' },
      ],
    }),
    answer: {
      status: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: { details: { sequence: '3', resourceOwner: acmeId } },
    },
  },
  {
    name: 'sets several entries in the org it names',
    method: 'POST',
    path: `${adaMetadata}/_bulk`,
    headers: { 'x-zitadel-orgid': acmeId },
    body: JSON.stringify({ metadata: [{ key: 'team', value: 'Ymx1ZQ==' }] }),
    answer: { status: 200, body: { details: { sequence: '4' } } },
  },
  {
    name: 'sets one entry',
    method: 'POST',
    path: `${adaMetadata}/color`,
    body: '{"value":"cmVk"}',
    answer: { status: 200, body: { details: { sequence: '5' } } },
  },
  {
    name: 'sets one entry in the org it names',
    method: 'POST',
    path: `${adaMetadata}/color`,
    headers: { 'x-zitadel-orgid': acmeId, 'content-type': 'application/json; charset=utf-8' },
    body: '{"value":"Ymx1ZQ=="}',
    answer: { status: 200, body: { details: { sequence: '6' } } },
  },
  {
    name: 'reads an entry',
    method: 'GET',
    path: `${adaMetadata}/plan`,
    answer: { status: 200, body: { metadata: { key: 'plan', value: 'Z29sZA==' } } },
  },
  {
    name: 'reads an entry in the org it names',
    method: 'GET',
    path: `${adaMetadata}/color`,
    headers: { 'x-zitadel-orgid': acmeId },
    answer: { status: 200, body: { metadata: { key: 'color', value: 'Ymx1ZQ==' } } },
  },
  {
    name: 'searches entries',
    method: 'POST',
    path: `${adaMetadata}/_search`,
    body: '{"query":{"limit":10,"asc":true},"queries":[{"keyQuery":{"key":"s","method":"TEXT_QUERY_METHOD_STARTS_WITH"}}]}',
    answer: { status: 200, body: { details: { totalResult: '1' }, result: [{ key: 'seats' }] } },
  },
  {
    name: 'searches entries in the org it names',
    method: 'POST',
    path: `${adaMetadata}/_search`,
    headers: { 'x-zitadel-orgid': acmeId },
    body: '{}',
    answer: { status: 200, body: { details: { totalResult: '4' } } },
  },
  {
    name: 'searches entries without a body',
    method: 'POST',
    path: `${adaMetadata}/_search`,
    answer: { status: 200, body: { details: { totalResult: '4' } } },
  },
  {
    name: 'searches entries with an empty body called JSON',
    method: 'POST',
    path: `${adaMetadata}/_search`,
    headers: { 'content-type': 'application/json' },
    body: '',
    answer: { status: 200, body: { details: { totalResult: '4' } } },
  },
  {
    name: 'removes an entry',
    method: 'DELETE',
    path: `${adaMetadata}/plan`,
    answer: { status: 200, body: { details: { sequence: '7' } } },
  },
  {
    name: 'removes an entry that is gone, in the org it names',
    method: 'DELETE',
    path: `${adaMetadata}/plan`,
    headers: { 'x-zitadel-orgid': acmeId },
    answer: { status: 404, headers: { 'content-type': 'application/json' }, body: { code: 5 } },
  },
  {
    name: 'removes an entry and calls nothing JSON',
    method: 'DELETE',
    path: `${adaMetadata}/none`,
    headers: { 'content-type': 'application/json' },
    answer: { status: 404, body: { code: 5 } },
  },
  {
    name: 'removes several entries',
    method: 'DELETE',
    path: `${adaMetadata}/_bulk`,
    body: '{"keys":["seats","team"]}',
    answer: { status: 200, body: { details: { sequence: '9' } } },
  },
  {
    name: 'removes several entries, one of them unknown, in the org it names',
    method: 'DELETE',
    path: `${adaMetadata}/_bulk`,
    headers: { 'x-zitadel-orgid': acmeId },
    body: '{"keys":["color","none"]}',
    answer: { status: 404, body: { code: 5 } },
  },
  {
    name: 'sets an entry from a form',
    method: 'POST',
    path: `${nobodysMetadata}/form`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: '{"value":"Zm9ybQ=="}',
    answer: { status: 200 },
  },

  {
    name: 'adds a person',
    method: 'POST',
    path: '/management/v1/users/human',
    body: JSON.stringify({
      userName: 'grace',
      profile: { firstName: 'Grace', lastName: 'Höpper 😀' },
      email: { email: 'grace@acme.example', isEmailVerified: true },
    }),
    answer: { status: 200, body: { userId: '104' } },
  },
  { name: 'lists users', method: 'POST', path: '/management/v1/users/_search', body: '{}', answer: { status: 200 } },

  ...(
    [
      ['a blank', 'a%20b', 'a b'],
      ['a plus sign', 'a+b', 'a+b'],
      ['a percent sign', '100%25', '100%'],
      ['an escape of an escape', '%2541', '%41'],
      ['UTF-8 in escapes', '%D0%BA%D0%BB%D1%8E%D1%87%20%F0%9F%98%80', 'ключ 😀'],
      ['a pipe as it is', 'a|b', 'a|b'],
      ['a pipe in an escape', 'c%7Cd', 'c|d'],
      ['quotes and braces', `%22{'}`, `"{'}`],
      ['a question mark in an escape', 'a%3Fb%23c', 'a?b#c'],
      ['a name of every object', '__proto__', '__proto__'],
    ] as const
  ).flatMap(([what, written, key]): FaceCall[] => [
    {
      name: `sets a key with ${what}`,
      method: 'POST',
      path: `${adaMetadata}/${written}`,
      body: JSON.stringify({ value: Buffer.from(key).toString('base64') }),
      answer: { status: 200 },
    },
    {
      name: `reads a key with ${what}`,
      method: 'GET',
      path: `${adaMetadata}/${written}`,
      answer: { status: 200, body: { metadata: { key, value: Buffer.from(key).toString('base64') } } },
    },
    {
      name: `removes a key with ${what}`,
      method: 'DELETE',
      path: `${adaMetadata}/${written}`,
      answer: { status: 200 },
    },
  ]),
  { name: 'reads a key with a slash', method: 'GET', path: `${adaMetadata}/a%2Fb`, answer: { status: 404 } },
  { name: 'sets a key with a slash', method: 'POST', path: `${adaMetadata}/a%2Fb`, body: '{"value":"MQ=="}' },
  { name: 'reads a key with NUL', method: 'GET', path: `${adaMetadata}/a%00b`, answer: { status: 400 } },
  { name: 'reads a key of malformed escapes', method: 'GET', path: `${adaMetadata}/%zz`, answer: { status: 400 } },
  { name: 'reads a key of bytes beyond UTF-8', method: 'GET', path: `${adaMetadata}/%ff`, answer: { status: 400 } },
  { name: 'sets a key that is too long', method: 'POST', path: `${adaMetadata}/${'k'.repeat(201)}`, body: '{}' },

  {
    name: 'calls without a token',
    method: 'GET',
    path: ada,
    token: null,
    answer: {
      status: 401,
      headers: { 'content-type': 'application/json', 'www-authenticate': 'auth header missing' },
      body: { code: 16, message: 'auth header missing' },
    },
  },
  {
    name: 'calls with an empty header',
    method: 'GET',
    path: ada,
    headers: { authorization: '' },
    answer: { status: 401, headers: { 'www-authenticate': 'auth header missing' } },
  },
  ...(['Basic cm9vdDpyb290', 'Bearer', 'Bearer a b', 'bearer a', 'Bearer\ta', 'a'] as const).map(
    (authorization): FaceCall => ({
      name: `calls with the header ${JSON.stringify(authorization)}`,
      method: 'GET',
      path: ada,
      headers: { authorization },
      answer: invalidHeader,
    }),
  ),
  {
    name: 'calls with two tokens',
    method: 'GET',
    path: ada,
    headers: { authorization: ['Bearer a', 'Bearer b'] },
    answer: invalidHeader,
  },
  { name: 'calls with an unknown token', method: 'GET', path: ada, headers: { authorization: 'Bearer \u00ff' } },
  { name: 'writes without a token', method: 'POST', path: `${adaMetadata}/k`, token: null, body: '{"value":"MQ=="}' },
  { name: 'calls without a right', method: 'GET', path: ada, token: 'nobody' },
  {
    name: 'names an unknown org',
    method: 'GET',
    path: `${adaMetadata}/color`,
    headers: { 'x-zitadel-orgid': 'nope' },
    answer: {
      status: 403,
      headers: { 'content-type': 'application/json' },
      body: { code: 7, message: "Organisation doesn't exist (AUTH-Bs7Ds)" },
    },
  },
  {
    name: 'names two orgs',
    method: 'GET',
    path: `${adaMetadata}/color`,
    headers: { 'x-zitadel-orgid': [acmeId, acmeId] },
    answer: { status: 403 },
  },
  {
    name: 'asks for a path the face does not know',
    method: 'GET',
    path: '/management/v1/nope',
    answer: {
      status: 404,
      headers: { 'content-type': 'application/json' },
      body: { code: 5, message: 'Not Found' },
    },
  },
  { name: 'asks for a path with a slash too much', method: 'GET', path: `${ada}/`, answer: { status: 404 } },
  { name: 'asks for a path with two slashes', method: 'GET', path: `/management/v1//users/${adaId}` },
  {
    name: 'uses a method the path does not know',
    method: 'PATCH',
    path: `${adaMetadata}/color`,
    body: '{}',
    answer: {
      status: 405,
      headers: { 'content-type': 'application/json', allow: 'DELETE, GET, POST' },
      body: { code: 12 },
    },
  },
  { name: 'asks for the methods of a path', method: 'OPTIONS', path: `${adaMetadata}/color`, answer: { status: 405 } },
  { name: 'asks for the head of a user', method: 'HEAD', path: ada, answer: { status: 405, text: '' } },
  {
    name: 'sends JSON that is cut off',
    method: 'POST',
    path: `${nobodysMetadata}/k`,
    body: '{"value":',
    answer: { status: 400, headers: { 'content-type': 'application/json' }, body: { code: 3 } },
  },
  {
    name: 'sends no JSON',
    method: 'DELETE',
    path: `${nobodysMetadata}/_bulk`,
    body: 'keys=a',
    answer: { status: 400 },
  },
  {
    name: 'sends text behind the JSON',
    method: 'POST',
    path: `${nobodysMetadata}/k`,
    body: '{"value":"MQ=="} x',
    answer: { status: 200 },
  },
  {
    name: 'sends a member twice',
    method: 'POST',
    path: `${nobodysMetadata}/k`,
    body: '{"value":"MQ==","value":"Mg=="}',
    answer: { status: 400, body: { code: 3 } },
  },
  {
    name: 'sends bytes beyond UTF-8',
    method: 'POST',
    path: `${nobodysMetadata}/k`,
    body: Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d),
    answer: { status: 400 },
  },
  {
    name: 'sends a text for a message',
    method: 'POST',
    path: `${nobodysMetadata}/k`,
    body: '"x"',
    answer: { status: 400 },
  },
  {
    name: 'sends a list for a message',
    method: 'POST',
    path: `${nobodysMetadata}/k`,
    body: '[]',
    answer: { status: 400 },
  },
  {
    name: 'sends a wrong member',
    method: 'POST',
    path: `${nobodysMetadata}/_bulk`,
    body: '{"metadata":[{"key":1}]}',
    answer: { status: 400, body: { code: 3 } },
  },
  {
    name: 'sends JSON that nests too deep',
    method: 'POST',
    path: `${nobodysMetadata}/k`,
    body: `{"x":${'['.repeat(200)}${']'.repeat(200)}}`,
    answer: { status: 400, body: { code: 3, message: 'exceeded max depth' } },
  },
  {
    name: 'sends a body that is too long',
    method: 'POST',
    path: `${nobodysMetadata}/k`,
    body: tooLong,
    answer: { status: 413, headers: { 'content-type': 'application/json' }, body: { code: 8 } },
  },
  {
    name: 'sends a body that is too long by its blanks',
    method: 'POST',
    path: `${nobodysMetadata}/k`,
    body: `{"value":"MQ=="${' '.repeat(maxBodyBytes)}}`,
    answer: { status: 413 },
  },
  {
    name: 'sends a body that is too long in chunks',
    method: 'POST',
    path: `${nobodysMetadata}/k`,
    headers: { 'transfer-encoding': 'chunked' },
    body: tooLong,
    answer: { status: 413, body: { code: 8 } },
  },
  {
    name: 'asks for a path that is too long',
    method: 'GET',
    path: `${adaMetadata}/${'k'.repeat(maxUrlLength)}`,
    answer: { status: 414, headers: { 'content-type': 'application/json' }, body: { code: 3 } },
  },
  {
    name: 'sends too many headers',
    method: 'GET',
    path: ada,
    headers: manyHeaders,
    answer: { status: 431, headers: { 'content-type': 'application/json' }, body: { code: 3 } },
  },
  { name: 'reads a user', method: 'GET', path: ada, answer: { status: 200, body: { user: { id: adaId } } } },
  {
    name: 'deletes a user',
    method: 'DELETE',
    path: ada,
    headers: { 'x-zitadel-orgid': acmeId },
    answer: { status: 200, headers: { 'cache-control': 'no-store' } },
  },
  { name: 'deletes a user that is gone', method: 'DELETE', path: ada, answer: { status: 404 } },
  { name: 'reads metadata of a user that is gone', method: 'GET', path: `${adaMetadata}/color` },
]

const jane = '/api/v2/users/auth0%7Cjane'
const odd = '/api/v2/users/auth0%7Ca%2Fb%252F%C3%BC%F0%9F%98%80'
const clients = '/api/v2/clients'
/** The first client: of the second random bytes, the first having gone into the id of a user. */
const clientId = 'C'.repeat(32)
const json = 'application/json; charset=utf-8'
const userMissing = {
  statusCode: 404,
  error: 'Not Found',
  message: 'The user does not exist.',
  errorCode: 'inexistent_user',
} as const
const malformedJson = {
  statusCode: 400,
  error: 'Bad Request',
  message: 'Invalid request payload JSON format',
  errorCode: 'invalid_body',
} as const

/** What Auth0's clients send, and what they do wrong. */
export const auth0Calls: readonly FaceCall[] = [
  {
    name: 'creates a user',
    method: 'POST',
    path: '/api/v2/users',
    body: JSON.stringify({
      connection: 'Username-Password-Authentication',
      user_id: 'jane',
      email: 'jane.doe@example.com',
      user_metadata: { hobby: 'surfing' },
      app_metadata: { plan: 'full' },
    }),
    answer: {
      status: 201,
      headers: { 'content-type': json, 'cache-control': 'no-cache' },
      body: { user_id: 'auth0|jane', user_metadata: { hobby: 'surfing' }, app_metadata: { plan: 'full' } },
    },
  },
  {
    name: 'creates a user under an id that is taken',
    method: 'POST',
    path: '/api/v2/users',
    body: '{"user_id":"jane","email":"other@example.com"}',
    answer: {
      status: 409,
      headers: { 'content-type': json },
      body: { statusCode: 409, error: 'Conflict', message: 'The user already exists.', errorCode: 'auth0_idp_error' },
    },
  },
  {
    name: 'creates a user with a slash and a percent sign in its id',
    method: 'POST',
    path: '/api/v2/users',
    body: '{"user_id":"a/b%2Fü😀","email":"odd@example.com"}',
    answer: { status: 201, body: { user_id: 'auth0|a/b%2Fü😀' } },
  },
  {
    name: 'creates a user without an id',
    method: 'POST',
    path: '/api/v2/users',
    body: '{"email":"anon@example.com"}',
    answer: { status: 201 },
  },
  { name: 'reads a user', method: 'GET', path: jane, answer: { status: 200, body: { user_id: 'auth0|jane' } } },
  {
    name: 'reads a user by a pipe as it is',
    method: 'GET',
    path: '/api/v2/users/auth0|jane',
    answer: { status: 200, headers: { 'content-type': json }, body: { user_id: 'auth0|jane' } },
  },
  {
    name: 'reads a user by a slash in an escape',
    method: 'GET',
    path: odd,
    answer: { status: 200, body: { user_id: 'auth0|a/b%2Fü😀' } },
  },
  {
    name: 'reads some fields of a user',
    method: 'GET',
    path: `${jane}?fields=email%2Cuser_id&include_fields=true`,
    answer: { status: 200, body: { user_id: 'auth0|jane', email: 'jane.doe@example.com' } },
  },
  {
    name: 'merges metadata',
    method: 'PATCH',
    path: jane,
    body: '{"user_metadata":{"addresses":{"home":"Ä 1"}},"app_metadata":{"plan":null}}',
    answer: { status: 200, body: { user_metadata: { hobby: 'surfing', addresses: { home: 'Ä 1' } } } },
  },
  {
    name: 'names other versions in two lines',
    method: 'PATCH',
    path: jane,
    headers: { 'if-match': ['"x"', '"y", W/"1"'] },
    body: '{"name":"Nobody"}',
    answer: { status: 412, headers: { 'content-type': json }, body: { errorCode: 'version_conflict' } },
  },
  {
    name: 'reads what any version is',
    method: 'GET',
    path: jane,
    headers: { 'if-none-match': '*' },
    answer: { status: 304, text: '' },
  },
  {
    name: 'keeps texts and numbers that need care',
    method: 'PATCH',
    path: '/api/v2/users/auth0|jane',
    body: '{"user_metadata":{"nul":"\\u0000","lone":"\\ud83d","tiny":1e-7,"large":9007199254740993,"minus":-0,"nothing":[null,[],{}]}}',
    answer: { status: 200 },
  },
  {
    name: 'keeps a key every object has',
    method: 'PATCH',
    path: odd,
    body: '{"user_metadata":{"__proto__":{"a":1}}}',
    answer: { status: 200 },
  },
  { name: 'reads what was kept', method: 'GET', path: jane, answer: { status: 200 } },
  {
    name: 'finds users by e-mail',
    method: 'GET',
    path: '/api/v2/users-by-email?email=jane.doe%40example.com',
    answer: { status: 200 },
  },
  {
    name: 'lists users',
    method: 'GET',
    path: '/api/v2/users?per_page=2&page=0&include_totals=true&sort=email%3A1',
    answer: { status: 200, body: { total: 3, length: 2 } },
  },
  {
    name: 'lists users with a query it cannot',
    method: 'GET',
    path: '/api/v2/users?per_page=x',
    answer: { status: 400 },
  },
  { name: 'lists users with a broken escape', method: 'GET', path: '/api/v2/users?q=%zz&per_page=1' },
  {
    name: 'reads a user that is not there',
    method: 'GET',
    path: '/api/v2/users/auth0%7Cnobody',
    answer: { status: 404, body: userMissing },
  },
  {
    name: 'reads a user by no user id',
    method: 'GET',
    path: '/api/v2/users/jane',
    answer: {
      status: 400,
      headers: { 'content-type': json },
      body: { message: "Object didn't pass validation for format user-id: jane", errorCode: 'invalid_uri' },
    },
  },
  {
    name: 'reads a user by malformed escapes',
    method: 'GET',
    path: '/api/v2/users/auth0%7',
    answer: { status: 400, body: { errorCode: 'invalid_uri' } },
  },
  {
    name: 'deletes a user that is not there',
    method: 'DELETE',
    path: '/api/v2/users/auth0|nobody',
    answer: { status: 204, text: '' },
  },
  {
    name: 'deletes a user and calls nothing JSON',
    method: 'DELETE',
    path: '/api/v2/users/auth0|nobody',
    headers: { 'content-type': 'application/json' },
    answer: { status: 204, text: '' },
  },
  {
    name: 'deletes a user',
    method: 'DELETE',
    path: jane,
    answer: { status: 204, headers: { 'cache-control': 'no-cache' }, text: '' },
  },
  { name: 'reads a user that is gone', method: 'GET', path: jane, answer: { status: 404, body: userMissing } },

  {
    name: 'creates a client',
    method: 'POST',
    path: clients,
    body: '{"name":"M","client_metadata":{"mycolor":"red"}}',
    answer: {
      status: 201,
      headers: { 'content-type': json },
      body: { client_id: clientId, client_metadata: { mycolor: 'red' } },
    },
  },
  {
    name: 'reads a client',
    method: 'GET',
    path: `${clients}/${clientId}`,
    answer: { status: 200, body: { name: 'M' } },
  },
  {
    name: 'reads a client by the other spelling',
    method: 'GET',
    path: `/api/v2/client/${clientId}`,
    answer: { status: 200, body: { client_id: clientId } },
  },
  {
    name: 'creates a client by the other spelling',
    method: 'POST',
    path: '/api/v2/applications',
    body: '{"name":"N"}',
    answer: { status: 201, body: { name: 'N' } },
  },
  {
    name: 'changes a client by the other spelling',
    method: 'PATCH',
    path: `/api/v2/client/${clientId}`,
    body: '{"client_metadata":{"mycolor":null,"myflavor":"grape"}}',
    answer: { status: 200, body: { client_metadata: { myflavor: 'grape' } } },
  },
  {
    name: 'lists clients',
    method: 'GET',
    path: `${clients}?include_totals=true`,
    answer: { status: 200, body: { total: 2 } },
  },
  { name: 'lists clients by the other spelling', method: 'GET', path: '/api/v2/applications', answer: { status: 200 } },
  { name: 'deletes a client', method: 'DELETE', path: `${clients}/${clientId}`, answer: { status: 204, text: '' } },
  {
    name: 'reads a client that is gone',
    method: 'GET',
    path: `${clients}/${clientId}`,
    answer: { status: 404, headers: { 'content-type': json }, body: { errorCode: 'inexistent_client' } },
  },
  { name: 'deletes a client by the other spelling', method: 'DELETE', path: `/api/v2/client/${clientId}` },

  {
    name: 'calls without a token',
    method: 'GET',
    path: jane,
    token: null,
    answer: {
      status: 401,
      headers: { 'content-type': json, 'www-authenticate': 'Bearer', 'cache-control': 'no-cache' },
      body: { statusCode: 401, error: 'Unauthorized', message: 'Missing authentication' },
    },
  },
  ...(['', 'Basic eDp5', 'Bearer', 'Bearer a b', 'Bearer \u00ff'] as const).map(
    (authorization): FaceCall => ({
      name: `calls with the header ${JSON.stringify(authorization)}`,
      method: 'GET',
      path: jane,
      headers: { authorization },
      answer: { status: 401, headers: { 'www-authenticate': 'Bearer' } },
    }),
  ),
  {
    name: 'calls with two tokens',
    method: 'GET',
    path: jane,
    headers: { authorization: ['Bearer a', 'Bearer b'] },
    answer: { status: 401, headers: { 'content-type': json }, body: { message: 'Invalid token' } },
  },
  {
    name: 'calls with a token that is over',
    method: 'GET',
    path: jane,
    token: 'expired',
    answer: { status: 401, body: { message: 'Expired token received for JSON Web Token validation' } },
  },
  { name: 'calls with all scopes', method: 'GET', path: clients, token: 'allScopes', answer: { status: 200 } },
  {
    name: 'calls with other scopes',
    method: 'POST',
    path: '/api/v2/users',
    token: 'onlyReads',
    body: '{"email":"x@example.com"}',
    answer: {
      status: 403,
      headers: { 'content-type': json },
      body: { statusCode: 403, error: 'Forbidden', errorCode: 'insufficient_scope' },
    },
  },
  { name: 'calls without a right', method: 'GET', path: jane, token: 'nobody', answer: { status: 403 } },
  {
    name: 'asks for a path the face does not know',
    method: 'GET',
    path: '/api/v2/nope',
    answer: {
      status: 404,
      headers: { 'content-type': json },
      body: { statusCode: 404, error: 'Not Found', message: 'Not Found' },
    },
  },
  { name: 'asks for the root of the face', method: 'GET', path: '/api/v2', answer: { status: 404 } },
  { name: 'asks for a path with a slash too much', method: 'GET', path: '/api/v2/users/', answer: { status: 404 } },
  { name: 'uses a method the path does not know', method: 'PUT', path: jane, body: '{}', answer: { status: 404 } },
  { name: 'asks for the methods of a path', method: 'OPTIONS', path: jane, answer: { status: 404 } },
  { name: 'asks for the head of a user', method: 'HEAD', path: jane, answer: { status: 404, text: '' } },
  {
    name: 'sends JSON that is cut off',
    method: 'POST',
    path: '/api/v2/users',
    body: '{"email":',
    answer: { status: 400, headers: { 'content-type': json }, body: malformedJson },
  },
  {
    name: 'sends text behind the JSON',
    method: 'PATCH',
    path: '/api/v2/users/auth0|jane',
    body: '{} x',
    answer: { status: 400, body: malformedJson },
  },
  {
    name: 'sends bytes beyond UTF-8',
    method: 'POST',
    path: '/api/v2/users',
    body: Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d),
    answer: { status: 400, body: malformedJson },
  },
  {
    name: 'sends no body',
    method: 'POST',
    path: '/api/v2/users',
    answer: { status: 400, headers: { 'content-type': json }, body: { errorCode: 'invalid_body' } },
  },
  {
    name: 'sends an empty body called JSON',
    method: 'POST',
    path: '/api/v2/users',
    headers: { 'content-type': 'application/json' },
    body: '',
    answer: { status: 400, body: { errorCode: 'invalid_body' } },
  },
  { name: 'sends a list for an object', method: 'POST', path: '/api/v2/users', body: '[]', answer: { status: 400 } },
  { name: 'sends a text for an object', method: 'POST', path: '/api/v2/users', body: '"x"', answer: { status: 400 } },
  {
    name: 'sends a form',
    method: 'POST',
    path: clients,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'name=x',
    answer: { status: 400, body: malformedJson },
  },
  {
    name: 'sends a wrong property',
    method: 'POST',
    path: '/api/v2/users',
    body: '{"email":"ö@","foo":1}',
    answer: { status: 400, headers: { 'content-type': json } },
  },
  {
    name: 'sends JSON that nests too deep',
    method: 'POST',
    path: '/api/v2/users',
    body: `{"x":${'['.repeat(200)}${']'.repeat(200)}}`,
    answer: { status: 400, body: { errorCode: 'invalid_body' } },
  },
  {
    name: 'sends an object in a text',
    method: 'POST',
    path: '/api/v2/users',
    body: JSON.stringify('{"email":"twice@example.com"}'),
    answer: { status: 400, body: { errorCode: 'invalid_body' } },
  },
  ...([{}, { 'transfer-encoding': 'chunked' }] as const).map(
    (headers, index): FaceCall => ({
      name: `sends a body that is too long${index === 0 ? '' : ' in chunks'}`,
      method: 'POST',
      path: '/api/v2/users',
      headers,
      body: tooLong,
      answer: {
        status: 413,
        headers: { 'content-type': json },
        body: {
          statusCode: 413,
          error: 'Payload Too Large',
          message: `Payload content length greater than maximum allowed: ${maxBodyBytes}`,
          errorCode: 'payload_too_large',
        },
      },
    }),
  ),
  {
    name: 'asks for a path that is too long',
    method: 'GET',
    path: `/api/v2/users/auth0|${'k'.repeat(maxUrlLength)}`,
    answer: { status: 414, headers: { 'content-type': json }, body: { errorCode: 'uri_too_long' } },
  },
  {
    name: 'sends too many headers',
    method: 'GET',
    path: jane,
    headers: manyHeaders,
    answer: { status: 431, headers: { 'content-type': json }, body: { errorCode: 'too_many_headers' } },
  },
]

/** Paths of the host's own, of which some only look like a face's. */
export const foreignCalls: readonly FaceCall[] = [
  '/',
  '/health',
  '/api/v20/users',
  '/api/v1/users',
  '/api/v2users',
  '/API/V2/users',
  '/management/v1',
  '/management/v10/users',
  '//management/v1/users',
  '/management%2Fv1/users',
  '/api%2Fv2/users',
  '/x/api/v2/users',
  '/?/api/v2/users',
].flatMap((path): readonly FaceCall[] => [
  { name: `gets ${path}`, method: 'GET', path, answer: { status: 404, text: hostAnswer } },
  { name: `posts to ${path}`, method: 'POST', path, body: '{"a":1}', answer: { status: 404, text: hostAnswer } },
])
