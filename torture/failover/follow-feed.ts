import type { StoredEvent } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'

/** A consumer of the feed that resumes wherever it was, whatever happens to the servers. */
export interface Follower {
  /** Reads on until it was told as much as stands in `log`, or nothing more comes, and says where the two differ. */
  flawsAgainst(log: readonly StoredEvent[]): Promise<readonly string[]>
  stop(): Promise<void>
}

/** A transaction of the server's own, of its vacuum or the like, may hold the feed back. */
const patienceMs = 3000

export function followFeed(connectionString: string): Follower {
  const storage = postgresStorage({ connectionString, max: 1 })
  const told: string[] = []
  let after: string | undefined
  let stopped = false
  /** When a page was answered that had something on it, or none at all was. */
  let busyAt = Date.now()

  const reading = (async () => {
    while (!stopped) {
      const page = await storage
        .readEvents('default', { limit: 50, ...(after === undefined ? {} : { after }) })
        // What the servers are going through is the business of others: the consumer tries until it is answered.
        .catch(() => undefined)
      if (page?.length !== 0) busyAt = Date.now()
      if (page === undefined || page.length === 0) {
        await pause(5)
        continue
      }
      told.push(...page.map(named))
      after = page.at(-1)!.position
    }
  })()

  return {
    async flawsAgainst(log) {
      const expected = log.map(named)
      busyAt = Date.now()
      while (told.length < expected.length && Date.now() < busyAt + patienceMs) await pause(10)
      const length = Math.max(told.length, expected.length)
      for (let index = 0; index < length; index++) {
        if (told[index] === expected[index]) continue
        return [`the feed told ${told[index]} as number ${index + 1} where the log has ${expected[index]}`]
      }
      return []
    },
    async stop() {
      stopped = true
      await reading
      await storage.close()
    },
  }
}

const named = ({ position, aggregate, sequence, type }: StoredEvent) =>
  `${type} (${aggregate.type} ${aggregate.id} ${sequence}) at ${position}`

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
