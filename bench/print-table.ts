import { isMet, markOf, marks } from './marks'
import type { Row } from './row'

const width = Math.max(...marks.map(({ name }) => name.length))

export function printHead(): void {
  console.log(`${'what'.padEnd(width)} database callers   ratio  by CPU     mark         other/s  indwell/s`)
}

/** What was measured, one line each, and whether it reaches its mark. */
export function printRows(rows: readonly Row[]): void {
  for (const row of rows) {
    const { name, database, callers, ratio, cpuRatio, floorPerSecond, ownPerSecond } = row
    const mark = markOf(row)
    const sought = mark === undefined ? '' : `${mark.atMost ? '≤' : '≥'} ${mark.mark}`
    const verdict = mark === undefined ? '' : isMet(mark, ratio) ? 'met' : 'MISSED'
    const columns = [name.padEnd(width), database.padEnd(8), String(callers).padStart(7), precise(ratio).padStart(7)]
    const byCpu = cpuRatio === undefined ? '' : precise(cpuRatio)
    const perSecond = [floorPerSecond, ownPerSecond].map((ops) => (ops ? String(Math.round(ops)) : '').padStart(9))
    console.log([...columns, byCpu.padStart(7), sought.padStart(8), verdict.padEnd(6), ...perSecond].join(' '))
  }
}

function precise(ratio: number): string {
  return ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(ratio < 100 ? 1 : 0)
}
