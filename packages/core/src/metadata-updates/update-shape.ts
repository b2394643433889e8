import type { MetadataChange } from '../metadata/draft-metadata'
import type { MetadataValue } from '../metadata/metadata-input'
import type {
  ChangeOf,
  DefinedKey,
  DefinedNamespace,
  KeyOf,
  ValueAt,
  ValuesToSet,
} from '../metadata-definition/metadata-shape'
import type { MetadataUpdate, UpdateValue } from './metadata-update'

type Namespace = DefinedNamespace | undefined

type DefinedKeys = Readonly<Record<string, DefinedKey<unknown, unknown, 'always' | 'maybe'>>>

type InputOf<Keys extends DefinedKeys> = Keys[keyof Keys]['input']

/** What a key can be set to. */
export type ValueToSet<N extends Namespace, Key extends string> =
  N extends DefinedNamespace<infer Keys> ? (Key extends keyof Keys ? Keys[Key]['input'] : MetadataValue) : MetadataValue

/** Values by key; `null` for those to remove. */
export type ValuesToMerge<N extends Namespace> =
  N extends DefinedNamespace<infer Keys, infer Unknown>
    ? { readonly [Key in keyof Keys]?: Keys[Key]['input'] | null } & (Unknown extends 'allow'
        ? Readonly<Record<string, MetadataValue | InputOf<Keys> | null>>
        : unknown)
    : Readonly<Record<string, MetadataValue>>

/** A part of a value, `null` for what to remove of it. */
type Merged<Value> = Value extends Uint8Array | readonly unknown[]
  ? Value | null
  : Value extends object
    ? { readonly [Name in keyof Value]?: Merged<Value[Name]> } | null
    : Value | null

/** Values by key, of which only what is named is merged; `null` for what to remove. */
export type ValuesToMergeDeep<N extends Namespace> =
  N extends DefinedNamespace<infer Keys, infer Unknown>
    ? { readonly [Key in keyof Keys]?: Merged<Keys[Key]['input']> } & (Unknown extends 'allow'
        ? Readonly<Record<string, MetadataValue | Merged<InputOf<Keys>>>>
        : unknown)
    : Readonly<Record<string, MetadataValue>>

/** Of a change that only sets, removes and clears. */
export type PlainChange = {
  readonly [Part in keyof MetadataUpdate]?: Part extends keyof MetadataChange ? unknown : never
}

/** Refuses parts that no update has. */
export type NoOtherParts<Change> = { readonly [Part in Exclude<keyof Change, keyof MetadataUpdate>]: never }

/** {@link MetadataUpdate} of a namespace as it is defined. */
export type UpdateOf<N extends Namespace> = N extends DefinedNamespace
  ? Omit<MetadataUpdate, 'set' | 'replace' | 'merge' | 'mergeDeep' | 'update'> &
      Pick<ChangeOf<N>, 'set'> & {
        readonly replace?: ValuesToSet<N>
        readonly merge?: ValuesToMerge<N>
        readonly mergeDeep?: ValuesToMergeDeep<N>
        readonly update?: { readonly [Key in KeyOf<N>]?: UpdateValue<ValueAt<N, Key>, ValueToSet<N, Key>> }
      }
  : MetadataUpdate
