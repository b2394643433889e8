import { type CommitOutcome, TransactionError, type TransactionStorage } from '@indwell/core'
import { isKysely, type KyselyTransaction, requireOpenTransaction, type TableNames } from '@indwell/storage-kysely'
import { CompiledQuery, sql } from 'kysely'
import { committer } from '../commit/apply-commits'
import { answerGraceMs, type Connections, type Run } from '../connections'
import type { ReadEvents } from '../feed/read-events'
import { historyRewriter } from '../history/rewrite-events'
import { asText } from '../list-parameter'
import type { Load } from '../load/load-reads'
import { type RememberedIndexes, rememberedIndexes } from '../metadata-indexes/remembered-indexes'
import type { PostgresClient } from '../postgres-pool'
import { runQuery } from '../prepared-query'
import type { RunSearch } from '../search/search-page'
import { compileStatement, encodedValues, slot } from '../statement-cache'
import { asCompositeText, parseCompositeText } from './composite-text'
import { joinedConnection } from './joined-connection'

/**
 * A transaction of the host: a `pg` client on which it ran `begin`, or a Kysely transaction of whatever driver of Postgres
 * takes parameters as text.
 */
export type PostgresTransaction = Pick<PostgresClient, 'query'> | KyselyTransaction

/** What reads, wherever it is told to. */
export interface Readers {
  readonly load: Load
  readonly search: RunSearch
  readonly readEvents: ReadEvents
  /** As they are outside of transactions. */
  readonly indexes: RememberedIndexes
}

const savepoint = compileStatement(sql`savepoint indwell_nested`)
const release = compileStatement(sql`release savepoint indwell_nested`)
const undo = compileStatement(sql`rollback to savepoint indwell_nested`)
/** What the server sends when the transaction commits, and once however often it was said there. */
const wake = compileStatement(sql`select pg_notify(${slot('channel')}::text, '')::text`)

/**
 * The port within a transaction, by what runs a statement there.
 *
 * @param channel - To be told on that something was written. Absent: whoever commits tells of it.
 */
export function transactionStorage(
  send: Run,
  outer: Connections,
  names: TableNames,
  readers: Readers,
  channel?: string,
): TransactionStorage {
  const connections = joinedConnection(send, outer, names)
  // Those of the snapshot that the transaction has.
  const indexes = rememberedIndexes(connections, names)
  const command = (statement: typeof savepoint) => connections.read(statement, {})
  // What others know will do for a guess: the database tells whether it is so in the snapshot.
  const commit = committer(connections, names, {
    of: (instanceId) => indexes.of(instanceId) ?? readers.indexes.of(instanceId),
    read: indexes.read,
  })
  let isTold = channel === undefined
  const told = async (outcomes: readonly CommitOutcome[]) => {
    if (isTold || outcomes.every(({ outcome }) => outcome !== 'applied')) return outcomes
    isTold = true
    await connections.read(wake, { channel })
    return outcomes
  }
  const storage: TransactionStorage = {
    load: (instanceId, reads) => readers.load(instanceId, reads, connections),
    search: (instanceId, search) => readers.search(instanceId, search, connections, indexes),
    readEvents: (instanceId, query) => readers.readEvents(instanceId, query, connections),
    // Several may take several statements, of which none is to stay where all are told of an error.
    commit: async (instanceId, commits) =>
      told(
        await (commits.length > 1
          ? storage.savepoint(async () => commit(instanceId, commits))
          : commit(instanceId, commits)),
      ),
    ...historyRewriter(connections, names),
    async savepoint(work) {
      await command(savepoint)
      try {
        const answer = await work(storage)
        await command(release)
        return answer
      } catch (error) {
        // What was told behind the savepoint goes with it.
        isTold = channel === undefined
        await command(undo).catch(() => undefined)
        await command(release).catch(() => undefined)
        throw error
      }
    },
  }
  return storage
}

/**
 * How statements are run in a transaction of the host.
 *
 * @throws TransactionError for what is none.
 */
export function sendWithin(transaction: PostgresTransaction, outer: Connections, namedStatements: boolean): Run {
  if (typeof transaction !== 'object' || transaction === null) throw new TransactionError('unsupported')
  if (isKysely(transaction)) return sendByKysely(transaction)
  if (!('query' in transaction) || typeof transaction.query !== 'function') throw new TransactionError('unsupported')
  return sendByClient(transaction, outer, namedStatements)
}

export function sendByClient(
  client: Pick<PostgresClient, 'query' | 'connection' | 'pipeline'>,
  { patience }: Connections,
  namedStatements: boolean,
): Run {
  const timeoutMs = patience.statementTimeoutMs + answerGraceMs
  return (statement, values) => {
    const name = namedStatements ? statement.name : undefined
    return runQuery(client, { name, text: statement.text, values: encodedValues(statement, values), timeoutMs })
  }
}

function sendByKysely(transaction: KyselyTransaction): Run {
  requireOpenTransaction(transaction)
  return async (statement, values) => {
    requireOpenTransaction(transaction)
    const encoded = encodedValues(statement, values)
    const query = CompiledQuery.raw(asCompositeText(statement), encoded.map(asText))
    const { rows } = await transaction.executeQuery(query)
    // Plugins of the host may have renamed the column.
    return rows.map((row) => parseCompositeText(String(Object.values(row as object)[0])))
  }
}
