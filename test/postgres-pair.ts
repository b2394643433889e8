import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { takeBaseBackup, writeFileAs } from './base-backup'
import { crashPostgres } from './crash-postgres'
import { freePort, keptInDirectory, loadEmbeddedPostgres } from './start-postgres'

const require = createRequire(new URL('../packages/storage-postgres/package.json', import.meta.url))
const pg: typeof import('pg') = require('pg')

const password = 'indwell'

export interface PairOptions {
  /** Keep `fsync` and `full_page_writes` on, as servers in use have them. Default false. */
  readonly durable?: boolean
  /** Whether writes wait for the standby. Default true. */
  readonly synchronous?: boolean
}

/** A primary and a standby of it, on loopback. */
export interface PostgresPair {
  /** Both hosts in one connection string, the standby first when the pair is new. */
  readonly url: string
  /** Of whoever is the primary now. */
  primaryUrl(): string
  /** Of whoever is the standby now. */
  standbyUrl(): string
  /** Runs a statement on a server and answers its rows. */
  ask(url: string, statement: string): Promise<readonly Record<string, unknown>[]>
  /** Answers once the standby shows all that the primary has written so far. */
  catchUp(): Promise<void>
  /** Kills all processes of the primary and promotes the standby, which has none of its own then. */
  failOver(): Promise<void>
  /** Promotes the standby while the primary, out of its sight, goes on as one too: it is the standby of nobody then. */
  split(): Promise<void>
  /** Kills the primary, which has no standby then; {@link rejoin} starts it again. */
  endPrimary(): Promise<void>
  /** Makes the server that was killed or left behind the standby of the other. */
  rejoin(): Promise<void>
  /** Ends both and removes their files. */
  stop(): Promise<void>
}

interface Node {
  readonly port: number
  readonly directory: string
  readonly url: string
  isRunning: boolean
}

const settings = [
  'max_connections=100',
  'shared_buffers=32MB',
  'listen_addresses=127.0.0.1',
  'wal_keep_size=256MB',
  keptInDirectory,
]

/** Every write waits for the standby once this answers, unless it was told otherwise. */
export async function startPostgresPair(options: PairOptions = {}): Promise<PostgresPair> {
  const root = await mkdtemp(join(tmpdir(), 'indwell-pair-'))
  // The servers may run as another user than the tests.
  await chmod(root, 0o755)
  let [primary, standby] = [await newNode(root, 'one'), await newNode(root, 'two')]
  const all = `postgres://postgres:${password}@127.0.0.1:${standby.port},127.0.0.1:${primary.port}/postgres`

  async function stop(): Promise<void> {
    await Promise.all([primary, standby].map(async (node) => node.isRunning && crash(node)))
    await rm(root, { recursive: true, force: true })
  }

  async function promote(): Promise<void> {
    ;[primary, standby] = [standby, primary]
    const [promoted] = await ask(primary.url, 'select pg_promote(true, 60) as done')
    if (promoted?.done !== true) throw new Error('the standby was not promoted')
  }

  async function catchUp(): Promise<void> {
    const [written] = await ask(primary.url, 'select pg_current_wal_lsn() as place')
    const replayed = `select pg_last_wal_replay_lsn() >= '${written!.place}' as it`
    await until(async () => (await ask(standby.url, replayed))[0]!.it === true)
  }

  async function rejoin(): Promise<void> {
    if (standby.isRunning) await crash(standby)
    if (!primary.isRunning) await start(primary, options)
    await rm(standby.directory, { recursive: true, force: true })
    const client = await connected(primary.url)
    try {
      await takeBaseBackup(client, primary.directory, standby.directory)
      const from = `host=127.0.0.1 port=${primary.port} user=postgres password=${password} application_name=standby`
      await writeFileAs(primary.directory, join(standby.directory, 'standby.signal'), '')
      // It waits for nobody when it is promoted: there is nobody then.
      const own = `primary_conninfo = '${from}'\nsynchronous_standby_names = ''\n`
      await writeFileAs(primary.directory, join(standby.directory, 'postgresql.auto.conf'), own)
      await start(standby, options)
      const { synchronous = true } = options
      await client.query(`alter system set synchronous_standby_names = '${synchronous ? 'standby' : ''}'`)
      await client.query('select pg_reload_conf()')
      await until(async () => {
        const { rows } = await client.query(`select sync_state from pg_stat_replication where state = 'streaming'`)
        return rows[0]?.sync_state === (synchronous ? 'sync' : 'async')
      })
    } finally {
      await client.end()
    }
    // What was answered before the setting counted is there as well: this write waits, and stands behind it.
    await ask(primary.url, 'select pg_switch_wal(), pg_current_xact_id()')
  }

  try {
    const { initialise } = await server(primary, options)
    await initialise()
    await start(primary, options)
    await rejoin()
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url: all,
    primaryUrl: () => primary.url,
    standbyUrl: () => standby.url,
    ask,
    catchUp,
    async failOver() {
      await crash(primary)
      await promote()
    },
    async split() {
      await ask(standby.url, `alter system set primary_conninfo = ''`)
      await ask(standby.url, 'select pg_reload_conf()')
      while ((await ask(standby.url, 'select from pg_stat_wal_receiver')).length > 0);
      await promote()
    },
    endPrimary: () => crash(primary),
    rejoin,
    stop,
  }
}

async function newNode(root: string, name: string): Promise<Node> {
  const port = await freePort()
  return {
    port,
    directory: join(root, name),
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    isRunning: false,
  }
}

async function crash(node: Node): Promise<void> {
  node.isRunning = false
  await crashPostgres(node.directory, 'kill')
}

async function server({ directory, port }: Node, { durable }: PairOptions) {
  const log: string[] = []
  let onReady = () => {}
  const ready = new Promise<void>((resolve) => {
    onReady = resolve
  })
  const note = (message: unknown) => {
    log.push(String(message))
    // The package waits for what a standby never says.
    if (/ready to accept (read-only )?connections/.test(String(message))) onReady()
  }
  const EmbeddedPostgres = await loadEmbeddedPostgres()
  const flags = [...settings, `unix_socket_directories=${directory}`]
  if (!durable) flags.push('fsync=off', 'full_page_writes=off')
  const embedded = new EmbeddedPostgres({
    databaseDir: directory,
    port,
    user: 'postgres',
    password,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: flags.flatMap((setting) => ['-c', setting]),
    onLog: note,
    onError: note,
  })
  return {
    initialise: () => embedded.initialise(),
    async start() {
      const ended = embedded.start().then(
        () => ready,
        () => {
          throw new Error(`Postgres did not start:\n${log.slice(-20).join('')}`)
        },
      )
      ended.catch(() => undefined)
      await Promise.race([ready, ended])
    },
  }
}

async function start(node: Node, options: PairOptions): Promise<void> {
  const { start: begin } = await server(node, options)
  node.isRunning = true
  await begin()
}

async function ask(url: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const client = await connected(url)
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

async function connected(url: string) {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  return client
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}
