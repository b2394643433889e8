import { sql } from 'kysely'
import { type StatementValues, statementCache } from '../statement-cache'
import type { Lookup, PartName } from './lookup'
import type { Asked, ReadPart } from './read-parts'

type AskedByPart = ReadonlyMap<PartName, readonly Asked[]>

/** Reads of any number of keys: one row for each that is found, behind the number of the read. */
export function manyReads(parts: Readonly<Record<PartName, ReadPart>>) {
  return {
    askedBy(lookups: readonly Lookup[]): AskedByPart {
      const asked = new Map<PartName, Asked[]>()
      lookups.forEach(({ part, keys }, read) => {
        const list = asked.get(part) ?? []
        for (const key of keys) list.push({ read, key })
        asked.set(part, list)
      })
      return asked
    },

    statementOf: statementCache(
      (shape: readonly PartName[]) => shape.join(),
      (shape) => {
        const width = Math.max(...shape.map((name) => parts[name].columns.length))
        const selects = shape.map((name) => {
          const { asked, columns, found } = parts[name]
          // As text, since the parts of a union have their columns in common.
          const texts = columns.map((column) => sql`${sql.ref(`found.${column}`)}::text`)
          const padding = Array.from({ length: width - columns.length }, () => sql`null::text`)
          return sql`(select ${sql.join([sql`asked.read`, ...texts, ...padding])}
            from ${asked.source} cross join lateral (${found}) as found)`
        })
        return sql.join(selects, sql` union all `)
      },
    ),

    values(asked: AskedByPart): StatementValues {
      const values: Record<string, unknown> = {}
      for (const [name, list] of asked) Object.assign(values, parts[name].asked.values(list))
      return values
    },
  }
}
