import { benchDurable } from './durable'
import { type Group, isGroup } from './groups'
import { benchGrpc } from './grpc/bench-grpc'
import { benchHttp } from './http/bench-http'
import { benchLarge } from './large'
import { benchLargePostgres } from './large-postgres'
import { benchMemory } from './memory'
import { benchPeers } from './peers/bench-peers'
import { benchPostgres } from './postgres'
import { printRows } from './print-table'
import type { Row } from './row'
import { benchSearch } from './search'
import { benchSqlite } from './sqlite'
import { benchStart } from './start'
import { type Wanted, wantedBy } from './wanted'

/** The program that measures one group: `measure-group.mjs GROUP [TEXT]…`. Without a parent it prints what it measured. */
const benches: { readonly [Name in Group]: (wanted: Wanted) => Promise<readonly Row[]> } = {
  memory: benchMemory,
  start: benchStart,
  sqlite: benchSqlite,
  durable: benchDurable,
  postgres: benchPostgres,
  peers: benchPeers,
  http: benchHttp,
  grpc: benchGrpc,
  'large-sqlite': benchLarge,
  'large-postgres': benchLargePostgres,
  search: benchSearch,
}

const [group = '', ...texts] = process.argv.slice(2)
if (!isGroup(group)) throw new TypeError(`there is no group ${group}`)
const rows = await benches[group](wantedBy(texts))
if (process.send === undefined) printRows(rows)
else await new Promise((sent) => process.send?.(rows, sent))
process.exit()
