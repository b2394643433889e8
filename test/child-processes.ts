import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { build } from 'tsup'
import type { ChildTask, TaskAnswer } from './storage-child'

export interface ChildScript {
  readonly file: string
  remove(): Promise<void>
}

/** Makes plain JavaScript of a package's test file and of the workspace sources it imports, for `node` to run. */
export async function buildChildScript(entry: string): Promise<ChildScript> {
  // Inside the package's own node_modules, from where its drivers resolve.
  const directory = join(dirname(dirname(entry)), 'node_modules', '.cache', `indwell-${randomUUID()}`)
  await build({
    config: false,
    silent: true,
    entry: [entry],
    outDir: directory,
    format: 'esm',
    target: 'node20',
    noExternal: [/^@indwell\//],
    external: ['better-sqlite3', 'pg', 'kysely', '@fastify/busboy'],
    outExtension: () => ({ js: '.mjs' }),
    esbuildOptions: (options) => {
      options.conditions = ['@indwell/source']
    },
  })
  return {
    file: join(directory, basename(entry).replace(/\.ts$/, '.mjs')),
    remove: () => rm(directory, { recursive: true }),
  }
}

export interface StorageChild {
  /** @throws what went wrong in the child, or that it ended before it answered. */
  run<T extends ChildTask['task']>(task: Extract<ChildTask, { task: T }>): Promise<TaskAnswer[T]>
  /** Lets it write until it was answered `count` times, kills it, and gives the sequences it was answered. */
  killAfter(count: number, instanceId: string): Promise<readonly string[]>
  /** Ends it with a signal that it cannot handle, and waits until it is gone. */
  kill(): Promise<void>
}

/** Starts `count` processes and answers once all of them wait for work. */
export function startChildren(script: ChildScript, location: string, count: number): Promise<readonly StorageChild[]> {
  return Promise.all(Array.from({ length: count }, () => startChild(script, location)))
}

async function startChild({ file }: ChildScript, location: string): Promise<StorageChild> {
  const child = fork(file, [location], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] })
  await nextMessage(child, 'ready')
  const run: StorageChild['run'] = async (task) => {
    child.send(task)
    return (await nextMessage(child, 'answer')) as never
  }
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }
  const killAfter: StorageChild['killAfter'] = async (count, instanceId) => {
    const answered: string[] = []
    await new Promise<void>((resolve, reject) => {
      child.on('message', (message) => {
        const { kind, body } = message as { kind: string; body: string }
        if (kind === 'progress') answered.push(body)
        if (answered.length === count) resolve()
      })
      run({ task: 'write until killed', instanceId }).catch((error: unknown) => {
        if (answered.length < count) reject(error)
      })
    })
    await kill()
    return answered
  }
  return { run, kill, killAfter }
}

/** The body of the next message of that kind. */
export function nextMessage(child: ChildProcess, kind: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown) => {
      const { body, failure, kind: sent } = message as { kind: string; body?: unknown; failure?: string }
      if (failure !== undefined) settle(() => reject(new Error(failure)))
      else if (sent === kind) settle(() => resolve(body))
    }
    const onExit = (code: number | null, signal: string | null) =>
      settle(() => reject(new Error(`the child ended with ${code ?? signal} before its ${kind}`)))
    const settle = (finish: () => void) => {
      child.off('message', onMessage)
      child.off('exit', onExit)
      finish()
    }
    child.on('message', onMessage)
    child.on('exit', onExit)
  })
}
