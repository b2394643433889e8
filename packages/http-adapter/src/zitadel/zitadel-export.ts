import type { JsonObject, JsonValue } from '@indwell/core'

/** Options of {@link zitadelExport}. */
export interface ZitadelExportOptions {
  /** Called once, behind the last line, with how often there was something that no line tells, by its name. */
  readonly onEnd?: (read: { readonly users: number; readonly dropped: Readonly<Record<string, number>> }) => void
}

type Members = ReadonlyMap<string, unknown>

/** Members of an org that lines are made of. */
const taken: ReadonlySet<string> = new Set([
  ...['orgId', 'org', 'orgState', 'domains', 'humanUsers', 'machineUsers', 'orgMembers', 'userMetadata'],
  // The policy of the directory counts: it is decided for the instance.
  ...['domainPolicy', 'iamPolicy'],
])
/** Of a user, kept by no directory that lets nobody in. */
const secrets = ['password', 'hashedPassword', 'passwordChangeRequired', 'otpCode', 'idps']

/**
 * What ZITADEL's `ExportData` answers, or `ImportData` takes as `dataOrgs`, as lines for `directory.import`: orgs with their
 * domains, users, members of orgs and metadata of users, under the ids that they have. Names of members may be in either
 * form that proto JSON knows. Passwords, projects, applications, grants, policies, texts, actions and providers are in no line,
 * and counted.
 *
 * @param data - The JSON, parsed.
 * @throws {TypeError} for what has no list of orgs.
 * @see zitadel/admin.proto, `ExportDataResponse` and `DataOrg`
 */
export function* zitadelExport(data: unknown, { onEnd }: ZitadelExportOptions = {}): Generator<string> {
  const dropped = new Map<string, number>()
  const drop = (name: string, count = 1) => {
    if (count > 0) dropped.set(name, (dropped.get(name) ?? 0) + count)
  }
  const orgs = orgsOf(data).map(membersOf)
  let users = 0
  let lines = 0
  const tell = (line: JsonObject): string => {
    lines += 1
    return `${JSON.stringify(line)}\n`
  }

  yield tell({ kind: 'header', format: 'indwell', version: 1 })
  for (const org of orgs) yield tell(orgLine(org))
  for (const org of orgs) {
    const orgId = textOf(org.get('orgId')) ?? ''
    const entries = new Map<string, Members[]>()
    for (const entry of listOf(org, 'userMetadata')) {
      const id = textOf(entry.get('id')) ?? ''
      entries.set(id, [...(entries.get(id) ?? []), entry])
    }
    const people = [
      ...listOf(org, 'humanUsers').map((user) => [user, humanLine] as const),
      ...listOf(org, 'machineUsers').map((user) => [user, machineLine] as const),
    ]
    for (const [user, lineFor] of people) {
      const userId = textOf(user.get('userId')) ?? ''
      const given = membersOf(user.get('user'))
      users += 1
      for (const name of secrets) drop(name, isHeld(given.get(name)) ? 1 : 0)
      yield tell(lineFor(userId, orgId, given, textOf(user.get('state'))))
      for (const entry of entries.get(userId) ?? []) {
        const [key, bytes] = [textOf(entry.get('key')) ?? '', textOf(entry.get('value')) ?? '']
        yield tell({ kind: 'metadata', of: { type: 'user', id: userId }, namespace: 'zitadel', key, bytes })
      }
      entries.delete(userId)
    }
    drop('userMetadata', [...entries.values()].flat().length)
    for (const [name, value] of org) {
      if (!taken.has(name)) drop(name, Array.isArray(value) ? value.length : isHeld(value) ? 1 : 0)
    }
  }
  for (const org of orgs) {
    for (const member of listOf(org, 'orgMembers')) {
      yield tell({
        kind: 'member',
        level: 'org',
        orgId: textOf(org.get('orgId')) ?? '',
        userId: textOf(member.get('userId')) ?? '',
        roles: (member.get('roles') ?? []) as JsonValue,
      })
    }
  }
  yield tell({ kind: 'end', lines })
  onEnd?.({ users, dropped: Object.fromEntries(dropped) })
}

/** @throws {TypeError} where there is no list. */
function orgsOf(data: unknown): readonly unknown[] {
  const members = membersOf(data)
  const inner = members.has('dataOrgs') ? membersOf(members.get('dataOrgs')) : members
  const orgs = inner.get('orgs')
  if (!Array.isArray(orgs)) throw new TypeError('data must have a list of orgs, as ExportData answers')
  return orgs
}

/** Members by their name in camel case. */
function membersOf(value: unknown): Members {
  if (typeof value !== 'object' || value === null) return new Map()
  return new Map(
    Object.entries(value).map(([name, member]) => [name.replace(/_([a-z0-9])/g, (_, c) => c.toUpperCase()), member]),
  )
}

function listOf(members: Members, name: string): readonly Members[] {
  const list = members.get(name)
  return Array.isArray(list) ? list.map(membersOf) : []
}

/** An empty text is one that was not given, as in all of proto JSON. */
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const isHeld = (value: unknown) => value !== undefined && value !== null && value !== false && value !== ''

function orgLine(org: Members): JsonObject {
  const domains = listOf(org, 'domains').map((domain) => ({
    domain: textOf(domain.get('domainName')) ?? '',
    isVerified: domain.get('isVerified') === true,
    isPrimary: domain.get('isPrimary') === true,
  }))
  return {
    kind: 'org',
    orgId: textOf(org.get('orgId')) ?? '',
    name: textOf(membersOf(org.get('org')).get('name')) ?? '',
    state: org.get('orgState') === 'ORG_STATE_INACTIVE' ? 'inactive' : 'active',
    domains,
  }
}

const states: Readonly<Record<string, string>> = {
  USER_STATE_INACTIVE: 'inactive',
  USER_STATE_LOCKED: 'locked',
  USER_STATE_INITIAL: 'initial',
}
const genders: Readonly<Record<string, string>> = {
  GENDER_FEMALE: 'female',
  GENDER_MALE: 'male',
  GENDER_DIVERSE: 'diverse',
}

function humanLine(userId: string, orgId: string, user: Members, state = ''): JsonObject {
  const [profile, email, phone] = ['profile', 'email', 'phone'].map((name) => membersOf(user.get(name)))
  const of = (members: Members | undefined, name: string) => textOf(members?.get(name))
  const [firstName, lastName] = [of(profile, 'firstName'), of(profile, 'lastName')]
  return definedMembers({
    kind: 'user',
    userId,
    orgId,
    userName: of(user, 'userName'),
    state: states[state] ?? 'active',
    firstName,
    lastName,
    nickName: of(profile, 'nickName'),
    displayName: of(profile, 'displayName') ?? ([firstName, lastName].filter(Boolean).join(' ') || undefined),
    preferredLanguage: of(profile, 'preferredLanguage'),
    gender: genders[of(profile, 'gender') ?? ''],
    email: of(email, 'email'),
    emailVerified: email?.get('isEmailVerified') === true,
    phone: of(phone, 'phone'),
    phoneVerified: phone?.get('isPhoneVerified') === true,
  })
}

function machineLine(userId: string, orgId: string, user: Members, state = ''): JsonObject {
  return definedMembers({
    kind: 'user',
    type: 'machine',
    userId,
    orgId,
    userName: textOf(user.get('userName')),
    displayName: textOf(user.get('name')),
    description: textOf(user.get('description')),
    accessTokenType: user.get('accessTokenType') === 'ACCESS_TOKEN_TYPE_JWT' ? 'jwt' : 'bearer',
    state: states[state] ?? 'active',
  })
}

const definedMembers = (members: Readonly<Record<string, JsonValue | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as JsonObject
