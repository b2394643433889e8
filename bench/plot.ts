import { isMet } from './marks'
import type { MarkedRow } from './row'

const lineHeight = 22
const [labelWidth, chartWidth, valueWidth] = [330, 440, 150]
const width = labelWidth + chartWidth + valueWidth
const top = 64

/**
 * Draws rows as bars on a logarithmic scale, each with its mark: as good as the other side is the line at 1, better lies to
 * its right. An SVG that is readable on light and on dark.
 */
export function plot(all: readonly MarkedRow[]): string {
  const rows = all.filter(({ name }) => !name.endsWith(', ms'))
  const ends = rows.flatMap(({ ratio, mark }) => [ratio, mark])
  const [lowest, highest] = [Math.min(0.25, ...ends), Math.max(4, ...ends)].map(Math.log10) as [number, number]
  const x = (ratio: number) => labelWidth + ((Math.log10(ratio) - lowest) / (highest - lowest)) * chartWidth
  const ticks = [0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 50, 100, 250, 500].filter(
    (tick) => Math.log10(tick) >= lowest && Math.log10(tick) <= highest,
  )
  const height = top + rows.length * lineHeight + 16
  const grid = ticks.map(
    (tick) =>
      `<line class="${tick === 1 ? 'one' : 'grid'}" x1="${at(x(tick))}" x2="${at(x(tick))}" y1="${top - 8}" y2="${height - 12}"/>` +
      `<text class="tick" x="${at(x(tick))}" y="${top - 14}">${tick}</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>Indwell beside raw drivers, peers and bare node:http</title>
<style>
text { font: 13px system-ui, sans-serif; fill: #24292f }
.head { font-weight: 600; font-size: 15px } .small, .tick { font-size: 11px; fill: #57606a } .tick { text-anchor: middle }
.grid { stroke: #d0d7de } .one { stroke: #57606a; stroke-width: 1.5 } .met { fill: #1a7f5a } .missed { fill: #b35900 }
.mark { stroke: #24292f; stroke-width: 2.5 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .small, .tick { fill: #9da7b3 } .grid { stroke: #30363d } .one { stroke: #9da7b3 }
.met { fill: #3fb984 } .missed { fill: #e0913a } .mark { stroke: #e6edf3 }
}
</style>
<text class="head" x="8" y="20">Indwell to the other side, same work, same run</text>
<text class="small" x="8" y="38">bar: ratio, from 1 · upright: mark · higher is better, unless marked ≤</text>
${grid.join('\n')}
${rows.map((row, index) => bar(row, top + index * lineHeight, x)).join('\n')}
</svg>
`
}

function bar({ name, database, callers, ratio, mark, atMost }: MarkedRow, y: number, x: (ratio: number) => number) {
  const verdict = isMet({ mark, ...(atMost && { atMost }) }, ratio) ? 'met' : 'missed'
  const [from, to] = [Math.min(x(1), x(ratio)), Math.max(x(1), x(ratio))]
  const where = `${database}${callers > 1 ? ` · ${callers}` : ''}`
  return [
    `<text x="8" y="${y + 13}">${escaped(name)} <tspan class="small">${where}</tspan></text>`,
    `<rect class="${verdict}" x="${at(from)}" y="${y + 3}" width="${at(Math.max(1.5, to - from))}" height="12" rx="2"/>`,
    `<line class="mark" x1="${at(x(mark))}" x2="${at(x(mark))}" y1="${y}" y2="${y + 18}"/>`,
    `<text x="${labelWidth + chartWidth + 12}" y="${y + 13}">${Number(ratio.toPrecision(3))} <tspan class="small">${atMost ? '≤' : '≥'} ${mark}${verdict === 'met' ? '' : ', missed'}</tspan></text>`,
  ].join('')
}

const at = (coordinate: number) => coordinate.toFixed(1)
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
