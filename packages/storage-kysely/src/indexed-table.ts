import { type AliasedRawBuilder, sql } from 'kysely'

/**
 * A table to select from on SQLite by one of its indexes, and no other way.
 *
 * SQLite takes every key for narrow until somebody ran `analyze`, the one that begins with the instance as well, and would
 * rather read a whole instance by its key than a user's rows by their index.
 *
 * @param index - With the host's prefix.
 */
export function indexedTable<Alias extends string>(
  table: string,
  alias: Alias,
  index: string,
): AliasedRawBuilder<Record<string, unknown>, Alias> {
  return sql<Record<string, unknown>>`${sql.table(table)}`.as<Alias>(sql`${sql.id(alias)} indexed by ${sql.id(index)}`)
}
