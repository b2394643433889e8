import type { IdentityCondition, UserFilter, ValueTest } from '@indwell/core'
import { operationNotSupported } from '../error-catalogue'
import { plainProviders } from '../identities/identity-body'
import { isWireUserId, toCoreUserId } from '../user-id'
import { matches, type SearchPattern } from './search-expression'

type Member = IdentityCondition['path'][0]
type Pattern = Exclude<SearchPattern, { kind: 'any' }>

/** A member of `identities` that a search can name. */
export interface SearchableIdentity {
  match(pattern: SearchPattern): UserFilter
  readonly exists: UserFilter
}

const either = (...filters: UserFilter[]): UserFilter => ({ op: 'or', filters })
const everybody: UserFilter = { op: 'and', filters: [] }
const nobody: UserFilter = either()

/** Holds for who has a linked identity with a value of `member` that passes the test. */
const linked = (member: Member, test: ValueTest): UserFilter => ({ op: 'identity', path: [member], test })
const linkedText = (member: Member, { kind, text }: Pattern, ignoreCase = false): UserFilter =>
  linked(member, { op: 'text', method: kind, value: text, ignoreCase })

function exactly(name: string, pattern: Pattern): string {
  if (pattern.kind !== 'equals') throw operationNotSupported(`Wildcards on ${name} are not supported`)
  return pattern.text
}

/** Every user has it, as its own or of an identity that is linked to it. */
const ofEverybody = (match: (pattern: Pattern) => UserFilter): SearchableIdentity => ({
  exists: everybody,
  match: (pattern) => (pattern.kind === 'any' ? everybody : match(pattern)),
})

/** Users that came without a connection are shown with the default one. */
const connectionOf = (defaultConnection: string) =>
  ofEverybody((pattern) => {
    const own: UserFilter = {
      op: 'text',
      field: 'connection',
      method: pattern.kind,
      value: pattern.text,
      ignoreCase: false,
    }
    const named = either(own, linkedText('connection', pattern))
    if (!matches(pattern, defaultConnection)) return named
    const unnamed: UserFilter = { op: 'equals', field: 'connection', value: null }
    return either(named, unnamed, linked('connection', { op: 'equals', value: '' }))
  })

const ids = (method: 'starts-with' | 'contains', value: string): UserFilter => ({
  op: 'text',
  field: 'userId',
  method,
  value,
  ignoreCase: false,
})

/** What stands before the first bar of a user's id; of ids without one, `auth0`. */
function fromProvider(name: string): UserFilter {
  if (name.includes('|')) return nobody
  const named = either(ids('starts-with', `${name}|`), linked('provider', { op: 'equals', value: name }))
  if (name !== 'auth0') return named
  const unnamed: UserFilter = { op: 'not', filter: ids('contains', '|') }
  return either(named, unnamed, linked('provider', { op: 'equals', value: '' }))
}

const provider = ofEverybody((pattern) => fromProvider(exactly('identities.provider', pattern)))

/** Of users' own ids it is not known where they end, so those of known providers are asked for. */
const knownProviders = [
  ...plainProviders,
  ...['amazon', 'apple', 'dropbox', 'bitbucket', 'aol', 'baidu', 'bitly', 'box', 'daccount', 'dwolla', 'evernote'],
  ...['evernote-sandbox', 'exact', 'facebook', 'fitbit', 'flickr', 'github', 'google-oauth2', 'instagram', 'line'],
  ...['linkedin', 'miicard', 'oauth1', 'oauth2', 'paypal', 'paypal-sandbox', 'planningcenter', 'renren'],
  ...['salesforce', 'salesforce-community', 'salesforce-sandbox', 'shop', 'shopify', 'soundcloud', 'thecity'],
  ...['thecity-sandbox', 'thirtysevensignals', 'twitter', 'untappd', 'vkontakte', 'weibo', 'windowslive', 'wordpress'],
  ...['yahoo', 'yammer', 'yandex'],
]

const idAtProvider = ofEverybody((pattern) => {
  const id = exactly('identities.user_id', pattern)
  const wireIds = knownProviders.map((name) => `${name}|${id}`).filter(isWireUserId)
  const own: UserFilter = { op: 'in', field: 'userId', values: wireIds.map(toCoreUserId) }
  return either(own, linked('idAtProvider', { op: 'equals', value: id }))
})

const inOrder = ['', ...plainProviders].sort()

const isSocial = ofEverybody((pattern) => {
  const text = exactly('identities.isSocial', pattern)
  const ownIsPlain = either(
    { op: 'not', filter: ids('contains', '|') },
    ...Array.from(plainProviders, (name) => ids('starts-with', `${name}|`)),
  )
  if (text === 'false') {
    return either(ownIsPlain, ...inOrder.map((value) => linked('provider', { op: 'equals', value })))
  }
  if (text !== 'true') return nobody
  // "Another than these", of one identity: between two of them, or behind the last.
  const others = inOrder.map((from, index) => {
    const to = inOrder[index + 1]
    const ends = { from, ...(to !== undefined && { to }), fromInclusive: false, toInclusive: false }
    return linked('provider', { op: 'range', ...ends })
  })
  return either({ op: 'not', filter: ownIsPlain }, ...others)
})

/** Of identities that are linked: a user's own profile is searched as the user's. */
const profileText = (member: Member, ignoreCase: boolean): SearchableIdentity => {
  const exists = linked(member, { op: 'exists' })
  return { exists, match: (pattern) => (pattern.kind === 'any' ? exists : linkedText(member, pattern, ignoreCase)) }
}

const verified = (member: 'emailVerified' | 'phoneVerified', name: string): SearchableIdentity => {
  const exists = linked(member, { op: 'exists' })
  return {
    exists,
    match: (pattern) => {
      if (pattern.kind === 'any') return exists
      const text = exactly(name, pattern)
      return text === 'true' || text === 'false' ? linked(member, { op: 'equals', value: text === 'true' }) : nobody
    },
  }
}

export function searchableIdentities(defaultConnection: string): readonly (readonly [string, SearchableIdentity])[] {
  const profile = 'identities.profileData'
  return [
    ['identities.connection', connectionOf(defaultConnection)],
    ['identities.isSocial', isSocial],
    ['identities.provider', provider],
    ['identities.user_id', idAtProvider],
    [`${profile}.email`, profileText('email', true)],
    [`${profile}.email_verified`, verified('emailVerified', `${profile}.email_verified`)],
    [`${profile}.family_name`, profileText('lastName', true)],
    [`${profile}.given_name`, profileText('firstName', true)],
    [`${profile}.name`, profileText('displayName', true)],
    [`${profile}.nickname`, profileText('nickName', true)],
    [`${profile}.phone_number`, profileText('phone', false)],
    [`${profile}.phone_verified`, verified('phoneVerified', `${profile}.phone_verified`)],
    [`${profile}.username`, profileText('username', false)],
  ]
}
