import { TransactionError } from '@indwell/core'
import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { BoundStatement } from '../commit/commit-statement'
import type { Run } from '../connections'
import type { PostgresRow } from '../postgres-pool'
import { compileStatement, type Statement, slot, tableReference } from '../statement-cache'
import { isLostRace } from '../translate-error'
import type { Joined } from './joined-connection'

const savepoint = compileStatement(sql`savepoint indwell_commit`)
const release = compileStatement(sql`release savepoint indwell_commit`)
const undo = compileStatement(sql`rollback to savepoint indwell_commit`)

/**
 * Applies a round within a transaction, which is as it was where that fails.
 *
 * @throws TransactionError `conflict` where others won whom this transaction will never see.
 */
export async function behindSavepoint(
  run: Run,
  names: TableNames,
  { lock, apply }: { readonly lock: BoundStatement | undefined; readonly apply: BoundStatement },
  { isReadCommitted }: Joined,
): Promise<readonly PostgresRow[]> {
  await run(savepoint, {})
  try {
    if (lock !== undefined) await run(lock.statement, lock.values)
    const rows = await run(apply.statement, apply.values)
    const answer = isReadCommitted ? await behindOthers(run, names, apply, rows) : rows
    await run(release, {})
    return answer
  } catch (error) {
    await run(undo, {}).catch(() => undefined)
    // Taking back what was done leaves the savepoint itself.
    await run(release, {}).catch(() => undefined)
    if (!isReadCommitted && isLostRace(error, names)) throw new TransactionError('conflict', { cause: error })
    throw error
  }
}

const statements = new WeakMap<TableNames, Statement>()

/**
 * Gives the events the number of the newest transaction in place of that of their own, which the host may have had before
 * others wrote what these events come behind: to the feed their order would be the wrong one.
 *
 * Nobody was shown anything so new, nor will be while the own transaction runs: the feed ends before the oldest that does.
 * The snapshot has to be newer than the locks, and where one serves the whole transaction nothing came in between.
 */
async function behindOthers(
  run: Run,
  names: TableNames,
  { values }: BoundStatement,
  rows: readonly PostgresRow[],
): Promise<readonly PostgresRow[]> {
  const feed = rows.find(([number]) => number === null)
  const [, , , transaction, places] = feed ?? []
  if (transaction == null || places == null) return rows
  const statement = statements.get(names) ?? moveEvents(names)
  statements.set(names, statement)
  const [moved] = await run(statement, { instance: values.instance, transaction, places: `{${places}}` })
  if (moved === undefined) return rows
  return rows.map((row) => (row === feed ? row.map((text, column) => (column === 3 ? moved[0]! : text)) : row))
}

const moveEvents = (names: TableNames) =>
  compileStatement(sql`with moved as (
      update ${tableReference(names, names.event)}
      set transaction_id = (transaction_id::text::int8 + newest.ahead)::text::xid8
      from (
        select pg_snapshot_xmax(pg_current_snapshot())::text::int8 - 1 - pg_current_xact_id()::text::int8 as ahead
      ) as newest
      where instance_id = ${slot('instance')} and transaction_id = ${slot('transaction')}::xid8
        and position = any(${slot('places')}::int8[]) and newest.ahead > 0
      returning transaction_id
    ) select min(transaction_id::text) from moved having count(*) > 0`)
