import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildChildScript, type ChildScript, nextMessage } from '../../../../test/child-processes'
import { createPostgresDatabase } from '../../../../test/postgres'
import { connectionId } from '../../src/auth0'

const places = {
  async SQLite() {
    const directory = await mkdtemp(join(tmpdir(), 'indwell-imports-'))
    const location = join(directory, 'directory.db')
    const storage = sqliteStorage({ filename: location })
    return { location, storage, remove: () => rm(directory, { recursive: true }) }
  },
  async Postgres() {
    const database = await createPostgresDatabase()
    const storage = postgresStorage({ connectionString: database.url, max: 2 })
    return { location: database.url, storage, remove: () => database.drop() }
  },
}

let script: ChildScript
beforeAll(async () => {
  script = await buildChildScript(fileURLToPath(new URL('../importing-child.ts', import.meta.url)))
})
afterAll(() => script.remove())

interface Importer {
  /** Status and id of an import that was asked for. */
  start(): Promise<readonly [status: number, id: string]>
  statusOf(jobId: string): Promise<string>
  kill(): Promise<void>
}

/** A process whose clock is `ahead`, in milliseconds. */
async function importer(location: string, ahead: number): Promise<Importer> {
  const child: ChildProcess = fork(script.file, [location, String(ahead)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
  })
  const url = String(await nextMessage(child, 'ready'))
  const headers = { authorization: 'Bearer x' }
  return {
    async start() {
      const body = new FormData()
      body.set('connection_id', connectionId('Username-Password-Authentication'))
      body.set('users', new Blob(['[{"email":"a@example.com"}]']), 'users.json')
      const answer = await fetch(`${url}/api/v2/jobs/users-imports`, { method: 'POST', headers, body })
      return [answer.status, ((await answer.json()) as { id: string }).id]
    },
    async statusOf(jobId) {
      const answer = await fetch(`${url}/api/v2/jobs/${jobId}`, { headers })
      return ((await answer.json()) as { status: string }).status
    },
    async kill() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await gone
    },
  }
}

describe.each(['SQLite', 'Postgres'] as const)('processes that import into one directory on %s', (kind) => {
  it('are two at a time in all, whoever asks first, and leave their places soon after they end', async () => {
    const { location, storage, remove } = await places[kind]()
    await storage.migrate()
    await storage.close()
    const running: Importer[] = []
    const started = async (count: number, ahead: number) => {
      const children = await Promise.all(Array.from({ length: count }, () => importer(location, ahead)))
      running.push(...children)
      return children
    }
    const killAll = () => Promise.all(running.splice(0).map((child) => child.kill()))
    try {
      let left: string | undefined
      for (let round = 0; round < 3; round += 1) {
        const ahead = round * 130_000
        const [here, there] = await started(2, ahead)
        if (left !== undefined) expect(await here!.statusOf(left)).toBe('failed')

        const asked = [here, there, here, there, here, there].map((child) => child!.start())
        const answers = await Promise.all(asked)
        expect(answers.map(([status]) => status).sort()).toEqual([202, 202, 429, 429, 429, 429])
        left = answers.find(([status]) => status === 202)![1]
        expect(await there!.statusOf(left)).toMatch(/^(pending|processing)$/)

        await killAll()
        const [next] = await started(1, ahead)
        expect((await next!.start())[0]).toBe(429)
        await killAll()
      }
    } finally {
      await killAll()
      await remove()
    }
  })
})
