import { createDirectory, type Directory } from '@indwell/core'
import { type PostgresPool, type PostgresQuery, postgresStorage } from '@indwell/storage-postgres'
import pg from 'pg'
import { startPostgres } from '../test/start-postgres'

/**
 * What calls ask of Postgres, and what of it is the server's: for each statement the nodes of its plan, and the shortest time
 * that the server ran it. Unlike a ratio that is much the same on a machine that does something else.
 */
const runs = 200

const server = await startPostgres()
const pool = new pg.Pool({ connectionString: server.url, max: 4 })
// The server may be gone before a connection is told.
pool.on('error', () => undefined)
const explained: Explained[] = []
let isExplaining = false
const directory = await createDirectory({ storage: postgresStorage({ pool: explaining(pool) }) })
for (const [name, call] of Object.entries(await callsOf(directory))) {
  // Until the driver and the server have settled on a plan.
  for (let times = 0; times < 10; times += 1) await call()
  explained.length = 0
  isExplaining = true
  await call()
  isExplaining = false
  console.log(name, explained.map(({ nodes, ms }) => `${nodes} nodes ${ms.toFixed(3)} ms`).join(' + '))
}
await directory.close()
await pool.end()
await server.stop()

async function callsOf({ asSystem, as, defaultOrgId }: Directory) {
  const system = asSystem('bench')
  let unique = 0
  const next = () => {
    unique += 1
    return unique
  }
  const { userId: callerId } = await system.users.createMachine({ userName: 'caller', name: 'Caller' })
  await system.members.add({ userId: callerId, roles: ['IAM_OWNER'] })
  for (let number = 0; number < 1000; number += 1)
    await system.users.createMachine({ userName: `robot${number}`, name: 'Robot' })
  const { userId } = await system.users.createHuman({ userName: 'ada', metadata: { app: { plan: 0 } } })
  const caller = as({ userId: callerId, orgId: defaultOrgId })
  let { sequence } = await system.users.metadata(userId).set({ plan: next() })
  return {
    'get user': () => caller.users.get(userId),
    'check permission': () => caller.checkPermission('org.write'),
    'set metadata, by the host': async () => {
      sequence = (await system.users.metadata(userId).set({ plan: next() })).sequence
    },
    'set metadata': async () => {
      sequence = (await caller.users.metadata(userId).set({ plan: next() })).sequence
    },
    'set metadata at a version': async () => {
      sequence = (await system.users.metadata(userId).apply({ set: { plan: next() } }, { ifVersion: sequence }))
        .sequence
    },
    'create user': () =>
      caller.users.createHuman({ firstName: 'Ada', lastName: 'New', email: `new${next()}@example.com` }),
    'create org': () => caller.orgs.create({ name: `Org ${next()}` }),
  }
}

interface Explained {
  readonly nodes: number
  /** The shortest that the server took. */
  readonly ms: number
}

/** The statement runs as a named one does, in transactions that are undone. */
async function explain({ text, values }: PostgresQuery): Promise<Explained> {
  const client = await pool.connect()
  const given = values.map(literal)
  await client.query(`prepare explained as ${text}`)
  let [nodes, ms] = [0, Number.POSITIVE_INFINITY]
  for (let run = 0; run < runs; run += 1) {
    await client.query('begin')
    const { rows } = await client.query(`explain (analyze, timing off, costs off) execute explained (${given.join()})`)
    await client.query('rollback')
    const lines = rows.map((row) => String(row['QUERY PLAN']))
    nodes = lines.filter((line) => line.includes('(actual') || line.includes('(never executed')).length
    ms = Math.min(ms, Number(/[\d.]+/.exec(lines.find((line) => line.startsWith('Execution Time')) ?? '')))
  }
  await client.query('deallocate explained')
  client.release()
  return { nodes, ms }
}

function literal(value: unknown): string {
  if (value === null) return 'null'
  return Buffer.isBuffer(value) ? `'\\x${value.toString('hex')}'` : pg.escapeLiteral(String(value))
}

/**
 * Clients that are no driver's own are asked by the driver's own queries. What is explained has yet to be run: what it makes
 * would be there already.
 */
function explaining(from: pg.Pool): PostgresPool {
  return {
    async connect() {
      const client = await from.connect()
      return {
        async query(query) {
          if (isExplaining) explained.push(await explain(query))
          return client.query(query)
        },
        release: (destroy) => client.release(destroy),
        on: (event, listener) => client.on(event, listener),
        removeListener: (event, listener) => client.removeListener(event, listener),
      }
    },
  }
}
