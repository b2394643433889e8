import { readFileSync, writeFileSync } from 'node:fs'
import { readArguments } from './arguments'
import { benchDurable } from './durable'
import { benchGrpc } from './grpc/bench-grpc'
import { benchHttp } from './http/bench-http'
import { benchLarge } from './large'
import { benchLargePostgres } from './large-postgres'
import { isMet, markOf, marks } from './marks'
import { benchMemory } from './memory'
import { benchPeers } from './peers/bench-peers'
import { plot } from './plot'
import { benchPostgres } from './postgres'
import { printHead, printRows } from './print-table'
import { withRatios } from './readme-table'
import type { MarkedRow, Row } from './row'
import { benchSearch } from './search'
import { benchSqlite } from './sqlite'
import { benchStart } from './start'
import { wantedBy } from './wanted'

/** Memory first: what others leave behind would hide its growth. */
const benches = {
  memory: benchMemory,
  start: benchStart,
  sqlite: benchSqlite,
  durable: benchDurable,
  postgres: benchPostgres,
  peers: benchPeers,
  http: benchHttp,
  grpc: benchGrpc,
}
/** Minutes and gigabytes. */
const largeBenches = { 'large-sqlite': benchLarge, 'large-postgres': benchLargePostgres, search: benchSearch }

const asked = readArguments(process.argv.slice(2))
if ('says' in asked) throw new TypeError(asked.says)
const options = asked

if (options.from === undefined) {
  const all = { ...benches, ...(options.large && largeBenches) }
  const isGroup = (text: string) => Object.hasOwn(all, text)
  const groups = options.chosen.filter(isGroup)
  const wanted = wantedBy(options.chosen.filter((text) => !isGroup(text)))
  const rows: Row[] = []
  printHead()
  for (const [name, bench] of Object.entries(all)) {
    if (groups.length > 0 && !groups.includes(name)) continue
    try {
      const measured = await bench(wanted)
      printRows(measured)
      rows.push(...measured)
    } catch (error) {
      // The other groups may take minutes: what they measure is not lost.
      console.error(`${name} failed:`, error)
      process.exitCode = 1
    }
  }
  if (options.all !== undefined) writeJson(options.all, rows)
  finish(markedRows(rows))
} else {
  finish(JSON.parse(readFileSync(options.from, 'utf8')) as MarkedRow[])
}
process.exit()

function finish(rows: readonly MarkedRow[]): void {
  if (options.json !== undefined) writeJson(options.json, rows)
  if (options.plot !== undefined) writeFileSync(options.plot, plot(rows))
  if (options.readme !== undefined) {
    writeFileSync(options.readme, withRatios(readFileSync(options.readme, 'utf8'), rows))
  }
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
