import type { CarrierKind } from './search'

/** A place in the metadata of every subject of a kind whose values stand in an index, for searches to find them there. */
export interface MetadataIndex {
  readonly subjectType: CarrierKind
  readonly namespace: string
  /** The key of an entry, then names of members, as a condition on metadata names them. */
  readonly path: readonly string[]
}

/**
 * `building`: commits keep it, but what was written before it was declared may be missing, so no search goes by it.
 * `ready`: it holds every value.
 */
export type MetadataIndexState = MetadataIndex & { readonly state: 'building' | 'ready' }

/** How far a fill of an index came. */
export interface MetadataIndexFill {
  /** Nothing is left: the index is ready. */
  readonly done: boolean
  /** Values that were missing or no longer held by any entry. None where the index was as the entries are. */
  readonly corrected: number
}
