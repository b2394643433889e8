import type Database from 'better-sqlite3'

/** What makes two schemas the same, in an order of its own. */
export function schemaOf(database: Database.Database): readonly string[] {
  return database
    .prepare('select sql from sqlite_master where sql is not null order by name')
    .pluck()
    .all() as readonly string[]
}

/** The rows of a database as statements that put them into another of the same schema. */
export function rowsAsSql(database: Database.Database): string {
  const tables = database.prepare(`select name from sqlite_master where type = 'table' order by name`).pluck().all()
  return (tables as readonly string[])
    .filter((table) => !/_migration(?:_lock)?$/.test(table))
    .flatMap((table) => {
      const columns = (database.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => `"${name}"`)
      const rows = database
        .prepare(`select ${columns.map((column) => `quote(${column})`)} from ${table}`)
        .raw()
        .all()
      return (rows as string[][]).map((row) => `insert into "${table}" (${columns}) values (${row});\n`)
    })
    .join('')
}
