import * as v from 'valibot'
import { InvalidInputError } from '../errors/invalid-input-error'
import { emailAddress, id, parseInput, phoneNumber, text, time } from '../input'
import { memberRoles } from '../members/member'
import { orgDomainName } from '../orgs/add-org-domain'
import { orgDisplayName, orgName } from '../orgs/create-org'
import { roleDescription, roleName, rolePermissions } from '../roles/role-input'
import { settingsInput } from '../settings'
import { maxIdentities } from '../users/identity'
import { portableFormat, portableVersion } from './portable-line'

const orNull = <S extends v.GenericSchema>(schema: S) => v.nullish(schema, null)
const createdAt = v.optional(v.pipe(time, v.minValue(0, 'must not be before 1970')))
const at = v.optional(v.looseObject({ createdAt }))
const flag = v.optional(v.boolean('must be true or false'), false)

/** Of a user, and of what is kept of one that was linked. */
const userMembers = {
  userId: id,
  state: v.optional(v.picklist(['active', 'inactive', 'locked', 'initial']), 'active'),
  userName: v.optional(text(1, 200)),
  displayName: orNull(text(1, 401)),
  firstName: orNull(text(1, 200)),
  lastName: orNull(text(1, 200)),
  nickName: orNull(text(1, 300)),
  preferredLanguage: orNull(text(1, 10)),
  gender: orNull(v.picklist(['female', 'male', 'diverse'])),
  avatarUrl: orNull(text(1, 2000)),
  email: orNull(emailAddress),
  emailVerified: flag,
  phone: orNull(phoneNumber),
  phoneVerified: flag,
  connection: orNull(text(1, 128)),
  username: orNull(text(1, 128)),
  blocked: orNull(v.boolean('must be true or false')),
  passwordChangedAt: orNull(time),
} as const

const position = v.optional(v.string())

const schemas = {
  header: v.looseObject({
    kind: v.literal('header'),
    format: v.literal(portableFormat, `must be ${portableFormat}`),
    version: v.literal(portableVersion, `must be ${portableVersion}`),
  }),
  instance: v.strictObject({
    kind: v.literal('instance'),
    defaultOrgId: id,
    userLoginMustBeDomain: v.boolean('must be true or false'),
  }),
  role: v.strictObject({
    kind: v.literal('role'),
    roleId: id,
    name: roleName,
    description: v.optional(v.nullable(roleDescription), null),
    permissions: v.optional(rolePermissions, []),
    at,
  }),
  org: v.strictObject({
    kind: v.literal('org'),
    orgId: id,
    name: orgName,
    displayName: orNull(orgDisplayName),
    state: v.optional(v.picklist(['active', 'inactive']), 'active'),
    settings: v.optional(settingsInput, {}),
    domains: v.optional(v.array(v.strictObject({ domain: orgDomainName, isVerified: flag, isPrimary: flag }))),
    at,
  }),
  user: v.strictObject({
    kind: v.literal('user'),
    ...userMembers,
    /** Absent: the default org. */
    orgId: v.optional(id),
    type: v.optional(v.picklist(['human', 'machine']), 'human'),
    description: orNull(text(1, 500)),
    accessTokenType: orNull(v.picklist(['bearer', 'jwt'])),
    identities: v.optional(
      v.pipe(v.array(v.strictObject({ ...userMembers, userName: text(1, 200) })), v.maxLength(maxIdentities)),
      [],
    ),
    at,
  }),
  client: v.strictObject({
    kind: v.literal('client'),
    clientId: id,
    orgId: v.optional(id),
    name: text(1, 200),
    settings: v.optional(settingsInput, {}),
    at,
  }),
  member: v.strictObject({
    kind: v.literal('member'),
    level: v.picklist(['instance', 'org']),
    orgId: v.optional(text(0, 200), ''),
    userId: id,
    roles: memberRoles,
    expiresAt: orNull(time),
    at,
  }),
  metadata: v.strictObject({
    kind: v.literal('metadata'),
    of: v.strictObject({ type: v.picklist(['user', 'org', 'client']), id }),
    namespace: v.string('must be text'),
    key: v.optional(v.string('must be text')),
    value: v.optional(v.unknown()),
    bytes: v.optional(
      v.pipe(
        v.string('must be text'),
        v.check((value) => isBase64(value), 'must be base64'),
      ),
    ),
    empty: v.optional(v.literal(true)),
    at: v.optional(v.unknown()),
  }),
  end: v.looseObject({ kind: v.literal('end'), lines: v.optional(v.number('must be a count')), position }),
} as const

type Schemas = typeof schemas
export type ParsedLines = { readonly [Kind in keyof Schemas]: v.InferOutput<Schemas[Kind]> }
export type ParsedLine = ParsedLines[keyof ParsedLines]

/** As it is written, to the letter: Node takes much that is no base64. */
const isBase64 = (value: string) => Buffer.from(value, 'base64').toString('base64') === value

/** @throws {@link InvalidInputError} for what is no JSON object, of no kind that is known, or has a member that does not fit. */
export function parseLine(line: string): ParsedLine {
  let parsed: unknown
  try {
    parsed = JSON.parse(line)
  } catch {
    throw new InvalidInputError('', 'must be JSON')
  }
  const kind = typeof parsed === 'object' && parsed !== null ? (parsed as { kind?: unknown }).kind : undefined
  if (typeof kind !== 'string' || !Object.hasOwn(schemas, kind)) throw new InvalidInputError('kind', 'is not known')
  const found = parseInput(schemas[kind as keyof Schemas] as v.GenericSchema, parsed) as ParsedLine
  if (found.kind === 'metadata') {
    const held = (['value', 'bytes', 'empty'] as const).filter((name) => found[name] !== undefined)
    if (held.length !== 1) throw new InvalidInputError('value', 'must be there, or else bytes or empty')
    if ((found.key === undefined) !== (found.empty === true)) throw new InvalidInputError('key', 'must be there')
  }
  return found
}
