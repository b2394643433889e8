import type { TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connections, PooledConnections, ReadConnections, Run } from '../connections'
import type { PostgresClient } from '../postgres-pool'
import { compileStatement, slot, tableReference } from '../statement-cache'
import { transactionsOf } from './bookmark'

/** For how long nobody asks a replica that was not there, or had not caught up in time. */
const restMs = 1000

/**
 * For how long a replica may say nothing before it is asked whether it is there, and again after each such while, and how
 * long it has for an answer that costs it nothing. A read may well take longer.
 */
const silenceMs = 1000

/** How often a replica that is waited for is asked. */
const pollMs = 5

/**
 * The horizon of the replica's own snapshots: what they see is whole up to there, whatever order transactions ended in. It
 * never goes back, so a statement that comes after this one sees no less.
 */
const hasReached = (names: TableNames) =>
  compileStatement(sql`select ${tableReference(names, names.eventHorizon)}() >= ${slot('before')}::text::xid8`)

/**
 * Runs reads on a replica once that has what they have to see, or on the primary: when the replica is too far behind, and
 * whatever else ails it. Who came to the primary once stays there, so that nobody sees time go back.
 *
 * @param waitMs - How long a read waits for the replica to catch up.
 * @param isThere - Whether the server of a connection is there at all. Absent: another connection of the pool is asked.
 */
export function replicaConnections(
  names: TableNames,
  primary: Connections,
  replica: PooledConnections,
  waitMs: number,
  isThere: (client: PostgresClient, timeoutMs: number) => Promise<boolean> = () => answers(replica),
): (atLeast: string) => ReadConnections {
  let restsUntil = 0
  const reached = hasReached(names)

  /** `undefined`: not in time. */
  async function readReplica(before: string, read: (run: Run) => ReturnType<Run>) {
    if (Date.now() < restsUntil) return undefined
    try {
      const rows = await replica.borrow(async (run, { client, discard }) => {
        for (const end = Date.now() + waitMs; ; await pause(pollMs)) {
          if (Date.now() < restsUntil) return undefined
          const [answer] = await run(reached, { before }, silenceMs)
          if (answer?.[0] === 't') return await unlessSilent(read(run), () => isThere(client, silenceMs), discard)
          if (Date.now() >= end) return undefined
        }
      })
      if (rows !== undefined) return rows
    } catch {
      // The primary answers in its place, or says what is wrong with the question.
    }
    restsUntil = Date.now() + restMs
    return undefined
  }

  return (atLeast) => {
    const before = transactionsOf(atLeast)
    let onPrimary = false
    return {
      requireOpen: primary.requireOpen,
      async read(statement, values) {
        primary.requireOpen()
        const rows = onPrimary ? undefined : await readReplica(before, (run) => run(statement, values))
        if (rows !== undefined) return rows
        onPrimary = true
        return primary.read(statement, values)
      },
    }
  }
}

const present = compileStatement(sql`select 1`)

function answers(replica: Connections): Promise<boolean> {
  return replica
    .borrow((run) => run(present, {}, silenceMs))
    .then(
      () => true,
      () => false,
    )
}

/** Rejects once the server of a read that is waited for is not there any more, and gives its connection up. */
async function unlessSilent<T>(reading: Promise<T>, isThere: () => Promise<boolean>, discard: () => void): Promise<T> {
  let isOver = false
  let timer: NodeJS.Timeout | undefined
  const silent = new Promise<never>((_, reject) => {
    const look = async () => {
      if (await isThere()) {
        if (!isOver) timer = setTimeout(look, silenceMs)
        return
      }
      if (isOver) return
      discard()
      reject(new Error('the replica fell silent'))
    }
    timer = setTimeout(look, silenceMs)
  })
  try {
    return await Promise.race([reading, silent])
  } finally {
    isOver = true
    clearTimeout(timer)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
