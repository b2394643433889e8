import type { Actor } from '../actor'
import type { Core } from '../core'
import { scopeOf } from '../permissions/permission-scope'
import type { UserRecord } from '../storage/records'
import type { Written } from '../written'
import { answerOfUser, draftUserAggregate, draftUserEvents } from './draft-user-change'
import { loadUserForChange } from './load-user'
import type { UserEvent } from './user'

/** What the four changes of state share: who may, what they are decided on, and what they answer. */
export function changeUserState(
  core: Core,
  actor: Actor,
  userId: string,
  decide: (user: UserRecord) => UserEvent | readonly UserEvent[],
): Promise<Written> {
  return core.write(actor, async (draft) => {
    const permitted = scopeOf(core, actor, 'user.write')
    const { user, aggregate } = await loadUserForChange(core, permitted, userId)
    const events = [decide(user)].flat()
    const drafted = draftUserAggregate(draft, user, { revision: aggregate.revision }, { revise: true })
    draftUserEvents(core, draft, drafted, user, events)
    return {
      draft,
      answer: answerOfUser(drafted, user),
    }
  })
}
