import { spawn, spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './start-postgres'

export interface PgBouncer {
  /** The same connection string, through the pooler. */
  through(url: string): string
  stop(): Promise<void>
}

/** Another than the one that is installed, where the environment names it. */
const program = process.env.INDWELL_PGBOUNCER ?? 'pgbouncer'

/** `undefined`: it is not installed. As in `1.18.0`. */
export function pgBouncerVersion(): string | undefined {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  return status === 0 ? /PgBouncer (\S+)/.exec(stdout)?.[1] : undefined
}

/** Starts a PgBouncer in transaction mode in front of the server of `target`, with settings beside the least. */
export async function startPgBouncer(target: string, settings: readonly string[] = []): Promise<PgBouncer> {
  const { hostname, port, username, password } = new URL(target)
  const place = await mkdtemp(join(tmpdir(), 'indwell-pgbouncer-'))
  const file = join(place, 'pgbouncer.ini')
  const ownPort = await freePort()
  const config = [
    '[databases]',
    `* = host=${hostname} port=${port} user=${username} password=${password}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${ownPort}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    ...settings,
  ]
  await writeFile(file, config.join('\n'))
  await chmod(place, 0o755)
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const log: string[] = []
  const child = spawn(program, [file], { stdio: ['ignore', 'pipe', 'pipe'], ...user })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => log.push(String(bytes)))
  for (let tries = 0; !(await answers(ownPort)); tries++) {
    if (child.exitCode !== null || tries > 200) throw new Error(`PgBouncer did not start:\n${log.join('')}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return {
    through(url) {
      const changed = new URL(url)
      changed.hostname = '127.0.0.1'
      changed.port = String(ownPort)
      return changed.href
    },
    async stop() {
      // At once: SIGTERM would wait for its clients.
      child.kill('SIGKILL')
      await gone
      await rm(place, { recursive: true, force: true })
    },
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
