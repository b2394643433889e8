import { sql } from 'kysely'
import { type StatementValues, slot, statementCache } from '../statement-cache'
import { type Lookup, listParts, type PartName } from './lookup'
import type { ReadPart } from './read-parts'

/** More are looked up as rows, by a statement that does not depend on their number. */
const most = 4

/** Reads of one key each, whose rows stand side by side in one row: a batch of one caller. */
export interface FewReads {
  /** Whether the batch is of that kind. A list fits by itself only. */
  fits(lookups: readonly Lookup[]): boolean
  statementOf: ReturnType<typeof statementCache<readonly Lookup[]>>
  values(lookups: readonly Lookup[]): StatementValues
}

export function fewReads(parts: Readonly<Record<PartName, ReadPart>>): FewReads {
  const place = (read: number, key: number) => `r${read}k${key + 1}`
  return {
    fits: (lookups) =>
      lookups.length <= most &&
      lookups.every(({ part, keys }) => keys.length === 1 && (lookups.length === 1 || !listParts.has(part))),

    statementOf: statementCache(
      (lookups) => lookups.map(({ part }) => part).join(),
      (lookups) => {
        const keys = lookups.flatMap(({ keys: [key = []] }, read) => key.map((_, index) => place(read, index)))
        // The first key as a row of a set of unknown length, so that the planner expects many: see `readParts`.
        const given = keys.map((name, index) =>
          index === 0
            ? sql`unnest((select ${slot(name)}::text[])) as ${sql.id(name)}`
            : sql`${slot(name)}::text as ${sql.id(name)}`,
        )
        const columns = lookups.flatMap(({ part }, read) =>
          parts[part].columns.map((column) => sql.ref(`found${read}.${column}`)),
        )
        const found = lookups.map(({ part, keys: [key = []] }, read) => {
          const asked = key.map(
            (_, index) => sql`${sql.ref(`given.${place(read, index)}`)} as ${sql.id(`k${index + 1}`)}`,
          )
          return sql`left join lateral (
              select found.* from (select ${sql.join(asked)}) as asked cross join lateral (${parts[part].found}) as found
            ) as ${sql.id(`found${read}`)} on true`
        })
        return sql`select ${sql.join(columns)} from (select ${sql.join(given)}) as given ${sql.join(found, sql` `)}`
      },
    ),

    values(lookups) {
      const values: Record<string, unknown> = {}
      let isFirst = true
      lookups.forEach(({ keys: [key = []] }, read) => {
        for (const [index, text] of key.entries()) {
          values[place(read, index)] = isFirst ? [text] : text
          isFirst = false
        }
      })
      return values
    },
  }
}
