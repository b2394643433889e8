export { type Column, type ColumnType, foldedColumns, type RecordTable, recordTables } from './columns'
export { compile, param, queryBuilder, type Tables } from './compile'
export { indexedTable } from './indexed-table'
export { isKysely, type KyselyTransaction, requireOpenTransaction } from './kysely-transaction'
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
export { type MigrationState, type Migrations, migrateToLatest, migrationState, migrations } from './migrate'
export {
  type CommandOutput,
  type ExitCode,
  isMigrationCommand,
  type MigrationCommand,
  runMigrationCommand,
  runToExitCode,
} from './migration-command'
export { migrationSql, migrationStatements } from './migration-sql'
export { createEventFunctions } from './migrations/event-functions'
export { type Dialect, sqlTypes } from './migrations/sql-types'
export { type ExplainedLookup, explainedSearch } from './predicates/explained-search'
export { type Columns, filterPredicate } from './predicates/filter-predicate'
export { type EntryQuestion, entryMatches, metadataFunction } from './predicates/metadata-match'
export type { Predicate } from './predicates/predicate'
export { searchColumns } from './predicates/search-columns'
export { asksForMetadata, planSearch, type SearchPlan, selectColumn } from './predicates/search-plan'
export { foldCase, foldedValue, foldFunction } from './predicates/text-match'
export {
  partitionNames,
  spreadTables,
  type TableNames,
  type TableNaming,
  type TableSpread,
  tableNames,
} from './table-names'
export { type VisibleKind, type VisibleTo, visibleTo } from './visible/visible-to'
