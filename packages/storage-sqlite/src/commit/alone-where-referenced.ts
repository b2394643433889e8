import { type Commit, type CommitOutcome, OutcomeUnknownError } from '@indwell/core'
import { isReferenced } from '../translate-error'

type Apply = (instanceId: string, commits: readonly Commit[]) => readonly CommitOutcome[]

/**
 * A foreign key of the host fails a batch as a whole: its commits are tried again one by one then, so that only those are
 * refused that it is about.
 */
export function aloneWhereReferenced(apply: Apply): Apply {
  return (instanceId, commits) => {
    try {
      return apply(instanceId, commits)
    } catch (error) {
      if (!isReferenced(error)) throw error
      return commits.length === 1 ? [{ outcome: 'referenced' }] : oneByOne(instanceId, commits)
    }
  }

  function oneByOne(instanceId: string, commits: readonly Commit[]): readonly CommitOutcome[] {
    const outcomes: CommitOutcome[] = []
    for (const commit of commits) {
      try {
        outcomes.push(...apply(instanceId, [commit]))
      } catch (error) {
        if (isReferenced(error)) outcomes.push({ outcome: 'referenced' })
        // The caller of each commit has to learn that it may have been applied.
        else if (outcomes.some(({ outcome }) => outcome === 'applied')) throw new OutcomeUnknownError({ cause: error })
        else throw error
      }
    }
    return outcomes
  }
}
