import type {
  AggregateKey,
  AggregateType,
  EntryRecord,
  RecordKind,
  RecordMap,
  SubjectKey,
  SubjectType,
} from './records'

/** How a text is compared. `%` and `_` mean themselves. */
export type TextMethod = 'equals' | 'starts-with' | 'contains' | 'ends-with'

/** Two ends of one type, either of which may be left open. Texts order by code points. */
export interface Range {
  readonly from?: string | number
  readonly to?: string | number
  readonly fromInclusive: boolean
  readonly toInclusive: boolean
}

/**
 * What is asked of a JSON value.
 *
 * `exists`: something other than `null` stands there or below it, so that empty objects and empty arrays do not exist.
 * The others ask for a value of the type they name, numbers comparing as doubles; a range without ends for any text or
 * number. What no database can hold in a text, NUL and halves of surrogate pairs, counts as U+FFFD.
 */
export type ValueTest =
  | { readonly op: 'exists' }
  | { readonly op: 'equals'; readonly value: string | number | boolean }
  /** Equal to any of them. */
  | { readonly op: 'in'; readonly values: readonly (string | number | boolean)[] }
  | { readonly op: 'text'; readonly method: TextMethod; readonly value: string; readonly ignoreCase: boolean }
  | ({ readonly op: 'range' } & Range)

/**
 * Holds for a subject with an entry that has a value at `path` which passes the test: key and value of one entry, one
 * value alone. Bytes have no values.
 */
export interface MetadataCondition {
  readonly op: 'metadata'
  readonly namespace: string
  /**
   * The entry's key, then names of members. Arrays stand for their elements wherever they occur, nested ones too. Empty:
   * the values of all entries of the namespace.
   */
  readonly path: readonly string[]
  readonly test: ValueTest
}

/** Holds for a record whose list has that very text among its items. */
export interface HoldsCondition<Field extends string = string> {
  readonly op: 'holds'
  readonly field: Field
  readonly value: string
}

/** Holds for a user with a membership in an org, one alone, whose org's id and roles meet all of `of`. */
export interface MembershipCondition {
  readonly op: 'membership'
  readonly of: Filter<'orgId', HoldsCondition<'roles'>>
}

/** A condition on the members of a record. `Field` is what may be named, `Other` what more may be asked. */
export type Filter<Field extends string = string, Other = never> =
  | { readonly op: 'and' | 'or'; readonly filters: readonly Filter<Field, Other>[] }
  | { readonly op: 'not'; readonly filter: Filter<Field, Other> }
  /** `ignoreCase` folds both sides. A member that is `null` never matches. */
  | {
      readonly op: 'text'
      readonly field: Field
      readonly method: TextMethod
      readonly value: string
      readonly ignoreCase: boolean
    }
  | { readonly op: 'equals'; readonly field: Field; readonly value: string | number | boolean | null }
  /** Equal to any of them; none is `null`. */
  | { readonly op: 'in'; readonly field: Field; readonly values: readonly (string | number | boolean)[] }
  /** Of texts and of numbers, times among them. Without ends: any value but `null`. */
  | ({ readonly op: 'range'; readonly field: Field } & Range)
  | Other

/** What any search may be filtered by. */
export type AnyFilter = Filter<string, MetadataCondition | HoldsCondition | MembershipCondition>

export interface Sort<Field extends string = string> {
  readonly field: Field
  readonly descending: boolean
}

export type FieldOf<T> = Extract<keyof T, string>

/** Records that carry metadata, under the name their subject and their aggregate have. */
export type CarrierKind = Extract<RecordKind, AggregateType & SubjectType>

/** What is known of a member's user, whatever org owns it; `null` of a user that is gone. */
export type MemberUserField =
  `user.${'type' | 'userName' | 'displayName' | 'firstName' | 'lastName' | 'email' | 'orgId'}`

/**
 * Members of the record and what is known of it elsewhere. `updatedAt`: when the newest event of the subject happened, a
 * change of its metadata among them.
 */
export type SearchField<K extends RecordKind> =
  | FieldOf<RecordMap[K]>
  | (K extends CarrierKind ? 'updatedAt' : never)
  | (K extends 'member' ? MemberUserField : never)

/**
 * `loginName`, of users: any of the texts that are the user name, `@`, and a verified domain of the org that owns the
 * user. There are none without such a domain.
 */
export type FilterField<K extends RecordKind> = SearchField<K> | (K extends 'user' ? 'loginName' : never)

export type RecordFilter<K extends RecordKind> = Filter<
  FilterField<K>,
  | (K extends CarrierKind ? MetadataCondition : never)
  | (K extends keyof ListFields ? HoldsCondition<ListFields[K]> : never)
  | (K extends 'user' ? MembershipCondition : never)
>

/** Members that are lists of texts. */
interface ListFields {
  readonly member: 'roles'
  readonly role: 'permissions'
}

interface Paged {
  readonly offset: number
  readonly limit: number
  /** Also count all that match: costs a scan of them. */
  readonly count: boolean
}

/** Records of one kind; ties of `sort` are broken by the key, so that pages never overlap. */
export type RecordSearch = {
  [K in RecordKind]: Paged & {
    readonly kind: K
    readonly filter?: RecordFilter<K>
    readonly sort?: readonly Sort<SearchField<K>>[]
  }
}[RecordKind]

/** A search for records of one kind. */
export type SearchOf<K extends RecordKind> = Extract<RecordSearch, { readonly kind: K }>

/** Entries of one namespace of a subject, oldest first unless sorted otherwise. */
export interface EntrySearch extends Paged {
  readonly kind: 'entry'
  readonly subject: SubjectKey
  readonly namespace: string
  readonly filter?: Filter<'key'>
  readonly descending?: boolean
}

export type Search = RecordSearch | EntrySearch

export type SearchResult<S extends Search> = S extends { kind: infer K }
  ? K extends RecordKind
    ? RecordMap[K]
    : K extends 'entry'
      ? EntryRecord
      : never
  : never

export interface Page<T> {
  readonly items: readonly T[]
  /** All that match, where it was asked for. */
  readonly total?: number
}

/**
 * What is asked of the log. Every member narrows it further; of a list any value will do, so that an empty one finds
 * nothing.
 */
export interface EventQuery {
  /** Only events of this aggregate, by sequence. Absent: by position. */
  readonly aggregate?: AggregateKey
  readonly aggregateTypes?: readonly AggregateType[]
  /** Of aggregates with this id, whatever their type. */
  readonly aggregateId?: string
  readonly types?: readonly string[]
  /** Whoever acted, or was acted for; empty: the system for nobody. */
  readonly actorId?: string
  /** Only events of aggregates this org owns; empty: of the instance itself. */
  readonly owner?: string
  /**
   * Inclusive, in whole milliseconds since the epoch. With {@link EventQuery.until} exclusive, spans that follow each other
   * have every event exactly once.
   */
  readonly since?: number
  /** Exclusive. */
  readonly until?: number
  /** Only events with a greater sequence in their aggregate, in either direction; any number of digits. */
  readonly afterSequence?: string
  /** Only events with a smaller sequence in their aggregate, in either direction; any number of digits. */
  readonly beforeSequence?: string
  /** Only the event at this position; none for what is no event's position, to the letter. Found wherever it stands. */
  readonly at?: string
  /** Exclusive; a position this storage answered. What follows it in the direction of the query. */
  readonly after?: string
  readonly descending?: boolean
  readonly limit: number
}
