import { createHash } from 'node:crypto'
import type { WriteListener } from '@indwell/core'
import type { TableNames } from '@indwell/storage-kysely'
import type { Connections } from '../connections'
import type { PostgresClient } from '../postgres-pool'

/** A process tells of its writes so long after the first of them: of however many in between, once. */
const gatheredMs = 20
/** Before a connection that was lost is made anew, twice as long after each failure. */
const firstPauseMs = 100
const longestPauseMs = 10_000
/** How often the connection that listens is asked whether it is there: one that is silent is no other than one that is lost. */
const askedEveryMs = 15_000
const answeredWithinMs = 5000

/** What node-postgres tells beside what is answered. */
interface Notifying {
  on(event: 'notification' | 'end' | 'error', listener: () => void): unknown
  removeListener(event: 'notification' | 'end' | 'error', listener: () => void): unknown
}

export interface WriteNotifications extends WriteListener {
  /** Where the host's own transactions tell of themselves, which nobody is told the end of. */
  readonly channel: string
  /** Something was committed. */
  written(): void
  close(): void
}

/**
 * Tells other processes that something was written, outside of the commit that wrote it, and hears of theirs on a connection
 * of its own while anybody waits. Nothing relies on it: who waits looks by itself as well.
 *
 * https://www.postgresql.org/docs/current/sql-notify.html
 */
export function writeNotifications(connections: Connections, names: TableNames): WriteNotifications {
  const place = createHash('sha256')
    .update(`${names.schema ?? ''} ${names.prefix}`)
    .digest('hex')
    .slice(0, 16)
  const channel = `indwell_written_${place}`
  const wakes = new Set<() => void>()
  const wakeAll = () => {
    for (const wake of wakes) wake()
  }
  let gathering: NodeJS.Timeout | undefined
  let isListening = false
  let closed = false
  let endWait = () => {}

  const tell = () => {
    gathering = undefined
    run(connections, (client) => ask(client, `notify ${channel}`)).catch(() => {})
  }

  async function listen(): Promise<void> {
    for (let pauseMs = firstPauseMs; wakes.size > 0 && !closed; ) {
      const begun = performance.now()
      await run(connections, (client) => hear(client), true).catch(() => {})
      // One that was good for a while is made anew soon.
      pauseMs = performance.now() - begun > longestPauseMs ? firstPauseMs : Math.min(pauseMs * 2, longestPauseMs)
      if (wakes.size > 0 && !closed) await wait(pauseMs)
    }
    isListening = false
  }

  /** Until the connection is lost, or nobody waits any more. */
  async function hear(client: PostgresClient & Notifying): Promise<void> {
    let isLost = false
    const lose = () => {
      isLost = true
      endWait()
    }
    client.on('notification', wakeAll)
    client.on('end', lose)
    client.on('error', lose)
    try {
      await ask(client, `listen ${channel}`)
      // What was written while nobody listened.
      wakeAll()
      while (!isLost && wakes.size > 0 && !closed) {
        await wait(askedEveryMs)
        if (!isLost && wakes.size > 0 && !closed) await ask(client, 'select 1')
      }
    } finally {
      client.removeListener('notification', wakeAll)
      client.removeListener('end', lose)
      client.removeListener('error', lose)
    }
  }

  function wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => endWait(), ms)
      timer.unref()
      endWait = () => {
        clearTimeout(timer)
        endWait = () => {}
        resolve()
      }
    })
  }

  return {
    channel,
    onWritten(wake) {
      // Another one for each caller, whatever they call.
      const own = () => wake()
      wakes.add(own)
      if (!isListening) {
        isListening = true
        void listen()
      }
      return () => {
        wakes.delete(own)
        if (wakes.size === 0) endWait()
      }
    },
    written() {
      if (gathering !== undefined || closed) return
      gathering = setTimeout(tell, gatheredMs)
      gathering.unref()
    },
    close() {
      closed = true
      clearTimeout(gathering)
      endWait()
    },
  }
}

/** @param spent - The connection is of no use to others behind it. */
async function run(
  connections: Connections,
  work: (client: PostgresClient & Notifying) => Promise<void>,
  spent = false,
): Promise<void> {
  const lease = await connections.lease()
  let broken = true
  try {
    await work(lease.client as PostgresClient & Notifying)
    broken = spent
  } finally {
    lease.end(broken)
  }
}

async function ask(client: PostgresClient, text: string): Promise<void> {
  await client.query({ text, values: [], query_timeout: answeredWithinMs })
}
