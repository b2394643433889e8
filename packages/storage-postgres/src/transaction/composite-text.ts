import type { PostgresRow } from '../postgres-pool'
import type { Statement } from '../statement-cache'

/**
 * The text of a statement that answers each row as one text, for drivers that make objects of rows: columns of one name
 * would become one, and values what the host's parsers say. Statements that answer nothing stay as they are.
 */
export function asCompositeText({ text }: Statement): string {
  const start = answerOf(text)
  return start === undefined
    ? text
    : `${text.slice(0, start)}select answered::text as answered from (${text.slice(start)}) as answered`
}

const token = /"(?:[^"]|"")*"|'(?:[^']|'')*'|[()]|\b\w+\b/g

/** Where, behind what is defined by `with`, the query begins whose rows are the answer. */
function answerOf(text: string): number | undefined {
  const start = text.search(/\S/)
  if (text[start] === '(') return start
  let depth = 0
  for (const { 0: found, index } of text.matchAll(token)) {
    if (found === '(') depth++
    else if (found === ')') depth--
    else if (depth === 0) {
      if (found.toLowerCase() === 'select') return index
      if (index === start && found.toLowerCase() !== 'with') return undefined
    }
  }
  return undefined
}

const field = /(?:"((?:[^"\\]|""|\\.)*)"|([^",()]*))(,|\)$)/gsy

/** https://www.postgresql.org/docs/current/rowtypes.html#ROWTYPES-IO-SYNTAX */
export function parseCompositeText(text: string): PostgresRow {
  const row: PostgresRow = []
  field.lastIndex = 1
  for (;;) {
    const found = field.exec(text)
    if (found === null) throw new TypeError('no row of the server')
    const [, quoted, plain, end] = found
    if (quoted === undefined) row.push(plain === '' ? null : plain!)
    else row.push(quoted.replace(/""|\\(.)/gs, (pair, escaped?: string) => (pair === '""' ? '"' : escaped!)))
    if (end !== ',') return row
  }
}
