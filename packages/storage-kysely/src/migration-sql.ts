import {
  type CompiledQuery,
  type DatabaseConnection,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { type MigrationState, migratorOf } from './migrate'
import type { Dialect } from './migrations/sql-types'
import type { TableNames } from './table-names'

/** What the migrator would run where `state` is what it finds, as one transaction. */
export async function migrationSql(state: MigrationState, names: TableNames, dialect: Dialect): Promise<string> {
  if (state.pending.length === 0) return ''
  const statements = await migrationStatements(state, names, dialect)
  return ['begin', ...statements, 'commit'].map((statement) => `${statement};\n`).join('')
}

/** The migrator's own statements, taken down instead of run. Steps that read what is stored cannot be had like that. */
export async function migrationStatements(
  state: Pick<MigrationState, 'applied'>,
  names: TableNames,
  dialect: Dialect,
): Promise<readonly string[]> {
  const taken: string[] = []
  const db = new Kysely<unknown>({
    dialect: {
      createAdapter: () => (dialect === 'sqlite' ? new SqliteAdapter() : new PostgresAdapter()),
      createDriver: () => new NotingDriver(taken, state, names),
      createIntrospector: (db) => (dialect === 'sqlite' ? new SqliteIntrospector(db) : new PostgresIntrospector(db)),
      createQueryCompiler: () => (dialect === 'sqlite' ? new SqliteQueryCompiler() : new PostgresQueryCompiler()),
    },
  })
  const { error } = await migratorOf(db, names, dialect, true).migrateToLatest()
  if (error !== undefined) throw error
  return taken
}

class NotingDriver extends DummyDriver {
  readonly #connection: DatabaseConnection

  constructor(taken: string[], state: Pick<MigrationState, 'applied'>, names: TableNames) {
    super()
    const isThere = state.applied.length > 0
    this.#connection = {
      async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
        if (/^\s*(?:select|with)\b/.test(sql)) {
          // The only rows that the migrator counts on.
          const asksForSteps = sql.includes(`"${names.migration}"`)
          const rows = asksForSteps ? state.applied.map((name, index) => ({ name, timestamp: new Date(index) })) : []
          return { rows: rows as R[] }
        }
        const isMigrators =
          sql.includes(`"${names.migrationLock}"`) || /^create (?:schema|table if not exists)/.test(sql)
        if (!(isThere && isMigrators)) taken.push(withValues(sql, parameters))
        return { rows: [] }
      },
      // biome-ignore lint/correctness/useYield: nothing streams here.
      async *streamQuery() {
        throw new TypeError('a migration streams nothing')
      },
    }
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }
}

function withValues(sql: string, parameters: readonly unknown[]): string {
  if (parameters.length === 0) return sql
  let next = 0
  const text = sql.replace(/\?|\$\d+/g, () => literal(parameters[next++]))
  if (next !== parameters.length) throw new TypeError(`${parameters.length} values have no place in ${sql}`)
  return text
}

function literal(value: unknown): string {
  return typeof value === 'number' ? String(value) : `'${String(value).replaceAll("'", "''")}'`
}
