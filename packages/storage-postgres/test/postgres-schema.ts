import type pg from 'pg'

const catalogs = [
  `select relname as name, relkind::text, relpersistence::text, pg_get_partkeydef(oid) as cut, pg_get_expr(relpartbound, oid) as part
    from pg_class where relnamespace = $1::regnamespace`,
  `select relname as name, attnum, attname, atttypid::regtype::text as type, attnotnull, attidentity, attcollation, pg_get_expr(adbin, adrelid) as value
    from pg_attribute join pg_class on pg_class.oid = attrelid left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where relnamespace = $1::regnamespace and relkind in ('r', 'p') and attnum > 0`,
  'select indexname as name, indexdef from pg_indexes where schemaname = $1',
  `select conname as name, conrelid::regclass::text as table, pg_get_constraintdef(oid) as condition
    from pg_constraint where connamespace = $1::regnamespace`,
  'select proname as name, pg_get_functiondef(oid) as body from pg_proc where pronamespace = $1::regnamespace',
]

/** What makes two schemas the same, in an order of its own. */
export async function schemaOf(client: pg.Client | pg.Pool, schema = 'public'): Promise<readonly string[]> {
  const found: string[] = []
  for (const query of catalogs) {
    const { rows } = await client.query(query, [schema])
    found.push(...rows.map((row) => JSON.stringify(row)))
  }
  return found.sort()
}

/**
 * The rows of a database as statements that put them into another of the same schema, as a dump has them: with the
 * numbers that the server gave, and where it goes on.
 *
 * @param aheadBy - Added to the numbers of transactions: of a server that has been through more.
 */
export async function rowsAsSql(client: pg.Client | pg.Pool, aheadBy: number): Promise<string> {
  const { rows: tables } = await client.query(
    `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname !~ '_migration(_lock)?$' order by 1`,
  )
  const statements: string[] = []
  for (const { relname } of tables) {
    const { rows: columns } = await client.query(
      `select attname::text as name from pg_attribute where attrelid = $1::regclass and attnum > 0 order by attnum`,
      [relname],
    )
    const values = columns.map(({ name }) =>
      name === 'transaction_id'
        ? `quote_nullable((transaction_id::text::int8 + ${aheadBy})::text)`
        : `quote_nullable("${name}")`,
    )
    const order = columns.slice(0, 3).map((_, index) => index + 1)
    const { rows } = await client.query({
      text: `select ${values} from ${relname} order by ${order}`,
      rowMode: 'array',
    })
    const names = columns.map(({ name }) => `"${name}"`)
    for (const row of rows as string[][]) {
      statements.push(`insert into "${relname}" (${names}) overriding system value values (${row});\n`)
    }
  }
  const { rows } = await client.query(`select last_value from indwell_event_position_seq`)
  statements.push(`select setval('indwell_event_position_seq', ${rows[0].last_value});\n`)
  return statements.join('')
}
