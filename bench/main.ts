import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { benchHttp } from './http/bench-http'
import { isMet, markOf, marks } from './marks'
import { plot } from './plot'
import { benchPostgres } from './postgres'
import { printTable } from './print-table'
import type { MarkedRow, Row } from './row'
import { benchSqlite } from './sqlite'
import { wantedBy } from './wanted'

const benches = { sqlite: benchSqlite, postgres: benchPostgres, http: benchHttp }

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    all: { type: 'string' },
    plot: { type: 'string' },
    from: { type: 'string' },
    large: { type: 'boolean', default: false },
  },
})

if (options.from === undefined) {
  const isGroup = (text: string) => Object.hasOwn(benches, text)
  const groups = positionals.filter(isGroup)
  const wanted = wantedBy(
    positionals.filter((text) => !isGroup(text)),
    options.large,
  )
  const rows: Row[] = []
  for (const [name, bench] of Object.entries(benches)) {
    if (groups.length === 0 || groups.includes(name)) rows.push(...(await bench(wanted)))
  }
  printTable(rows)
  if (options.all !== undefined) writeJson(options.all, rows)
  finish(markedRows(rows))
} else {
  finish(JSON.parse(readFileSync(options.from, 'utf8')) as MarkedRow[])
}
process.exit(0)

function finish(rows: readonly MarkedRow[]): void {
  if (options.json !== undefined) writeJson(options.json, rows)
  if (options.plot !== undefined) writeFileSync(options.plot, plot(rows))
  const met = rows.filter((row) => isMet(row, row.ratio)).length
  console.log(`\n${met} of ${rows.length} marks are met`)
}

/** In the order of the marks, and nothing that has none. */
function markedRows(rows: readonly Row[]): readonly MarkedRow[] {
  return marks.flatMap((mark) => {
    const row = rows.find((each) => markOf(each) === mark)
    if (row === undefined) return []
    const { name, database, callers } = mark
    const ratio = Number(row.ratio.toPrecision(4))
    return [{ name, database, callers, ratio, mark: mark.mark, ...(mark.atMost && { atMost: true as const }) }]
  })
}

function writeJson(file: string, rows: readonly unknown[]): void {
  writeFileSync(file, `${JSON.stringify(rows, undefined, 2)}\n`)
}
