import { describe, expect, it } from 'vitest'
import { connectionId } from '../../src/auth0'
import { processesOf, sharedKinds, sharedPlace } from '../processes'

const start = processesOf('./importing-child.ts')

interface Importer {
  /** Status and id of an import that was asked for. */
  start(): Promise<readonly [status: number, id: string]>
  statusOf(jobId: string): Promise<string>
  kill(): Promise<void>
}

/** A process whose clock is `ahead`, in milliseconds. */
async function importer(location: string, ahead: number): Promise<Importer> {
  const { url, kill } = await start(location, String(ahead))
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
    kill,
  }
}

describe.each(sharedKinds)('processes that import into one directory on %s', (kind) => {
  it('are two at a time in all, whoever asks first, and leave their places soon after they end', async () => {
    const { location, storage, remove } = await sharedPlace(kind)
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
