import type { MetadataChange } from '../metadata/draft-metadata'
import type { MetadataByNamespace, MetadataValue, MetadataValues } from '../metadata/metadata-input'

/** What a key takes and gives back; `always` where every reader finds it, set or not. */
export interface DefinedKey<Input, Output, Shown extends 'always' | 'maybe' = 'maybe'> {
  readonly input: Input
  readonly output: Output
  readonly shown: Shown
}

type DefinedKeys = Readonly<Record<string, DefinedKey<unknown, unknown, 'always' | 'maybe'>>>

export interface DefinedNamespace<Keys extends DefinedKeys = DefinedKeys, Unknown extends UnknownKeys = UnknownKeys> {
  readonly keys: Keys
  readonly unknownKeys: Unknown
}

/** What becomes of keys that a namespace does not define: kept as they are, left out, or refused. */
export type UnknownKeys = 'allow' | 'strip' | 'reject'

/** The types of metadata, by kind of subject and namespace: `user.app`. */
export type MetadataShape = Readonly<Record<string, DefinedNamespace>>

/** Nothing is defined: every key of every namespace takes any value. */
export type UndefinedMetadata = Readonly<Record<never, never>>

type Namespace = DefinedNamespace | undefined

/** The types of a namespace; `undefined` for one that nothing is said about. */
export type NamespaceAt<Shape, Place extends string> = [keyof Shape] extends [never]
  ? undefined
  : Place extends keyof Shape
    ? Shape[Place] extends DefinedNamespace
      ? Shape[Place]
      : undefined
    : undefined

type AnyText = string & {}

/** Keys to ask for. */
export type KeyOf<N extends Namespace> =
  N extends DefinedNamespace<infer Keys, infer Unknown>
    ? (keyof Keys & string) | (Unknown extends 'allow' ? AnyText : never)
    : string

/** What a key holds. */
export type ValueAt<N extends Namespace, Key extends string> =
  N extends DefinedNamespace<infer Keys>
    ? Key extends keyof Keys
      ? Keys[Key]['output']
      : MetadataValue
    : MetadataValue

type InputOf<Keys extends DefinedKeys> = Keys[keyof Keys]['input']

/** Values to set. */
export type ValuesToSet<N extends Namespace> =
  N extends DefinedNamespace<infer Keys, infer Unknown>
    ?
        | ({ readonly [Key in keyof Keys]?: Keys[Key]['input'] } & (Unknown extends 'allow'
            ? Readonly<Record<string, MetadataValue | InputOf<Keys>>>
            : unknown))
        | readonly (
            | { [Key in keyof Keys]: readonly [key: Key, value: Keys[Key]['input']] }[keyof Keys]
            | (Unknown extends 'allow' ? readonly [key: string, value: MetadataValue] : never)
          )[]
    : MetadataValues

/** Values by key, as they are read. */
export type ValuesOf<N extends Namespace> =
  N extends DefinedNamespace<infer Keys, infer Unknown>
    ? {
        readonly [Key in keyof Keys as Keys[Key]['shown'] extends 'always' ? Key : never]: Keys[Key]['output']
      } & {
        readonly [Key in keyof Keys as Keys[Key]['shown'] extends 'always' ? never : Key]?: Keys[Key]['output']
      } & (Unknown extends 'allow' ? Readonly<Record<string, MetadataValue | Keys[keyof Keys]['output']>> : unknown)
    : Readonly<Record<string, MetadataValue>>

/** One atomic change of a namespace. */
export type ChangeOf<N extends Namespace> = N extends DefinedNamespace
  ? Omit<MetadataChange, 'set'> & { readonly set?: ValuesToSet<N> }
  : MetadataChange

/** Namespaces of a kind of subject that something is said about. */
type NamespacesOf<Shape, Subject extends string> = {
  [Place in keyof Shape]: Place extends `${Subject}.${infer Name}` ? Name : never
}[keyof Shape]

/** Namespaces to ask for. */
export type NamespaceName<Shape, Subject extends string> = [keyof Shape] extends [never]
  ? string
  : NamespacesOf<Shape, Subject> | AnyText

/** First entries of a subject, by namespace. */
type FirstValues<Shape, Subject extends string> = {
  readonly [Name in NamespacesOf<Shape, Subject> & string]?: ValuesToSet<NamespaceAt<Shape, `${Subject}.${Name}`>>
} & Readonly<Record<string, object>>

type Changes<Shape, Subject extends string> = {
  readonly [Name in NamespacesOf<Shape, Subject> & string]?: ChangeOf<NamespaceAt<Shape, `${Subject}.${Name}`>>
} & Readonly<Record<string, object>>

type Snapshot<Shape, Subject extends string> = {
  readonly [Name in NamespacesOf<Shape, Subject> & string]?: ValuesOf<NamespaceAt<Shape, `${Subject}.${Name}`>>
} & Readonly<Record<string, object | undefined>>

type Untyped<Shape, Then, Else> = [keyof Shape] extends [never] ? Then : Else

/** Input of a creation, with its metadata as it is defined. */
export type WithValues<
  Input extends { readonly metadata?: MetadataByNamespace | undefined },
  Shape,
  Subject extends string,
> = Untyped<Shape, Input, Omit<Input, 'metadata'> & { readonly metadata?: FirstValues<Shape, Subject> | undefined }>

/** Input of an update, with its metadata as it is defined. */
export type WithChanges<Input extends { readonly metadata?: object }, Shape, Subject extends string> = Untyped<
  Shape,
  Input,
  Omit<Input, 'metadata'> & { readonly metadata?: Changes<Shape, Subject> }
>

/** What is read together with its metadata, as it is defined. */
export type WithMetadata<Read extends { readonly metadata: object }, Shape, Subject extends string> = Untyped<
  Shape,
  Read,
  Omit<Read, 'metadata'> & { readonly metadata: Snapshot<Shape, Subject> }
>
