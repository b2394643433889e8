import { type VisibleTo as Visible, type VisibleKind, visibleTo as visible } from '@indwell/storage-kysely'
import type { Expression, SqlBool } from 'kysely'

/** Whose rows are asked for, and what the tables of the directory are called. */
export type VisibleTo = Omit<Visible, 'dialect' | 'schema'>

/**
 * A condition for queries of your own on the directory's database: the row is one that the caller's `list()` shows. The
 * database decides it when the query runs, by indexes and beside whatever else the query asks for.
 *
 * Of members it holds for those that some `members.list()` shows. Where `list()` refuses the caller it holds for nothing.
 * Memberships that end count until the time at which this was called, by the directory's clock: call it for each query.
 *
 * @throws {@link InvalidInputError} for another kind, or a caller that is none.
 * @throws TypeError when the prefix is no plain identifier.
 */
export function visibleTo(options: VisibleTo, kind: VisibleKind): Expression<SqlBool> {
  return visible({ ...options, dialect: 'sqlite' }, kind)
}
