export { type Column, type ColumnType, foldedColumns, type RecordTable, recordTables } from './columns'
export { compile, param, queryBuilder, type Tables } from './compile'
export { indexedTable } from './indexed-table'
export {
  type IndexRow,
  indexesOfEntry,
  indexesOfSubject,
  isSameIndex,
  type KnownIndexes,
  knownIndexes,
  type NumberedIndex,
  noIndexes,
  valuesOfEntry,
} from './metadata-indexes/known-indexes'
export { type IndexedValue, valueDifference } from './metadata-indexes/value-difference'
export { migrateToLatest, migrations } from './migrate'
export { type Dialect, sqlTypes } from './migrations/sql-types'
export { type Columns, filterPredicate } from './predicates/filter-predicate'
export { type EntryQuestion, entryMatches, metadataFunction } from './predicates/metadata-match'
export type { Predicate } from './predicates/predicate'
export { searchColumns } from './predicates/search-columns'
export { asksForMetadata, planSearch, type SearchPlan, selectColumn } from './predicates/search-plan'
export { foldCase, foldedValue, foldFunction } from './predicates/text-match'
export { type TableNames, type TableNaming, tableNames } from './table-names'
