import type { JsonValue } from '@indwell/core'

/** Spreadsheets take what begins so for a formula. */
const formula = /^[=+\-@\t\r]/
const number = /^[+-]?\d+(?:\.\d+)?$/

/**
 * A line of CSV (RFC 4180), with its line break. What is no text is JSON, what is absent an empty cell.
 *
 * @param escapeFormulas - Put `'` in front of what a spreadsheet would run, which numbers, of phones too, are not.
 */
export function csvLine(cells: readonly (JsonValue | undefined)[], escapeFormulas: boolean): string {
  return `${cells.map((cell) => quoted(textOf(cell), escapeFormulas)).join(',')}\r\n`
}

function textOf(cell: JsonValue | undefined): string {
  if (cell === undefined || cell === null) return ''
  return typeof cell === 'string' ? cell : JSON.stringify(cell)
}

function quoted(text: string, escapeFormulas: boolean): string {
  const safe = escapeFormulas && formula.test(text) && !number.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
