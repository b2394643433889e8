import { compileRules } from './metadata-rules'
import type { DefinedKey, DefinedNamespace, MetadataShape, UnknownKeys } from './metadata-shape'
import type { StandardSchema } from './standard-schema'

/**
 * Who may read or write a key: the user itself, whoever holds the permission to read or write the subject, or the system
 * alone, which always may.
 */
export type MetadataParty = 'self' | 'orgAdmin' | 'system'

/** A key with more to say than what its values look like. */
export interface MetadataKeyOptions {
  readonly schema: StandardSchema
  /** What reads answer where nothing is stored. It is kept nowhere: another default counts for all subjects at once. */
  readonly default?: unknown
  /** Searches find its values by an index, as `metadataIndexes` of `createDirectory` declares them. */
  readonly indexed?: boolean
  /** No two subjects of the instance may hold equal values, as JSON compares them; `null` is held by any number. */
  readonly unique?: boolean
  /** Absent: who may read the metadata of the subject. */
  readonly read?: readonly MetadataParty[]
  /** Absent: who may write the metadata of the subject. */
  readonly write?: readonly MetadataParty[]
  /** From when it was last set; then it is as if it was not there. In milliseconds, at least 1. */
  readonly expiresAfterMs?: number
  /** No event shows its values. */
  readonly redact?: boolean
  /**
   * Its values are encrypted wherever they are stored, under keys of `createDirectory`'s `keyProvider`. With a blind index
   * searches may ask whether a value equals another, and with no index nothing.
   */
  readonly encrypted?: boolean | { readonly blindIndex?: boolean }
}

export type DefinedKeyInput = StandardSchema | MetadataKeyOptions

/**
 * Keys by kind of subject: `user` means its namespace `app`, `org` its namespace `org`, `client` its namespace `client`.
 * Others are named: `user.user` is what Auth0 calls `user_metadata`.
 */
export type MetadataDefinitionInput = {
  readonly [Place in 'user' | 'org' | 'client' | `${'user' | 'org' | 'client'}.${string}`]?: Readonly<
    Record<string, DefinedKeyInput>
  >
}

export interface MetadataDefinitionOptions<Unknown> {
  /** Of all namespaces that are defined, or of each as it is named there. Default `allow`. */
  readonly unknownKeys?: Unknown
}

/** What `createDirectory` takes as `metadata`. */
export interface MetadataDefinition<Shape> {
  readonly definition: MetadataDefinitionInput
  readonly unknownKeys: UnknownKeys | Readonly<Record<string, UnknownKeys>>
  /** Never there at run time. */
  readonly '~shape'?: Shape | undefined
}

/** Schemas of zod have methods that are called `default` and the like: they are schemas first. */
type Schema = { readonly '~standard': unknown }
type SchemaOf<Key> = Key extends Schema ? Key : Key extends { readonly schema: infer Given } ? Given : never
type TypesOf<Key> =
  SchemaOf<Key> extends { readonly '~standard': { readonly types?: infer Types } } ? NonNullable<Types> : unknown
type InputOf<Key> = TypesOf<Key> extends { readonly input: infer Input } ? Input : unknown
type OutputOf<Key> = TypesOf<Key> extends { readonly output: infer Output } ? Output : unknown
/** A key that some readers may not see is one that may be missing. */
type ShownOf<Key> = Key extends Schema | { readonly read: unknown }
  ? 'maybe'
  : Key extends { readonly default: unknown }
    ? 'always'
    : 'maybe'
type PlaceOf<Name> = Name extends 'user'
  ? 'user.app'
  : Name extends 'org'
    ? 'org.org'
    : Name extends 'client'
      ? 'client.client'
      : Name
type UnknownOf<Unknown, Name> = Unknown extends UnknownKeys
  ? Unknown
  : Name extends keyof Unknown
    ? Unknown[Name] extends UnknownKeys
      ? Unknown[Name]
      : 'allow'
    : 'allow'

/** A default is what reads answer, so it is what the schema makes of its input. */
type DefaultsThatFit<Definition> = {
  readonly [Name in keyof Definition]: {
    readonly [Key in keyof Definition[Name]]: Definition[Name][Key] extends Schema
      ? unknown
      : Definition[Name][Key] extends { readonly default: unknown }
        ? { readonly default: OutputOf<Definition[Name][Key]> }
        : unknown
  }
} & { readonly [Name in Exclude<keyof Definition, keyof MetadataDefinitionInput>]: never }

/**
 * Says once what metadata looks like: for the compiler, and for every write, whichever way it comes in. A key is a schema
 * of any library that keeps to https://standardschema.dev, or an object that holds one and says more. Schemas are asked
 * synchronously, before anything is read; what they make of a value is what is stored, so it has to be JSON or bytes.
 *
 * @throws {@link InvalidInputError} for what is no schema, a place that is no kind of subject or no namespace, one that is
 * named twice, and a default, time or party that makes no sense.
 */
export function defineMetadata<
  const Definition extends MetadataDefinitionInput,
  const Unknown extends UnknownKeys | { readonly [Name in keyof Definition]?: UnknownKeys } = 'allow',
>(
  definition: Definition & DefaultsThatFit<Definition>,
  options: MetadataDefinitionOptions<Unknown> = {},
): MetadataDefinition<{
  // Written out rather than named, so that declarations of a consumer's project hold what values are and no library.
  readonly [Name in keyof Definition & string as PlaceOf<Name>]: DefinedNamespace<
    {
      readonly [Key in keyof Definition[Name] & string]: DefinedKey<
        InputOf<Definition[Name][Key]>,
        OutputOf<Definition[Name][Key]>,
        ShownOf<Definition[Name][Key]>
      >
    },
    UnknownOf<Unknown, Name>
  >
}> {
  const defined = {
    definition,
    unknownKeys: (options.unknownKeys ?? 'allow') as MetadataDefinition<MetadataShape>['unknownKeys'],
  }
  compileRules(defined)
  return defined
}
