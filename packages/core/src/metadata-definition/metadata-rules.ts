import { indexMember } from '../encryption/envelope'
import type { SealedKey } from '../encryption/vault'
import { InvalidInputError } from '../errors/invalid-input-error'
import { isSystemOwn, type MetadataSubjectType } from '../metadata/metadata'
import { checkKey, checkNamespace, entryValue, type MetadataValue } from '../metadata/metadata-input'
import { areOwn } from '../metadata/metadata-subject'
import type { MetadataIndex } from '../storage/metadata-index'
import type { EntryValue } from '../storage/records'
import type { DefinedKeyInput, MetadataDefinition, MetadataKeyOptions, MetadataParty } from './define-metadata'
import type { UnknownKeys } from './metadata-shape'
import { isStandardSchema, type StandardSchema } from './standard-schema'

/** What is said of one key. */
export interface KeyRules {
  readonly key: string
  readonly schema: StandardSchema
  readonly defaultValue: EntryValue | undefined
  readonly unique: boolean
  /** Absent: as all other metadata of the namespace. */
  readonly read: ReadonlySet<MetadataParty> | undefined
  readonly write: ReadonlySet<MetadataParty> | undefined
  readonly expiresAfterMs: number | undefined
  readonly redact: boolean
  /** Absent: it is stored as it is. */
  readonly encrypted: SealedKey | undefined
}

/** What is said of a namespace of a kind of subject. */
export interface NamespaceRules {
  readonly subjectType: MetadataSubjectType
  readonly namespace: string
  readonly unknownKeys: UnknownKeys
  readonly keys: ReadonlyMap<string, KeyRules>
  readonly uniqueKeys: readonly string[]
  readonly expiringKeys: readonly string[]
  readonly encryptedKeys: readonly string[]
  /** Whether users may read and write entries of their own here that nothing else is said about. */
  readonly isOwn: boolean
}

/** A definition as every call goes by it. */
export interface MetadataRules {
  readonly namespaces: readonly NamespaceRules[]
  readonly indexes: readonly MetadataIndex[]
  of(subjectType: string, namespace: string): NamespaceRules | undefined
}

const defaultNamespaces = { user: 'app', org: 'org', client: 'client' } as const
const unknownKeysPolicies: readonly unknown[] = ['allow', 'strip', 'reject'] satisfies UnknownKeys[]
const parties: readonly unknown[] = ['self', 'orgAdmin', 'system'] satisfies MetadataParty[]

/** @throws {@link InvalidInputError} as `defineMetadata`. */
export function compileRules<Shape>({ definition, unknownKeys }: MetadataDefinition<Shape>): MetadataRules {
  if (!isObject(definition)) throw new InvalidInputError('metadata', 'must be made by defineMetadata')
  const namespaces = new Map<string, NamespaceRules>()
  const indexes: MetadataIndex[] = []
  if (isObject(unknownKeys)) {
    const stray = Object.keys(unknownKeys).find((name) => !Object.hasOwn(definition, name))
    if (stray !== undefined) throw new InvalidInputError(`unknownKeys.${stray}`, 'is about nothing that is defined')
  }
  for (const [name, keys] of Object.entries(definition)) {
    if (keys === undefined) continue
    const { subjectType, namespace } = placeOf(name)
    const place = `${subjectType}.${namespace}`
    if (namespaces.has(place)) throw new InvalidInputError(name, 'is defined twice')
    if (!isObject(keys) || isStandardSchema(keys)) throw new InvalidInputError(name, 'must hold keys')
    const rules = new Map<string, KeyRules>()
    for (const [key, given] of Object.entries<DefinedKeyInput>(keys)) {
      const at = `${name}.${key}`
      checkKey(key)
      const options = optionsOf(at, given)
      const ofKey = keyRules(at, key, options)
      rules.set(key, ofKey)
      if (ofKey.encrypted?.blindIndex) indexes.push({ subjectType, namespace, path: [key, indexMember] })
      if (options.indexed === true) indexes.push({ subjectType, namespace, path: [key] })
    }
    const policy = (typeof unknownKeys === 'string' ? unknownKeys : unknownKeys[name]) ?? 'allow'
    if (!unknownKeysPolicies.includes(policy))
      throw new InvalidInputError('unknownKeys', 'must be allow, strip or reject')
    const all = [...rules.values()]
    namespaces.set(place, {
      subjectType,
      namespace,
      unknownKeys: policy,
      keys: rules,
      uniqueKeys: all.filter(({ unique }) => unique).map(({ key }) => key),
      expiringKeys: all.filter(({ expiresAfterMs }) => expiresAfterMs !== undefined).map(({ key }) => key),
      encryptedKeys: all.filter(({ encrypted }) => encrypted !== undefined).map(({ key }) => key),
      isOwn: subjectType === 'user' && areOwn([namespace]),
    })
  }
  return {
    namespaces: [...namespaces.values()],
    indexes,
    of: (subjectType, namespace) => namespaces.get(`${subjectType}.${namespace}`),
  }
}

function placeOf(name: string): { readonly subjectType: MetadataSubjectType; readonly namespace: string } {
  const dot = name.indexOf('.')
  const subjectType = dot < 0 ? name : name.slice(0, dot)
  if (subjectType !== 'user' && subjectType !== 'org' && subjectType !== 'client') {
    throw new InvalidInputError(name, 'must be user, org or client, or one of them, a dot and a namespace')
  }
  const namespace = dot < 0 ? defaultNamespaces[subjectType] : name.slice(dot + 1)
  checkNamespace(namespace)
  if (isSystemOwn(namespace)) throw new InvalidInputError(name, 'is for the system alone')
  return { subjectType, namespace }
}

function optionsOf(at: string, given: DefinedKeyInput): MetadataKeyOptions {
  if (isStandardSchema(given)) return { schema: given }
  if (isObject(given) && isStandardSchema(given.schema)) return given
  throw new InvalidInputError(at, 'must be a schema with the member ~standard, or an object with one as its schema')
}

function keyRules(at: string, key: string, options: MetadataKeyOptions): KeyRules {
  const { schema, unique = false, expiresAfterMs, redact = false, indexed = false } = options
  const stray = Object.keys(options).find((name) => !known.includes(name))
  if (stray !== undefined) throw new InvalidInputError(`${at}.${stray}`, 'is not known')
  for (const [name, flag] of Object.entries({ unique, redact, indexed })) {
    if (typeof flag !== 'boolean') throw new InvalidInputError(`${at}.${name}`, 'must be true or false')
  }
  if (expiresAfterMs !== undefined && !(Number.isSafeInteger(expiresAfterMs) && expiresAfterMs > 0)) {
    throw new InvalidInputError(`${at}.expiresAfterMs`, 'must be milliseconds, at least 1')
  }
  const defaultValue =
    options.default === undefined ? undefined : entryValue(`${at}.default`, options.default as MetadataValue)
  if (unique && defaultValue !== undefined) {
    throw new InvalidInputError(`${at}.default`, 'cannot be what one subject alone may hold')
  }
  return {
    key,
    schema,
    defaultValue,
    unique,
    read: partiesOf(`${at}.read`, options.read),
    write: partiesOf(`${at}.write`, options.write),
    expiresAfterMs,
    redact,
    encrypted: encryptionOf(at, options),
  }
}

function encryptionOf(at: string, { encrypted, indexed, unique = false }: MetadataKeyOptions): SealedKey | undefined {
  if (encrypted === undefined || encrypted === false) return undefined
  if (encrypted !== true && !(isObject(encrypted) && Object.entries(encrypted).every(isBlindIndex))) {
    throw new InvalidInputError(`${at}.encrypted`, 'must be true or false, or an object with the member blindIndex')
  }
  if (indexed === true) {
    throw new InvalidInputError(`${at}.indexed`, 'cannot be of what is encrypted: `encrypted: { blindIndex: true }` is')
  }
  return { blindIndex: encrypted !== true && encrypted.blindIndex === true, unique }
}

const isBlindIndex = ([name, value]: readonly [string, unknown]) => name === 'blindIndex' && typeof value === 'boolean'

const known: readonly string[] = [
  'schema',
  'default',
  'indexed',
  'unique',
  'read',
  'write',
  'expiresAfterMs',
  'redact',
  'encrypted',
] satisfies (keyof MetadataKeyOptions)[]

function partiesOf(at: string, given: readonly MetadataParty[] | undefined): ReadonlySet<MetadataParty> | undefined {
  if (given === undefined) return undefined
  if (!Array.isArray(given) || !given.every((party) => parties.includes(party))) {
    throw new InvalidInputError(at, 'must be a list of self, orgAdmin and system')
  }
  return new Set(given)
}

const isObject = (value: unknown): value is Readonly<Record<string, never>> =>
  typeof value === 'object' && value !== null
