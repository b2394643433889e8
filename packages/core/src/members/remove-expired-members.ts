import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import { NotFoundError } from '../errors/not-found-error'
import type { MemberRecord } from '../storage/records'
import type { Filter } from '../storage/search'
import { planMemberChange } from './change-member'
import { isOver } from './member'

export interface RemoveExpiredMembersOptions {
  /** Memberships that are looked for together, 1 to 1000. Default 500. */
  readonly batchSize?: number
  /** Ends it between two batches, with the signal's reason. What was removed until then stays so. */
  readonly signal?: AbortSignal
}

/** What {@link removeExpiredMembers} did. */
export interface ExpiredMembersRemoved {
  /** Memberships. */
  readonly removed: number
}

const sweeper: Actor = { type: 'system', reason: 'membership expired' }

/**
 * Removes the memberships that are over, each with an event as any removal. One that others prolong meanwhile stays.
 *
 * @throws {@link InvalidInputError} for a batch of less than 1 or more than 1000 memberships.
 */
export async function removeExpiredMembers(
  core: Core,
  { batchSize = 500, signal }: RemoveExpiredMembersOptions = {},
): Promise<ExpiredMembersRemoved> {
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 1000) {
    throw new InvalidInputError('batchSize', 'must be an integer from 1 to 1000')
  }
  let removed = 0
  for (;;) {
    signal?.throwIfAborted()
    const { items } = await core.search({
      kind: 'member',
      filter: endedBy(core.now()),
      offset: 0,
      limit: batchSize,
      count: false,
    })
    const counts = await Promise.all(items.map((member) => removeOne(core, member)))
    const gone = counts.filter(Boolean).length
    removed += gone
    // What others changed meanwhile is not found again; were it, looking for it would not end.
    if (items.length < batchSize || gone === 0) return { removed }
  }
}

function endedBy(now: number): Filter<'expiresAt'> {
  return { op: 'range', field: 'expiresAt', to: now, fromInclusive: false, toInclusive: true }
}

async function removeOne(core: Core, { level, orgId, userId }: MemberRecord): Promise<boolean> {
  const place = level === 'instance' ? ({ level } as const) : ({ level, orgId } as const)
  let isRemoved = false
  try {
    await core.write(sweeper, (draft) => {
      isRemoved = false
      return planMemberChange(core, sweeper, draft, { place, userId, verb: 'delete' }, (member) => {
        isRemoved = member !== undefined && isOver(member, core.now())
        return isRemoved ? { verb: 'removed', payload: { userId } } : undefined
      })
    })
  } catch (error) {
    // The org was removed meanwhile, and its members with it.
    if (error instanceof NotFoundError) return false
    throw error
  }
  return isRemoved
}
