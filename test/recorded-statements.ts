import { createRequire } from 'node:module'
import type { Dialect } from '@indwell/storage-kysely'
import { boundStatement, loadParser } from './instance-bound'

/** A statement that was run, with the values of its last run where the driver is given both at once. */
export interface RecordedStatement {
  readonly sql: string
  readonly values: readonly unknown[] | undefined
}

export interface Recording {
  /** Each text once. */
  readonly statements: readonly RecordedStatement[]
  stop(): void
}

/** Takes down what every connection of this process is given to run, by whatever storage. */
export function recordStatements(dialect: Dialect): Recording {
  const found = new Map<string, RecordedStatement>()
  const note = (sql: string, values?: readonly unknown[]) => found.set(sql, { sql, values })
  const stop = dialect === 'sqlite' ? recordSqlite(note) : recordPostgres(note)
  return {
    get statements() {
      return [...found.values()]
    },
    stop,
  }
}

type Method = (this: unknown, ...args: unknown[]) => unknown

function recordSqlite(note: (sql: string) => void): () => void {
  const { prototype } = driver('storage-sqlite', 'better-sqlite3') as { readonly prototype: { prepare: Method } }
  const original = prototype.prepare
  prototype.prepare = function (...args) {
    note(String(args[0]))
    return original.apply(this, args)
  }
  return () => {
    prototype.prepare = original
  }
}

function recordPostgres(note: (sql: string, values?: readonly unknown[]) => void): () => void {
  const { prototype } = (driver('storage-postgres', 'pg') as { readonly Client: { prototype: { query: Method } } })
    .Client
  const original = prototype.query
  prototype.query = function (...args) {
    const [query] = args as [string | { readonly text: string; readonly values?: readonly unknown[] }]
    if (typeof query === 'string') note(query)
    else note(query.text, query.values)
    return original.apply(this, args)
  }
  return () => {
    prototype.query = original
  }
}

/** The very module that the storage imports. */
function driver(adapter: string, name: string): unknown {
  return createRequire(new URL(`../packages/${adapter}/package.json`, import.meta.url))(name)
}

/** What reads or writes rows; transactions, settings and the schema's own statements do not. */
const ofRows = /^\s*(?:select|insert|update|delete|with)\b/i

export interface JudgedStatements {
  /** How many of them read or write rows of a table that has instances. */
  readonly count: number
  /** Tables that some statement reads or writes. */
  readonly tables: ReadonlySet<string>
  /** One line for each thing that is wrong. */
  readonly problems: readonly string[]
  /**
   * Statements that are let through although one comparison with the instance was taken out of them: the judge would not
   * notice if it was forgotten.
   */
  readonly unnoticed: readonly string[]
}

/** @param options.plain - As in `boundStatement`. */
export async function judgeStatements(
  statements: readonly RecordedStatement[],
  isTable: (name: string) => boolean,
  options: { readonly plain: boolean },
): Promise<JudgedStatements> {
  await loadParser()
  let count = 0
  const tables = new Set<string>()
  const problems: string[] = []
  const unnoticed: string[] = []
  const seen = new Set<string>()
  for (const { sql, values } of statements.filter(({ sql }) => ofRows.test(sql))) {
    const judged = boundStatement(sql, isTable, options)
    if (judged.tables.length === 0) continue
    count++
    for (const table of judged.tables) tables.add(table)
    problems.push(...judged.problems.map((problem) => `${problem}: ${sql}`))
    const instances = new Set([...judged.parameters].map((number) => values?.[number - 1]))
    if (instances.size !== 1) problems.push(`compares with ${instances.size} instances: ${sql}`)
    for (const broken of withoutOne(sql, seen)) {
      if (boundStatement(broken, isTable, options).problems.length === 0) unnoticed.push(broken)
    }
  }
  return { count, tables, problems, unnoticed }
}

/**
 * The statement with one of its comparisons of the instance always true, for each of them whose surroundings are new. Rows
 * of a page are the instance's already, and the comparison with them is one too many.
 */
function withoutOne(sql: string, seen: Set<string>): readonly string[] {
  const comparison = /\+?(?:"?\w+"?\.)?"?instance_id"? = (?:\$\d+|\?|(?:"?(?!page\b)\w+"?\.)?"?instance_id"?)/g
  return [...sql.matchAll(comparison)].flatMap(({ 0: found, index }) => {
    const surroundings = sql.slice(Math.max(0, index - 200), index + found.length + 100).replace(/\$\d+/g, '$')
    if (seen.has(surroundings)) return []
    seen.add(surroundings)
    // The value stays, so that those behind it keep their numbers.
    const value = /(?:\$\d+|\?)$/.exec(found)?.[0]
    const always = value === undefined ? 'true' : `(${value} is null or true)`
    return [sql.slice(0, index) + always + sql.slice(index + found.length)]
  })
}
