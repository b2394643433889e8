import type { MetadataIndex, MetadataIndexState } from './metadata-index'
import type { RecordSearch } from './search'

/** Rows that a database looks up by an index, or by the key of a table, instead of reading all there are. */
export interface IndexLookup {
  /** As the database names it, and its table's name for a key without one. */
  readonly index: string
  /**
   * Whose rows: the records that are searched, what is kept beside them (of a member, the user), memberships of users, or
   * values of metadata.
   */
  readonly of: 'record' | 'beside' | 'membership' | 'metadata'
  /** Members whose columns the lookup names: of the record, or of a membership. */
  readonly fields: readonly string[]
}

/** How a database would answer a search now. */
export interface SearchExplanation {
  /** The statement that finds the page; values stand apart from it. */
  readonly statement: string
  /** What the database says of it, line by line, in words of its own. */
  readonly plan: readonly string[]
  readonly lookups: readonly IndexLookup[]
  /** Indexes of metadata of the kind that is searched, and whether the search begins with what they find. */
  readonly metadataIndexes: readonly (MetadataIndexState & { readonly narrows: boolean })[]
}

/** Says how searches are answered, without answering them. A storage that cannot leaves it out. */
export interface SearchExplainer {
  explainSearch(instanceId: string, search: RecordSearch): Promise<SearchExplanation>
}

/** Whether an index is of that place. */
export const isIndexOf = (index: MetadataIndex, { namespace, path }: Pick<MetadataIndex, 'namespace' | 'path'>) =>
  index.namespace === namespace &&
  index.path.length === path.length &&
  index.path.every((name, place) => name === path[place])
