import { createEventFunctions, type TableNames } from '@indwell/storage-kysely'
import { type Kysely, sql } from 'kysely'
import { tableReference } from '../statement-cache'

/**
 * Makes new events come behind those that a dump brought from another server, whose transactions may have had larger
 * numbers than this one's have yet. Otherwise the feed would not show them, and consumers would never see what is written
 * until the numbers have caught up.
 */
export async function adoptServer(
  db: Kysely<unknown>,
  names: TableNames,
  options: { readonly joined?: boolean } = {},
): Promise<void> {
  if (await isHome(db, names)) return
  if (options.joined) return adopt(db, names)
  await db.transaction().execute((trx) => adopt(trx, names))
}

async function isHome(db: Kysely<unknown>, names: TableNames): Promise<boolean> {
  const { rows: rights } = await sql<{ may: boolean }>`
    select has_function_privilege('pg_control_system()', 'execute') as may`.execute(db)
  if (!rights[0]!.may) return true
  const { rows } = await sql<{ home: boolean }>`
    select ${tableReference(names, names.eventServer)}() in ('', system_identifier::text) as home
    from pg_control_system()`.execute(db)
  return rows[0]!.home
}

async function adopt(db: Kysely<unknown>, names: TableNames): Promise<void> {
  const event = tableReference(names, names.event)
  // Waits for writers and for other processes that adopt.
  await sql`lock table ${event} in share row exclusive mode`.execute(db)
  if (await isHome(db, names)) return
  const { rows } = await sql<{ shift: string }>`
    select greatest(0, coalesce(max(transaction_id::text::int8), 0) + 1 - pg_snapshot_xmax(pg_current_snapshot())::text::int8)::text as shift
    from ${event}`.execute(db)
  await createEventFunctions(db, names, rows[0]!.shift)
}
