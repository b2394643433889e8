import { writeFileSync } from 'node:fs'
import { benchDurable } from './durable'
import { benchHttp } from './http'
import { benchLarge } from './large'
import { benchMemory } from './memory'
import { benchPostgres } from './postgres'
import type { Row } from './row'
import { benchSqlite } from './sqlite'
import { benchStart } from './start'

const benches = {
  sqlite: benchSqlite,
  durable: benchDurable,
  memory: benchMemory,
  start: benchStart,
  postgres: benchPostgres,
  http: benchHttp,
}
/** Minutes and gigabytes: only where it is named. */
const onRequest = { large: benchLarge }
const wanted = Object.entries({ ...benches, ...onRequest }).filter(([name]) => process.argv.includes(name))

const rows: Row[] = []
for (const [, bench] of wanted.length > 0 ? wanted : Object.entries(benches)) rows.push(...(await bench()))

const perSecond = (ops: number | undefined) => (ops === undefined ? '' : String(Math.round(ops))).padStart(8)
const marked = ({ mark, atMost }: Row) => (mark === undefined ? '' : `${atMost ? '<=' : '>='} ${mark}`).padStart(8)
console.log('operation             database  callers   ratio     mark  raw ops/s  indwell ops/s')
for (const row of rows) {
  const { name, database, callers, ratio, floorPerSecond, ownPerSecond } = row
  const columns = [name.padEnd(21), database.padEnd(9), String(callers).padStart(7), ratio.toFixed(2).padStart(7)]
  console.log([...columns, marked(row), perSecond(floorPerSecond), perSecond(ownPerSecond)].join(' '))
}

const at = process.argv.indexOf('--json')
if (at > 0) {
  const file = process.argv[at + 1]
  if (file === undefined) throw new Error('--json needs a file')
  writeFileSync(file, `${JSON.stringify(rows, undefined, 2)}\n`)
}
process.exit(0)
