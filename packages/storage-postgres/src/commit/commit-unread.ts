import { type DirectoryStorage, isCreation, type UnreadCommit, type UnreadOutcome } from '@indwell/core'
import { indexesOfEntry, type KnownIndexes, noIndexes, type TableNames } from '@indwell/storage-kysely'
import type { Connections } from '../connections'
import { formatPosition } from '../feed/position'
import type { RememberedIndexes } from '../metadata-indexes/remembered-indexes'
import type { PostgresRow } from '../postgres-pool'
import { binderCache, type GivenValues, type Statement, statementCache } from '../statement-cache'
import { isLostRace, translateError } from '../translate-error'
import { creationOf, creator } from './apply-creation'
import { cutAtSpace, elementsOf } from './joined-text'
import { placeOfCall } from './permit-values'
import { batchable, unreadBatch } from './unread-batch'
import { type UnreadBatchShape, unreadBatchStatement } from './unread-batch-statement'
import { batchFindings, unreadOutcomes } from './unread-outcomes'
import { type Carrier, type UnreadShape, unreadStatement } from './unread-statement'
import { unreadSubjectStatement } from './unread-subject-statement'
import { unreadTaker } from './unread-values'

type CommitUnread = NonNullable<DirectoryStorage['commitUnread']>

const declined = { outcome: 'declined' } as const

/** Reads, decides and writes in one statement for all, save for entries that an index has to hold. */
export function unreadCommitter(connections: Connections, names: TableNames, indexes: RememberedIndexes): CommitUnread {
  const binderOf = binderCache(
    ({ subject, alone, permit }: UnreadShape) => `${subject} ${alone} ${permit}`,
    (shape) => unreadStatement(names, shape),
    unreadTaker,
  )
  const batchStatementOf = statementCache(
    (shape: UnreadBatchShape) => Object.values(shape).join(),
    (shape) => (shape.subjects === 'one' ? unreadSubjectStatement : unreadBatchStatement)(names, shape),
  )

  const create = creator(names)

  return (instanceId, commits) => {
    const known = indexes.of(instanceId) ?? noIndexes
    return commits.length === 1 ? settleOne(instanceId, commits[0]!, known) : settleAll(instanceId, commits, known)
  }

  async function settleOne(
    instanceId: string,
    commit: UnreadCommit,
    known: KnownIndexes,
  ): Promise<readonly UnreadOutcome[]> {
    if (isCreation(commit)) return [await make(instanceId, commit, known)]
    return [isPlain(commit, known) ? await applyOne(instanceId, commit, known.version) : declined]
  }

  async function settleAll(
    instanceId: string,
    commits: readonly UnreadCommit[],
    known: KnownIndexes,
  ): Promise<readonly UnreadOutcome[]> {
    const plain = commits.map((commit) => !isCreation(commit) && isPlain(commit, known))
    const able = batchable(commits.filter((_, index) => plain[index]))
    let next = 0
    const taken = plain.map((is) => is && able[next++]!)
    const batch = commits.filter((_, index) => taken[index])
    const outcomes = batch.length === 0 ? [] : await apply(instanceId, batch, known.version)
    let place = 0
    return taken.map((is) => (is ? outcomes[place++]! : declined))
  }

  async function make(instanceId: string, commit: UnreadCommit, known: KnownIndexes): Promise<UnreadOutcome> {
    const { aggregates, putEntries = [], permit } = commit
    const creation = creationOf(instanceId, commit, known, permit)
    if (creation === undefined) return declined
    const applied = await connections.borrow((run) => create(run, creation))
    if (applied === undefined) return declined
    const { at, sequences, positions } = applied
    const { owner } = aggregates.find(({ expect }) => expect === 'new')!
    const places = putEntries.map((_, place) => place)
    return { outcome: 'applied', at, sequences, positions, owner, createdAt: at, put: places }
  }

  async function apply(
    instanceId: string,
    commits: readonly UnreadCommit[],
    indexVersion: string,
  ): Promise<readonly UnreadOutcome[]> {
    if (commits.length === 1) return [await applyOne(instanceId, commits[0]!, indexVersion)]
    const batch = unreadBatch(commits)
    const values = { instance: instanceId, indexes: indexVersion, ...batch.values }
    const rows = await run(batchStatementOf(batch.shape), values)
    if (rows === undefined) return commits.map(() => declined)
    const findings = batchFindings(batch, rows)
    if (findings.version !== indexVersion) await indexes.read(instanceId)
    return unreadOutcomes(commits, batch, findings)
  }

  async function applyOne(instanceId: string, commit: UnreadCommit, indexVersion: string): Promise<UnreadOutcome> {
    const { aggregates, putEntries, permit } = commit
    const { statement, valuesOf } = binderOf({
      subject: aggregates[0]!.key.type as Carrier,
      alone: putEntries!.length === 1,
      permit: permit && placeOfCall(permit),
    })
    const rows = await run(statement, valuesOf({ instanceId, indexVersion, commit }))
    if (rows === undefined) return declined
    const [row] = rows
    // One that is there, but not for this caller, is not to be told from one that is not.
    if (row === undefined) return permit === undefined ? { outcome: 'missing' } : declined
    if (row[1] === indexVersion) return outcomeOf(row)
    await indexes.read(instanceId)
    return declined
  }

  /** `undefined` where others were faster: nothing was written. */
  function run(statement: Statement, values: GivenValues): Promise<readonly PostgresRow[] | undefined> {
    return connections.borrow((run) =>
      run(statement, values).catch((error: unknown) => {
        if (isLostRace(error, names)) return undefined
        throw translateError(error, 'write')
      }),
    )
  }
}

const isPlain = ({ putEntries = [] }: UnreadCommit, known: KnownIndexes) =>
  putEntries.every(({ key }) => indexesOfEntry(known, key).length === 0)

function outcomeOf(row: PostgresRow): UnreadOutcome {
  const [hasWork, , owner, sequence, changedAt, created, put, written] = row
  if (written == null && hasWork === 't') return declined
  const createdAt = created == null ? undefined : Number(created)
  if (written == null) {
    return { outcome: 'unchanged', sequence: sequence!, changedAt: Number(changedAt), owner: owner!, createdAt }
  }
  const places = elementsOf(put!).map(Number)
  const [transaction, rest] = cutAtSpace(written)
  const [positions, time] = cutAtSpace(rest)
  return {
    outcome: 'applied',
    at: Number(time),
    sequences: [String(BigInt(sequence!) + BigInt(places.length))],
    positions: elementsOf(positions).map((position) => formatPosition(transaction, position)),
    put: places,
    owner: owner!,
    createdAt,
  }
}
