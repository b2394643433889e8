import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import type { DeletedUserRecord } from '../storage/records'
import { undeleteEnded } from './deleted-user'
import { draftEndOfKept, readDeletedUser, readOwnLink } from './kept-of-deleted'

export interface PurgeDeletedOptions {
  /**
   * Ends what ends until then, in milliseconds since the epoch. Default: by the directory's clock; a later time ends it
   * early.
   */
  readonly now?: number
  /** Users that are looked for together, 1 to 1000. Default 100. */
  readonly batchSize?: number
  /** Ends it between two batches, with the signal's reason. What was done until then stays so. */
  readonly signal?: AbortSignal
}

/** What {@link purgeDeletedUsers} did. */
export interface DeletedPurged {
  /** Users that cannot come back any more. */
  readonly users: number
}

const sweeper: Actor = { type: 'system', reason: 'time to undelete over' }

/**
 * Ends the time of users that were deleted and could come back, each with an event: their ids and their names are free.
 * Their history stays, as that of any user that was deleted.
 *
 * @throws {@link InvalidInputError} for a time that is none, and for a batch of less than 1 or more than 1000 users.
 */
export async function purgeDeletedUsers(
  core: Core,
  { now = core.now(), batchSize = 100, signal }: PurgeDeletedOptions = {},
): Promise<DeletedPurged> {
  if (!Number.isSafeInteger(now)) throw new InvalidInputError('now', 'must be milliseconds since the epoch')
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 1000) {
    throw new InvalidInputError('batchSize', 'must be an integer from 1 to 1000')
  }
  let users = 0
  for (;;) {
    signal?.throwIfAborted()
    const { items } = await core.search({
      kind: 'deletedUser',
      filter: { op: 'range', field: 'undeleteUntil', to: now, fromInclusive: false, toInclusive: true },
      sort: [{ field: 'undeleteUntil', descending: false }],
      offset: 0,
      limit: batchSize,
      count: false,
    })
    const ended = await Promise.all(items.map((deleted) => endOne(core, deleted)))
    const gone = ended.filter(Boolean).length
    users += gone
    // What others did meanwhile is not found again; were it, looking for it would not end.
    if (items.length < batchSize || gone === 0) return { users }
  }
}

function endOne(core: Core, { userId, sequence }: DeletedUserRecord): Promise<boolean> {
  return core.write(sweeper, async (draft) => {
    const [deleted, link] = await Promise.all([readDeletedUser(core, userId), readOwnLink(core, userId)])
    if (deleted?.sequence !== sequence) return { answer: false }
    await draftEndOfKept(core, draft, deleted, link, undeleteEnded)
    return { draft, answer: () => true }
  })
}
