import type { SignalOption } from '../heed-signal'
import type { MetadataValue } from '../metadata/metadata-input'
import type { DefinedNamespace, NamespaceAt, UndefinedMetadata } from '../metadata-definition/metadata-shape'
import type { RecordMap } from '../storage/records'
import type { CarrierKind } from '../storage/search'
import type { FieldKind, FoundKind, foundFields, memberUserFields } from './found-fields'
import type { UnindexedPolicy } from './unindexed'

interface OneOf<T> {
  readonly eq?: T
  /** At most 1000. */
  readonly in?: readonly T[]
}

/** Ends of one range, both of one type. Texts order by code points. */
interface Between<T> {
  readonly gt?: T
  readonly gte?: T
  readonly lt?: T
  readonly lte?: T
}

interface PartOfText {
  readonly prefix?: string
  readonly suffix?: string
  /** A part of the text; `%` and `_` mean themselves. */
  readonly contains?: string
  /** Of `eq`, `in`, `prefix`, `suffix`, `contains` and `has`. Default false. */
  readonly ignoreCase?: boolean
}

interface Existing {
  /** Whether there is something but `null`. */
  readonly exists?: boolean
}

/** A text, or what is asked of it; several at once: all of them. */
export type TextWhere<T extends string = string> = T | (OneOf<T> & Between<string> & PartOfText & Existing)
/** A time in milliseconds since the epoch or as a date, or what is asked of it. */
export type TimeWhere = number | Date | (OneOf<number | Date> & Between<number | Date> & Existing)
export type BooleanWhere = boolean | (OneOf<boolean> & Existing)

type FieldWhere<V> =
  | (null extends V ? null : never)
  | (NonNullable<V> extends string
      ? TextWhere<NonNullable<V>>
      : NonNullable<V> extends number
        ? TimeWhere
        : BooleanWhere)

type FieldsOf<K extends FoundKind> = keyof (typeof foundFields)[K] & string

type RecordWhere<K extends FoundKind> = {
  readonly [Field in FieldsOf<K>]?: Field extends keyof RecordMap[K] ? FieldWhere<RecordMap[K][Field]> : TimeWhere
}

type Scalar = string | number | boolean
type ItemsOf<V> = V extends readonly (infer Item)[] ? ItemsOf<Item> : V
type Wide<T> = T extends string ? string : T extends number ? number : T

/**
 * What is asked of values in metadata: a scalar, or one thing, or the ends of one range. Lists stand for their items, and
 * one item has to pass.
 */
export type AnyValueWhere =
  | Scalar
  | (OneOf<Scalar> &
      Between<string | number> &
      PartOfText &
      Existing & {
        /** An item of a list. */
        readonly has?: Scalar
        /** Members of an object, each asked for itself. */
        readonly at?: Readonly<Record<string, AnyValueWhere>>
      })

type MembersOf<T> = Extract<T, Readonly<Record<string, unknown>>>

/** {@link AnyValueWhere} of a value whose type is known. */
export type ValueWhere<V> = [MetadataValue] extends [V]
  ? AnyValueWhere
  : KnownValueWhere<
      Extract<ItemsOf<V>, Scalar>,
      MembersOf<ItemsOf<V>>,
      NonNullable<V> extends readonly unknown[] ? true : false
    >

type KnownValueWhere<S extends Scalar, O, List extends boolean> =
  | S
  | (Existing &
      ([S] extends [never] ? unknown : OneOf<S> & (List extends true ? { readonly has?: S } : unknown)) &
      ([Extract<S, string | number>] extends [never] ? unknown : Between<Wide<Extract<S, string | number>>>) &
      ([Extract<S, string>] extends [never] ? unknown : PartOfText) &
      ([O] extends [never] ? unknown : { readonly at?: { readonly [Name in keyof O]?: ValueWhere<O[Name]> } }))

type NamespaceWhere<N extends DefinedNamespace | undefined> =
  N extends DefinedNamespace<infer Keys, infer Unknown>
    ? { readonly [Key in keyof Keys]?: ValueWhere<Keys[Key]['output']> } & (Unknown extends 'allow'
        ? Readonly<Record<string, AnyValueWhere>>
        : unknown)
    : Readonly<Record<string, AnyValueWhere>>

/** The namespace that `metadata` means. */
interface OwnNamespace {
  readonly user: 'app'
  readonly org: 'org'
  readonly client: 'client'
}

/** A list of texts with that very one among its items. */
interface ListWhere {
  readonly has: string
}

/** All of it of one membership. */
interface MembershipWhere {
  readonly orgId?: TextWhere
  /** A role that is held there. */
  readonly roles?: ListWhere
}

interface MembershipsWhere {
  /** A member of an org that is like this. */
  readonly some?: MembershipWhere
  /** A member of no such org. */
  readonly none?: MembershipWhere
}

/** Whom a member is. A user that is gone has `null` everywhere. */
type MemberUserWhere = { readonly [Field in keyof typeof memberUserFields]?: TextWhere | null }

/**
 * What is looked for. Members hold together; `undefined` is refused rather than guessed at, and so is what is not known.
 *
 * @typeParam Metadata - What metadata holds, by a definition.
 */
export type Where<K extends FoundKind, Metadata = UndefinedMetadata> = RecordWhere<K> & {
  readonly and?: readonly Where<K, Metadata>[]
  readonly or?: readonly Where<K, Metadata>[]
  readonly not?: Where<K, Metadata>
} & (K extends CarrierKind ? MetadataWhere<K, Metadata> : unknown) &
  (K extends 'user' ? { readonly memberships?: MembershipsWhere } : unknown) &
  (K extends 'member' ? { readonly user?: MemberUserWhere; readonly roles?: ListWhere } : unknown)

interface MetadataWhere<K extends CarrierKind, Metadata> {
  /** By key: of `app` for users, `org` for orgs, `client` for clients. Key and value are those of one entry. */
  readonly metadata?: NamespaceWhere<NamespaceAt<Metadata, `${K}.${OwnNamespace[K]}`>>
  /** By namespace, then by key. */
  readonly metadataIn?: {
    readonly [Place in keyof Metadata as Place extends `${K}.${infer Name}` ? Name : never]?: NamespaceWhere<
      NamespaceAt<Metadata, Place & string>
    >
  } & Readonly<Record<string, object>>
}

type OrderField<K extends FoundKind> = {
  [Field in FieldsOf<K>]: Field extends 'updatedAt'
    ? never
    : (typeof foundFields)[K][Field] extends FieldKind<'text' | 'time'>
      ? Field
      : never
}[FieldsOf<K>]

/** One member: `{ createdAt: 'desc' }`. */
export type OrderBy<K extends FoundKind> = { readonly [Field in OrderField<K>]?: 'asc' | 'desc' }

/**
 * What is looked for, in what order, and which part of it is answered.
 *
 * @typeParam K - `user`, `org`, `client` or `member`.
 */
export interface FindQuery<K extends FoundKind, Metadata = UndefinedMetadata> extends SignalOption {
  /** Default: everything that the call may see. */
  readonly where?: Where<K, Metadata>
  /**
   * Up to 5, the first one deciding first. Ties are broken by id. `null` is smaller than any value. Default: by id; of
   * clients the oldest first.
   */
  readonly orderBy?: OrderBy<K> | readonly OrderBy<K>[]
  /** What the page before said as `next`; `undefined`: the first page. */
  readonly after?: string | undefined
  /** 1 to 1000 items. Default 100. */
  readonly limit?: number
  /** What becomes of conditions on metadata that no declared index finds. Default: as `createDirectory` was told. */
  readonly unindexed?: UnindexedPolicy
}

export interface FoundPage<T> {
  readonly items: readonly T[]
  /** What the next page comes `after`; absent on the last one. */
  readonly next?: string
}
