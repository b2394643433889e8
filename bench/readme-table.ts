import { marks } from './marks'
import type { MarkedRow } from './row'

const [start, end] = ['<!-- ratios -->', '<!-- /ratios -->']

/**
 * Puts the ratios between the two comments of a document.
 *
 * @throws {Error} when it does not have them.
 */
export function withRatios(document: string, rows: readonly MarkedRow[]): string {
  const [from, to] = [document.indexOf(start), document.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the document has no ${start} … ${end}`)
  const lines = [...new Set(marks.map(({ against }) => against))].flatMap((against) => {
    const measured = rows.filter((row) => marks.find((mark) => isSame(mark, row))?.against === against)
    return measured.length === 0 ? [] : [`| ${against} | ${measured.map(told).join(' · ')} |`]
  })
  const table = ['| beside | ratio (mark) |', '|---|---|', ...lines].join('\n')
  return `${document.slice(0, from)}${start}\n${table}\n${document.slice(to)}`
}

const isSame = (one: MarkedRow | (typeof marks)[number], other: MarkedRow) =>
  one.name === other.name && one.database === other.database && one.callers === other.callers

function told({ name, database, callers, ratio, mark, atMost }: MarkedRow): string {
  const where = [...(database === 'none' ? [] : [database]), ...(callers > 1 ? [`${callers} callers`] : [])].join(', ')
  return `${name}${where && ` (${where})`} **${Number(ratio.toPrecision(2))}** (${atMost ? '≤' : '≥'} ${mark})`
}
