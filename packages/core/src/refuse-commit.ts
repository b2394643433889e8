import { AlreadyExistsError, type TakenSubject } from './errors/already-exists-error'
import { InvalidStateError } from './errors/invalid-state-error'
import { NotFoundError } from './errors/not-found-error'
import { AnswerKeptSignal } from './idempotency/answer-kept-signal'
import { keyOfClaim } from './metadata-definition/unique-claims'
import type { Applied, CommitOutcome } from './storage/commit'
import type { AggregateType } from './storage/records'

/**
 * Throws for what trying again cannot mend.
 *
 * @param missing - How often something was missing so far.
 * @throws {@link AlreadyExistsError} when what has to be unique is taken.
 * @throws {@link InvalidStateError} `referenced` when rows of the host forbid it.
 * @throws {@link NotFoundError} for what never was there.
 */
export function refuseCommit(outcome: Exclude<CommitOutcome, Applied>, missing: number): void {
  switch (outcome.outcome) {
    case 'claim-taken':
      throw new AlreadyExistsError(takenSubject(outcome.claim.type), keyOfClaim(outcome.claim.type))
    case 'answer-kept':
      throw new AnswerKeptSignal()
    case 'referenced':
      throw new InvalidStateError('referenced')
    case 'occupied':
      throw new AlreadyExistsError(occupied[outcome.aggregate.type])
    case 'missing':
      // Gone since it was read; a second time, the reads do not see that it is: it never was.
      if (missing > 1) throw new NotFoundError(missingSubject(outcome.aggregate.type), outcome.aggregate.id)
  }
}

const occupied: Record<AggregateType, TakenSubject> = {
  instance: 'instance',
  org: 'org_id',
  user: 'user_id',
  client: 'client_id',
  role: 'role_id',
}

const missingSubject = (type: AggregateType) => (type === 'instance' ? 'org' : type)

/** A claim's type is what is taken, behind `@` the scope it is unique in. */
const takenSubject = (claimType: string) => claimType.split('@', 1)[0] as TakenSubject
