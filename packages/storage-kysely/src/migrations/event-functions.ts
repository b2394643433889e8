import { type Kysely, sql } from 'kysely'
import type { TableNames } from '../table-names'

/**
 * The number of the transaction that writes an event, and the oldest one that still runs: both larger by `shift` than the
 * server has them. A dump brings events from another server, whose numbers may be ahead of this one's; what is written
 * from then on has to come behind them. Planners put in the bodies where the functions are called.
 *
 * @param shift - A whole number, as text.
 */
export async function createEventFunctions(db: Kysely<unknown>, names: TableNames, shift = '0'): Promise<void> {
  const qualified = (name: string) => sql.id(...(names.schema === undefined ? [] : [names.schema]), name)
  const shifted = (number: string) =>
    sql.lit(`select ${shift === '0' ? number : `(${number}::text::int8 + ${shift})::text::xid8`}`)

  await sql`create or replace function ${qualified(names.eventTransaction)}() returns xid8 language sql volatile
    as ${shifted('pg_current_xact_id()')}`.execute(db)
  await sql`create or replace function ${qualified(names.eventHorizon)}() returns xid8 language sql stable
    as ${shifted('pg_snapshot_xmin(pg_current_snapshot())')}`.execute(db)
  // Which server this was found out on. In one statement, so that it can be printed.
  const header = sql.lit(
    `create or replace function ${[names.schema, names.eventServer]
      .flatMap((name) => (name === undefined ? [] : `"${name}"`))
      .join('.')}() returns text language sql immutable as %L`,
  )
  // Where a service keeps the server's own number from its users, a move goes unnoticed.
  await sql`do ${sql.raw('$do$')} declare server text := ''; begin
    if has_function_privilege('pg_control_system()', 'execute') then
      select system_identifier into server from pg_control_system();
    end if;
    execute format(${header}, format('select %L::text', server));
  end ${sql.raw('$do$')}`.execute(db)
}
