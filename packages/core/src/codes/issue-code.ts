import type { Actor } from '../actor'
import type { Core } from '../core'
import { scopeOf } from '../permissions/permission-scope'
import { draftUserAggregate, draftUserEvents } from '../users/draft-user-change'
import { loadUserForChange } from '../users/load-user'
import type { User, UserEvent } from '../users/user'
import type { Written } from '../written'
import { type CodeWishes, issueCodes, type ReturnedCodes } from './issue-codes'

/** Makes a new code for a user, in the place of the former one: what all ways to ask for one share. */
export function issueCode(
  core: Core,
  actor: Actor,
  userId: string,
  decide: (user: User) => readonly UserEvent[],
  wishes: CodeWishes,
): Promise<Written & ReturnedCodes> {
  return core.write(actor, async (draft) => {
    const permitted = scopeOf(core, actor, 'user.write')
    const { user, aggregate } = await loadUserForChange(core, permitted, userId)
    const issued = issueCodes(core, userId, user, decide(user), wishes)
    // Deciding, or a code could be replaced while another call takes it for the one that counts.
    const drafted = draftUserAggregate(draft, user, { revision: aggregate.revision }, { revise: true })
    draftUserEvents(core, draft, drafted, user, issued.events)
    draft.send(issued.messagesIn(user.orgId))
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({
        ...issued.returned,
        sequence: sequenceOf(drafted.index),
        createdAt: user.createdAt,
        changedAt: at,
        orgId: user.orgId,
      }),
    }
  })
}

/** What a request for a code answers. */
export interface RequestedCode extends Written {
  readonly code: string
  /** When it ends, in milliseconds since the epoch. */
  readonly expiresAt: number
}

/** @throws TypeError when there is none, which a decision to make one excludes. */
export function requestedCode({ emailCode, phoneCode, ...written }: Written & ReturnedCodes): RequestedCode {
  const issued = emailCode ?? phoneCode
  if (issued === undefined) throw new TypeError('no code was made')
  return { ...written, ...issued }
}
