import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isSaid } from '../scripts/command-line'
import { readArguments } from './arguments'
import { groups, isGroup, largeGroups } from './groups'
import { isMet, markOf, marks } from './marks'
import { medianRows } from './median-rows'
import { plot } from './plot'
import { printHead, printRows } from './print-table'
import { withRatios } from './readme-table'
import type { MarkedRow, Row } from './row'

const asked = readArguments(process.argv.slice(2))
if (isSaid(asked)) throw new TypeError(asked.says)
const options = asked

if (options.from === undefined) {
  const chosen = options.chosen.filter(isGroup)
  const all = options.large ? [...groups, ...largeGroups] : groups
  const texts = options.chosen.filter((text) => !isGroup(text))
  const rows: Row[] = []
  printHead()
  for (const group of chosen.length > 0 ? chosen : all) {
    const measured = await measureGroup(group, texts)
    printRows(measured)
    rows.push(...measured)
  }
  if (options.all !== undefined) writeJson(options.all, rows)
  finish(markedRows(rows))
} else {
  finish(medianRows(options.from.map((file) => JSON.parse(readFileSync(file, 'utf8')) as MarkedRow[])))
}
process.exit()

/** In a process of its own: what one group leaves behind would slow down the next. */
async function measureGroup(group: string, texts: readonly string[]): Promise<readonly Row[]> {
  const measuring = fork(fileURLToPath(new URL('./measure-group.mjs', import.meta.url)), [group, ...texts])
  let rows: readonly Row[] = []
  measuring.on('message', (measured) => {
    rows = measured as readonly Row[]
  })
  const [code] = await once(measuring, 'exit')
  if (code !== 0) {
    // The other groups may take minutes: what they measure is not lost.
    console.error(`${group} failed`)
    process.exitCode = 1
  }
  return rows
}

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
