import type { Actor } from './actor'
import { CommitDraft } from './commit-draft'
import type { Core, Plan } from './core'
import { requireWithinLimits } from './limits/require-within-limits'
import { refuseCommit } from './refuse-commit'
import type { CommitOutcome } from './storage/commit'

/** Of a write that may be tried out. */
export interface DryRunOption {
  /** Decides, answers and refuses as the write itself would now, and stores, sends and announces nothing. */
  readonly dryRun?: boolean | undefined
}

/** Writes, or looks whether a write would pass. */
export function writerOf(core: Core, { dryRun = false }: DryRunOption): Core['write'] {
  return dryRun ? (actor, plan) => rehearse(core, actor, plan) : core.write
}

/** The conditions of a commit, in the order in which databases decide them; what was read just now cannot be stale. */
async function rehearse<T>(core: Core, actor: Actor, plan: (draft: CommitDraft) => Promise<Plan<T>>): Promise<T> {
  const { draft, answer } = await plan(new CommitDraft())
  if (draft === undefined) return answer
  const commit = draft.commit(core.now(), actor)
  if (core.limits !== undefined) requireWithinLimits(core.limits, commit)
  const { at, aggregates, takeClaims = [] } = commit
  const [states, holders] = await Promise.all([
    Promise.all(aggregates.map(({ key }) => core.read({ read: 'aggregate', key }))),
    Promise.all(takeClaims.map(({ type, value }) => core.read({ read: 'claim', claim: { type, value } }))),
  ])
  for (const [index, { key, expect }] of aggregates.entries()) {
    const live = states[index]?.live === true
    if ((expect === 'new') === live) refuse({ outcome: live ? 'occupied' : 'missing', aggregate: key })
  }
  const taken = takeClaims.find((_, index) => holders[index] !== undefined)
  if (taken !== undefined) refuse({ outcome: 'claim-taken', claim: taken })
  return answer({
    at: Math.max(at, ...states.map((state) => state?.changedAt ?? 0)),
    sequenceOf: (index) =>
      String(BigInt(states[index]?.sequence ?? '0') + BigInt(aggregates[index]?.events.length ?? 0)),
  })
}

function refuse(outcome: Exclude<CommitOutcome, { readonly outcome: 'applied' | 'stale' }>): void {
  refuseCommit(outcome, Number.POSITIVE_INFINITY)
}
