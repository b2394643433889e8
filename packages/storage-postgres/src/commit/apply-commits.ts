import { type Commit, type CommitOutcome, OutcomeUnknownError, StorageUnavailableError } from '@indwell/core'
import { noIndexes, type TableNames } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connections, Run } from '../connections'
import type { RememberedIndexes } from '../metadata-indexes/remembered-indexes'
import { compileStatement } from '../statement-cache'
import { behindSavepoint } from '../transaction/behind-savepoint'
import { type Errand, isConnectionLoss, isLostRace, isReferenced, translateError } from '../translate-error'
import { creationOf, creator } from './apply-creation'
import { type BoundStatement, roundStatements } from './commit-statement'
import { indexVersionOf, roundOutcomes } from './round-outcomes'
import { roundRows } from './round-rows'
import { type RoundMember, takeRound } from './take-round'

export type CommitAll = (instanceId: string, commits: readonly Commit[]) => Promise<readonly CommitOutcome[]>

/** Tries at a round as a whole, then at each of its commits, before the database counts as too busy. */
const roundTries = 4
const commitTries = 20

const begin = compileStatement(sql`begin isolation level read committed`)
const end = compileStatement(sql`commit`)
const rollback = compileStatement(sql`rollback`)

type Outcomes = readonly (CommitOutcome | undefined)[]

/** Applies a batch in as few statements as its commits allow: one, unless some depend on each other. */
export function committer(connections: Connections, names: TableNames, indexes: RememberedIndexes): CommitAll {
  const statements = roundStatements(names)
  const create = creator(names)

  return async (instanceId, commits) => {
    connections.requireOpen()
    const made = await createAlone(instanceId, commits)
    if (made !== undefined) return [made]
    const outcomes = new Map<number, CommitOutcome>()
    let pending: readonly RoundMember[] = commits.map((commit, index) => ({ commit, index, chain: undefined }))
    try {
      while (pending.length > 0) {
        const { round, rest } = takeRound(pending)
        await settle(instanceId, round, outcomes)
        pending = rest
      }
    } catch (error) {
      const wrote = [...outcomes.values()].some(({ outcome }) => outcome === 'applied')
      // The caller of each commit has to learn that it may have been applied.
      throw wrote && connections.joined === undefined ? new OutcomeUnknownError({ cause: error }) : error
    }
    return commits.map((_, index) => outcomes.get(index)!)
  }

  /**
   * `undefined` for more than the making of one aggregate, and where a condition does not hold: nothing was written, and the
   * statement for any commit says what is so.
   */
  async function createAlone(
    instanceId: string,
    [only, ...others]: readonly Commit[],
  ): Promise<CommitOutcome | undefined> {
    if (only === undefined || others.length > 0 || connections.joined !== undefined) return undefined
    const creation = creationOf(instanceId, only, indexes.of(instanceId) ?? noIndexes)
    return creation && connections.borrow((run) => create(run, creation))
  }

  /** Gets an outcome for every member of a round. */
  async function settle(instanceId: string, round: readonly RoundMember[], outcomes: Map<number, CommitOutcome>) {
    let pending = round
    const deadline = performance.now() + connections.patience.statementTimeoutMs
    for (let tries = 1; pending.length > 0; tries++) {
      if (tries > roundTries && pending.length > 1) {
        for (const member of pending) await settle(instanceId, [member], outcomes)
        return
      }
      const lastTry = tries === (round.length === 1 ? commitTries : roundTries) || performance.now() > deadline
      // Where a snapshot older than the locks was not enough, or never is, the locks come first.
      const locksFirst = tries > 1 || pending.some(({ commit }) => commit.removeHeldBy !== undefined)
      const given = await attempt(instanceId, pending, locksFirst)
      if (given instanceof Error) {
        if (isReferenced(given) && pending.length > 1) {
          for (const member of pending) await settle(instanceId, [member], outcomes)
          return
        }
        if (lastTry && pending.length === 1) throw new StorageUnavailableError('busy', { cause: given })
        continue
      }
      pending = pending.filter(({ index }, number) => {
        const outcome = given[number]
        if (outcome !== undefined) outcomes.set(index, outcome)
        return outcome === undefined
      })
    }
  }

  /** Answers with the error where another commit won, or a foreign key was in the way, and everything was undone. */
  async function attempt(
    instanceId: string,
    round: readonly RoundMember[],
    lockFirst: boolean,
  ): Promise<Outcomes | Error> {
    const known = indexes.of(instanceId) ?? noIndexes
    const rows = roundRows(round, known)
    const apply = statements.apply(instanceId, rows)
    const lock = lockFirst ? statements.lock(instanceId, rows) : undefined
    const answer = await connections.borrow(async (run) => {
      // Until its transaction is told to commit, a commit of several statements has not happened.
      let errand: Errand = lock === undefined ? 'write' : 'read'
      try {
        if (connections.joined !== undefined) {
          errand = 'read'
          return await behindSavepoint(run, names, { lock, apply }, await connections.joined())
        }
        return await (lock === undefined
          ? execute(run, apply)
          : executeLocked(run, lock, apply, () => {
              errand = 'write'
            }))
      } catch (error) {
        if (error instanceof Error && (isLostRace(error, names) || isReferenced(error))) return error
        throw translateError(error, errand)
      }
    })
    if (answer instanceof Error) {
      return isReferenced(answer) && round.length === 1 ? [{ outcome: 'referenced' }] : answer
    }
    const version = indexVersionOf(answer)
    if (version !== undefined && version !== known.version) await indexes.read(instanceId)
    return roundOutcomes(round, answer)
  }
}

const execute = (run: Run, { statement, values }: BoundStatement) => run(statement, values)

async function executeLocked(run: Run, lock: BoundStatement, apply: BoundStatement, onCommit: () => void) {
  await run(begin, {})
  try {
    await execute(run, lock)
    const answer = await execute(run, apply)
    onCommit()
    await run(end, {})
    return answer
  } catch (error) {
    if (!isConnectionLoss(error)) await run(rollback, {}).catch(() => undefined)
    throw error
  }
}
