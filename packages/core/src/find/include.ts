import { InvalidInputError } from '../errors/invalid-input-error'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import { checkKey, checkNamespace } from '../metadata/metadata-input'
import type {
  DefinedNamespace,
  KeyOf,
  NamespaceAt,
  NamespaceName,
  UndefinedMetadata,
  ValueAt,
  ValuesOf,
} from '../metadata-definition/metadata-shape'
import type { CarrierKind } from '../storage/search'
import type { Membership } from '../users/list-memberships'
import type { FoundKind } from './found-fields'
import { isPlain, listOf, maxValues, membersOf } from './where-scalars'

/** Namespaces of one query. */
export const maxIncludedNamespaces = 10

/** Namespaces, whole: `['app']`; or by namespace which keys: `{ app: ['plan'], user: true }`. */
type IncludedNamespaces<K extends CarrierKind, Metadata> =
  | readonly NamespaceName<Metadata, K>[]
  | ({
      readonly [Place in keyof Metadata as Place extends `${K}.${infer Name}` ? Name : never]?:
        | true
        | readonly KeyOf<NamespaceAt<Metadata, Place & string>>[]
    } & Readonly<Record<string, true | readonly string[]>>)

/** What is answered along with each item of a page, at the price of a few reads for all of them. */
export type Include<K extends CarrierKind, Metadata = UndefinedMetadata> = {
  /** Metadata as the caller may read it, up to 10 namespaces; what is hidden, expired or not set is left out. */
  readonly metadata?: IncludedNamespaces<K, Metadata>
} & (K extends 'user'
  ? {
      /** Where the user is a member, as `users.memberships` answers it. */
      readonly memberships?: boolean
    }
  : unknown)

type KeysOf<N extends DefinedNamespace | undefined, Keys> = Keys extends readonly (infer Key extends string)[]
  ? { readonly [One in Key]?: ValueAt<N, One> }
  : ValuesOf<N>

type MetadataOf<K extends CarrierKind, Names, Metadata> = Names extends readonly (infer Name extends string)[]
  ? { readonly [One in Name]: ValuesOf<NamespaceAt<Metadata, `${K}.${One}`>> }
  : { readonly [One in keyof Names & string]: KeysOf<NamespaceAt<Metadata, `${K}.${One}`>, Names[One]> }

/** What an item has beside its own members. */
export type Included<K extends CarrierKind, I, Metadata = UndefinedMetadata> = (I extends {
  readonly metadata: infer Names
}
  ? { readonly metadata: MetadataOf<K, Names, Metadata> }
  : unknown) &
  (I extends { readonly memberships: true } ? { readonly memberships: readonly Membership[] } : unknown)

export interface ParsedInclude {
  /** Keys by namespace; `undefined`: all of them. Absent: no metadata. */
  readonly metadata?: ReadonlyMap<string, readonly string[] | undefined>
  readonly memberships: boolean
}

/** @throws {@link InvalidInputError} for what the kind does not have, naming its place. */
export function parseInclude(kind: FoundKind, include: unknown): ParsedInclude | undefined {
  if (include === undefined) return undefined
  const asked = new Map(membersOf(include, 'include'))
  for (const name of asked.keys()) {
    if (kind === 'member' || !(name === 'metadata' || (name === 'memberships' && kind === 'user'))) {
      throw new InvalidInputError(`include.${name}`, 'is not known')
    }
  }
  const memberships = asked.get('memberships') ?? false
  if (typeof memberships !== 'boolean') throw new InvalidInputError('include.memberships', 'must be true or false')
  return { memberships, ...(asked.has('metadata') && { metadata: namespacesOf(asked.get('metadata')) }) }
}

function namespacesOf(value: unknown): ReadonlyMap<string, readonly string[] | undefined> {
  const path = 'include.metadata'
  const given = isPlain(value)
    ? membersOf(value, path).map(([name, keys]) => [name, keysOf(keys, `${path}.${name}`)] as const)
    : listOf(value, path).map((name) => [name as string, undefined] as const)
  const namespaces = new Map(given)
  if (namespaces.size > maxIncludedNamespaces) {
    throw new LimitExceededError('include.namespaces', maxIncludedNamespaces, namespaces.size)
  }
  for (const namespace of namespaces.keys()) checkNamespace(namespace)
  return namespaces
}

function keysOf(value: unknown, path: string): readonly string[] | undefined {
  if (value === true) return undefined
  const keys = listOf(value, path)
  if (keys.length > maxValues) throw new LimitExceededError('include.keys', maxValues, keys.length)
  return [...new Set(keys)].map((key) => {
    checkKey(key as string)
    return key as string
  })
}
