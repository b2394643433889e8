import { base64Of } from './plain-answer'

/** What every client is asked for, by the names that all of them give it. */
export type Method =
  | 'addHumanUser'
  | 'bulkSetUserMetadata'
  | 'listUserMetadata'
  | 'getUserMetadata'
  | 'removeUserMetadata'
  | 'removeUser'
  | 'getUserByID'

/** What came of a call, in plain JSON: bytes in base64, whole numbers of 64 bits as text. */
export type Outcome = { readonly answer: Readonly<Record<string, unknown>> } | { readonly fails: Failure }

/** As the client tells it. */
export interface Failure {
  readonly code: number
  readonly message: string
  /** The `zitadel.v1.ErrorDetail` that came along. */
  readonly detail?: { readonly id: string; readonly message: string }
}

/** One call of a client. Does not reject for what the server, or the way to it, made of it. */
export type Call = (method: Method, request: object) => Promise<Outcome>

/** A call, and what has to be among what came of it. */
export interface Step {
  readonly method: Method
  readonly request: (id: string) => object
  readonly ends: object
}

const key = 'größe 日本'
// Pages have no `Buffer`.
const bytes = (text: string) => new TextEncoder().encode(text)
const base64 = (text: string) => base64Of(bytes(text))

/** The life of a user behind its creation, to the error that says that it is over. */
export const conversation: readonly Step[] = [
  {
    method: 'bulkSetUserMetadata',
    request: (id) => ({
      id,
      metadata: [
        { key: 'plan', value: bytes('pro') },
        { key, value: bytes('\0ÿ') },
      ],
    }),
    ends: { answer: { details: { sequence: '5' } } },
  },
  {
    method: 'listUserMetadata',
    request: (id) => ({ id, query: { limit: 10, asc: true } }),
    ends: {
      answer: {
        result: [
          { key, value: base64('\0ÿ') },
          { key: 'plan', value: base64('pro') },
        ],
      },
    },
  },
  {
    method: 'getUserMetadata',
    request: (id) => ({ id, key }),
    ends: { answer: { metadata: { key, value: base64('\0ÿ') } } },
  },
  {
    method: 'removeUserMetadata',
    request: (id) => ({ id, key: 'plan' }),
    ends: { answer: { details: { sequence: '6' } } },
  },
  {
    method: 'listUserMetadata',
    request: (id) => ({ id }),
    ends: { answer: { details: { totalResult: '1' }, result: [{ key }] } },
  },
  {
    method: 'bulkSetUserMetadata',
    request: (id) => ({ id, metadata: [{ key: '', value: bytes('x') }] }),
    ends: { fails: { code: 3 } },
  },
  {
    method: 'removeUser',
    request: (id) => ({ id }),
    ends: { answer: { details: { sequence: '7' } } },
  },
  {
    method: 'getUserByID',
    request: (id) => ({ id }),
    ends: {
      fails: {
        code: 5,
        message: 'User could not be found (QUERY-Dfbg2)',
        detail: { id: 'QUERY-Dfbg2', message: 'User could not be found' },
      },
    },
  },
]

/** Creates the user whose life the conversation is. */
export function createUser(call: Call, userName: string): Promise<Outcome> {
  return call('addHumanUser', {
    userName,
    profile: { firstName: 'Zoë', lastName: '日本', preferredLanguage: 'de' },
    email: { email: 'zoe@acme.example', isEmailVerified: true },
  })
}

/** What came of each call, from the creation of the user on; of that alone where it failed. */
export async function converse(call: Call, userName: string): Promise<readonly Outcome[]> {
  const first = await createUser(call, userName)
  if ('fails' in first) return [first]
  const outcomes: Outcome[] = [first]
  for (const { method, request } of conversation)
    outcomes.push(await call(method, request(String(first.answer.userId))))
  return outcomes
}
