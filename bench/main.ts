import { writeFileSync } from 'node:fs'
import { benchHttp } from './http'
import { benchPostgres } from './postgres'
import type { Row } from './row'
import { benchSqlite } from './sqlite'

const benches = { sqlite: benchSqlite, postgres: benchPostgres, http: benchHttp }
const wanted = Object.entries(benches).filter(([name]) => process.argv.includes(name))

const rows: Row[] = []
for (const [, bench] of wanted.length > 0 ? wanted : Object.entries(benches)) rows.push(...(await bench()))

const perSecond = (ops: number) => String(Math.round(ops)).padStart(8)
console.log('operation            database  callers   ratio  raw ops/s  indwell ops/s')
for (const { name, database, callers, ratio, floorPerSecond, ownPerSecond } of rows) {
  const columns = [name.padEnd(20), database.padEnd(9), String(callers).padStart(7), ratio.toFixed(2).padStart(7)]
  console.log([...columns, perSecond(floorPerSecond), perSecond(ownPerSecond)].join(' '))
}

const at = process.argv.indexOf('--json')
if (at > 0) {
  const file = process.argv[at + 1]
  if (file === undefined) throw new Error('--json needs a file')
  writeFileSync(file, `${JSON.stringify(rows, undefined, 2)}\n`)
}
process.exit(0)
