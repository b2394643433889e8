import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DirectoryStorage } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { afterAll, beforeAll } from 'vitest'
import { buildChildScript, type ChildScript, nextMessage } from '../../../test/child-processes'
import { createMigratedDatabase } from '../../../test/postgres'

export const sharedKinds = ['SQLite', 'Postgres'] as const

/** A place that several processes open at once. */
export interface SharedPlace {
  /** What a process needs to be told of it. */
  readonly location: string
  readonly storage: DirectoryStorage
  remove(): Promise<void>
}

export async function sharedPlace(kind: (typeof sharedKinds)[number]): Promise<SharedPlace> {
  if (kind === 'SQLite') {
    const directory = await mkdtemp(join(tmpdir(), 'indwell-http-processes-'))
    const location = join(directory, 'directory.db')
    return {
      location,
      storage: sqliteStorage({ filename: location }),
      remove: () => rm(directory, { recursive: true }),
    }
  }
  const database = await createMigratedDatabase()
  const storage = postgresStorage({ connectionString: database.url, max: 2 })
  return { location: database.url, storage, remove: () => database.drop() }
}

/** A process of its own that serves a directory. */
export interface ServingProcess {
  readonly url: string
  /** Ends it with a signal that it cannot handle, and waits until it is gone. */
  kill(): Promise<void>
}

/** What starts processes that run a script of this folder, built once for the tests of the file it is called in. */
export function processesOf(name: string): (...given: readonly string[]) => Promise<ServingProcess> {
  let script: ChildScript
  beforeAll(async () => {
    script = await buildChildScript(fileURLToPath(new URL(name, import.meta.url)))
  })
  afterAll(() => script.remove())

  return async (...given) => {
    const child: ChildProcess = fork(script.file, given, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [],
    })
    return {
      url: String(await nextMessage(child, 'ready')),
      async kill() {
        const gone = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGKILL')
        await gone
      },
    }
  }
}
