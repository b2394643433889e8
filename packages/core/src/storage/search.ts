import type { AggregateKey, EntryRecord, RecordKind, RecordMap, SubjectKey } from './records'

/** How a text is compared. `%` and `_` mean themselves. */
export type TextMethod = 'equals' | 'starts-with' | 'contains' | 'ends-with'

/** A condition on the members of a record. `Field` is what may be named. */
export type Filter<Field extends string = string> =
  | { readonly op: 'and' | 'or'; readonly filters: readonly Filter<Field>[] }
  | { readonly op: 'not'; readonly filter: Filter<Field> }
  /** `ignoreCase` folds both sides. A member that is `null` never matches. */
  | {
      readonly op: 'text'
      readonly field: Field
      readonly method: TextMethod
      readonly value: string
      readonly ignoreCase: boolean
    }
  | { readonly op: 'equals'; readonly field: Field; readonly value: string | number | boolean | null }
  | { readonly op: 'in'; readonly field: Field; readonly values: readonly string[] }

export interface Sort<Field extends string = string> {
  readonly field: Field
  readonly descending: boolean
}

export type FieldOf<T> = Extract<keyof T, string>

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
    readonly filter?: Filter<FieldOf<RecordMap[K]>>
    readonly sort?: readonly Sort<FieldOf<RecordMap[K]>>[]
  }
}[RecordKind]

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

export interface EventQuery {
  /** Only events of this aggregate, by sequence. */
  readonly aggregate?: AggregateKey
  /** Exclusive. */
  readonly afterSequence?: string
  /** Exclusive; a position this storage answered. */
  readonly after?: string
  /** Only events of aggregates this org owns. */
  readonly owner?: string
  readonly descending?: boolean
  readonly limit: number
}
