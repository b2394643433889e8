import { sql } from 'kysely'
import { type Statement, type StatementValues, statementCache } from '../statement-cache'
import { type Lookup, listParts, type PartName } from './lookup'
import type { ReadPart } from './read-parts'

/** A part of the statement, and which reads its keys are for. */
interface AskedPart {
  readonly name: PartName
  readonly keys: (readonly (string | null)[])[]
  readonly reads: number[]
}

interface Shape {
  readonly name: PartName
  readonly inCommon: boolean
}

export interface ManyReads {
  readonly statement: Statement
  readonly values: StatementValues
  /** Which read a row is for, by its first column; the others are those of its part. */
  readOf(row: readonly (string | null)[]): number
}

/** Reads of any number of keys: one row for each that is found, behind a number that says which read it is for. */
export function manyReads(parts: Readonly<Record<PartName, ReadPart>>): (lookups: readonly Lookup[]) => ManyReads {
  const statementOf = statementCache(
    (shape: readonly Shape[]) => shape.map(({ name, inCommon }) => (inCommon ? `${name}, in common` : name)).join(';'),
    (shape) => {
      const width = Math.max(...shape.map(({ name }) => parts[name].columns.length))
      const selects = shape.map(({ name, inCommon }, index) => {
        const { asked, columns } = parts[name]
        const found = parts[name].found((member) => sql.ref(`asked.k${member}`))
        // A subquery that the planner cannot flatten goes by its key however many keys are asked for.
        const rows = listParts.has(name) ? found : sql`${found} limit 1`
        const source = inCommon ? asked.sourceInCommon! : asked.source
        const names = columns.map((column) => sql.ref(`found.${column}`))
        if (shape.length === 1) {
          return sql`select ${sql.join([sql`asked.ord`, ...names])} from ${source} cross join lateral (${rows}) as found`
        }
        const number = sql`asked.ord * ${sql.lit(shape.length)} + ${sql.lit(index)}`
        // As text, since the parts of a union have their columns in common.
        const texts = names.map((column) => sql`${column}::text`)
        const padding = Array.from({ length: width - columns.length }, () => sql`null::text`)
        return sql`(select ${sql.join([number, ...texts, ...padding])}
          from ${source} cross join lateral (${rows}) as found)`
      })
      return sql.join(selects, sql` union all `)
    },
  )

  return (lookups) => {
    const asked = askedParts(lookups)
    const values: Record<string, unknown> = {}
    const shape = asked.map(({ name, keys }) => {
      const { inCommon, slots } = parts[name].asked.values(keys)
      Object.assign(values, slots)
      return { name, inCommon }
    })
    const count = asked.length
    return {
      statement: statementOf(shape),
      values,
      readOf(row) {
        const number = Number(row[0])
        return count === 1
          ? asked[0]!.reads[number - 1]!
          : asked[number % count]!.reads[Math.floor(number / count) - 1]!
      },
    }
  }
}

/** In an order that does not depend on that of the lookups, so that there are few statements. */
function askedParts(lookups: readonly Lookup[]): readonly AskedPart[] {
  const byName = new Map<PartName, AskedPart>()
  for (let read = 0; read < lookups.length; read += 1) {
    const { part: name, keys } = lookups[read]!
    let part = byName.get(name)
    if (part === undefined) {
      part = { name, keys: [], reads: [] }
      byName.set(name, part)
    }
    for (const key of keys) {
      part.keys.push(key)
      part.reads.push(read)
    }
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
