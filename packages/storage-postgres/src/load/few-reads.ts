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
  const place = (read: number, member: number) => `r${read}k${member}`
  return {
    fits: (lookups) =>
      lookups.length <= most &&
      lookups.every(({ part, keys }) => keys.length === 1 && (lookups.length === 1 || !listParts.has(part))),

    statementOf: statementCache(
      (lookups) => lookups.map(({ part }) => part).join(),
      (lookups) => {
        const columns = lookups.flatMap(({ part }, read) =>
          parts[part].columns.map((column) => sql.ref(`found${read}.${column}`)),
        )
        const found = lookups.map(
          ({ part }, read) =>
            sql`(${parts[part].found((member) => sql`${slot(place(read, member))}::text`)}) as ${sql.id(`found${read}`)}`,
        )
        if (lookups.length === 1) return sql`select ${sql.join(columns)} from ${found[0]!}`
        const joined = found.map((each) => sql`left join ${each} on true`)
        return sql`select ${sql.join(columns)} from (select 1) as one ${sql.join(joined, sql` `)}`
      },
    ),

    values(lookups) {
      const values: Record<string, string | null> = {}
      for (let read = 0; read < lookups.length; read += 1) {
        const [key = []] = lookups[read]!.keys
        for (let member = 0; member < key.length; member += 1) values[place(read, member + 1)] = key[member]!
      }
      return values
    },
  }
}
