import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, chown, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crashPostgres } from '../../test/crash-postgres'
import { freePort } from '../../test/start-postgres'
import type { ClusterPrograms } from './cluster-programs'
import { etcdArguments, haproxySettings, type NodePorts, password, patroniSettings } from './cluster-settings'
import type { FailoverCluster } from './failover-cluster'

export interface StartedCluster extends FailoverCluster {
  /** Ends every process and removes every file. */
  stop(): Promise<void>
}

interface Member {
  readonly name: string
  readonly role: string
  readonly state: string
}

/** How long the cluster may take for anything. */
const patienceMs = 180_000

const names = ['one', 'two', 'three']

/** Three servers under Patroni with one etcd, and HAProxy before them, on ports and in a directory of their own. */
export async function startPatroniCluster(programs: ClusterPrograms): Promise<StartedCluster> {
  const root = await mkdtemp(join(tmpdir(), 'indwell-cluster-'))
  if (programs.user !== undefined) await chown(root, programs.user.uid, programs.user.gid)
  await chmod(root, 0o755)
  const running = new Map<string, ChildProcess>()
  const nodes: NodePorts[] = []
  for (const name of names) nodes.push({ name, postgres: await freePort(), patroni: await freePort() })
  const [etcdPort, peerPort, frontPort] = [await freePort(), await freePort(), await freePort()]

  async function start(name: string, program: string, given: readonly string[]): Promise<void> {
    const log = await open(join(root, `${name}.log`), 'a')
    const child = spawn(program, given, { ...programs.user, cwd: root, stdio: ['ignore', log.fd, log.fd] })
    running.set(name, child)
    child.once('error', () => {})
    await log.close()
  }

  async function end(name: string): Promise<void> {
    const child = running.get(name)
    running.delete(name)
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }

  const startNode = (name: string) => start(`patroni-${name}`, programs.patroni, [join(root, `${name}.yml`)])

  let stopping: Promise<void> | undefined
  async function stopAll(): Promise<void> {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
    // First who would start the servers again.
    for (const name of [...running.keys()]) await end(name)
    for (const name of names) await crash(join(root, name))
    await rm(root, { recursive: true, force: true })
  }
  const stop = () => {
    stopping ??= stopAll()
    return stopping
  }
  const interrupted = () => void stop().finally(() => process.exit(130))
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)

  async function members(): Promise<readonly Member[]> {
    for (const { patroni } of nodes) {
      const answer = await fetch(`http://127.0.0.1:${patroni}/cluster`).catch(() => undefined)
      if (answer?.ok) return ((await answer.json()) as { readonly members?: readonly Member[] }).members ?? []
    }
    return []
  }

  /** The node that says of itself that it is the primary, which it does once it takes writes. */
  async function primary(except?: string): Promise<NodePorts> {
    return until('there is a primary', async () => {
      for (const node of nodes) {
        if (node.name === except) continue
        const answer = await fetch(`http://127.0.0.1:${node.patroni}/primary`).catch(() => undefined)
        await answer?.arrayBuffer()
        if (answer?.ok) return node
      }
      return undefined
    })
  }

  async function recover(): Promise<void> {
    for (const { name } of nodes) if (!running.has(`patroni-${name}`)) await startNode(name)
    await until('all servers follow, one of them synchronously', async () => {
      const found = await members()
      const roles = found.map(({ role }) => role).sort()
      const wanted = ['leader', 'replica', 'sync_standby']
      const isWhole = found.every(({ role, state }) => role === 'leader' || ['running', 'streaming'].includes(state))
      return isWhole && roles.join() === wanted.join() ? true : undefined
    })
  }

  try {
    for (const node of nodes) {
      await writeFile(join(root, `${node.name}.yml`), patroniSettings(node, root, programs.postgresBin, etcdPort))
    }
    await writeFile(join(root, 'haproxy.cfg'), haproxySettings(frontPort, nodes))
    await start('etcd', programs.etcd, etcdArguments(root, etcdPort, peerPort))
    await until('etcd answers', async () => {
      const answer = await fetch(`http://127.0.0.1:${etcdPort}/health`).catch(() => undefined)
      return answer?.ok ? true : undefined
    })
    await recover()
    await start('haproxy', programs.haproxy, ['-db', '-f', join(root, 'haproxy.cfg')])
  } catch (error) {
    const logs = await lastWords(root)
    await stop()
    throw new Error(`${(error as Error).message}\n${logs}`, { cause: error })
  }

  const address = (hosts: string) => `postgres://postgres:${password}@${hosts}/postgres?target_session_attrs=read-write`
  const hosts = nodes.map(({ postgres }) => `127.0.0.1:${postgres}`).join()
  return {
    clientUrl: (number) => address(number % 2 === 0 ? `127.0.0.1:${frontPort}` : hosts),
    async primaryUrl() {
      return `postgres://postgres:${password}@127.0.0.1:${(await primary()).postgres}/postgres`
    },
    async failOver(round) {
      const { name } = await primary()
      // As a machine that is lost, which the others learn when its lease is over; or as a server that dies alone.
      if (round % 2 === 1) await end(`patroni-${name}`)
      await crash(join(root, name))
      await primary(name)
    },
    recover,
    stop,
  }
}

/** Ends a server that may be gone already. */
async function crash(directory: string): Promise<void> {
  await crashPostgres(directory, 'kill').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error
  })
}

async function lastWords(root: string): Promise<string> {
  const logs = ['etcd', ...names.map((name) => `patroni-${name}`), 'haproxy'].map(async (name) => {
    const text = await readFile(join(root, `${name}.log`), 'utf8').catch(() => '')
    return text === '' ? [] : [`${name}: ${text.trimEnd().split('\n').slice(-5).join('\n  ')}`]
  })
  return (await Promise.all(logs)).flat().join('\n')
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + patienceMs; Date.now() < end; ) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`waited ${patienceMs} ms in vain until ${what}`)
}
