import type { Actor, UserActor } from '../actor'
import { CommitDraft } from '../commit-draft'
import type { Core, Drafted } from '../core'
import type { Permit } from '../storage/commit'
import { permitOf } from './permit'

/** Who creates, as far as it is known before anybody is read. */
export interface PresumedCaller {
  readonly actor: UserActor
  /** The org that it belongs to, unless that changed since it was last read. */
  readonly homeOrgId: string
}

/**
 * Creates in the one statement that also looks who calls and what it may. `undefined`, at once or later: nothing was
 * written, and it takes reads, which also tell what was in the way.
 *
 * @param permission - A built-in one, as in {@link permitOf}.
 * @param plan - What is stored for the caller that is presumed. `undefined`: it depends on more than that.
 */
export function createUnread<T>(
  core: Core,
  actor: Actor,
  permission: string,
  plan: (draft: CommitDraft, caller: PresumedCaller) => Drafted<T> | undefined,
): Promise<T | undefined> | undefined {
  if (core.writeUnread === undefined || !core.checksUnread || actor.type !== 'user') return undefined
  const homeOrgId = core.homeOrgs.guess(actor.userId)
  if (homeOrgId === undefined) return undefined
  const permit = permitOf(core, actor, permission)
  const planned = permit && unlessRefused(() => plan(new CommitDraft(), { actor, homeOrgId }))
  return planned && store(core, actor, planned, atHome(permit, homeOrgId))
}

/** Member by member: a copy with one more takes the engine as long as the draft of what is created. */
const atHome = ({ userId, orgId, roles }: Permit, homeOrgId: string): Permit =>
  orgId === undefined ? { userId, homeOrgId, roles } : { userId, homeOrgId, orgId, roles }

async function store<T>(core: Core, actor: Actor, { draft, answer }: Drafted<T>, permit: Permit) {
  const outcome = await core.writeUnread!(actor, () => draft, undefined, permit)
  if (outcome.outcome !== 'applied') return undefined
  core.outbox.send(draft.messages)
  return answer({ at: outcome.at, sequenceOf: (index) => outcome.sequences[index] ?? '0' })
}

/** What is wrong with the input is told behind what the caller may. */
function unlessRefused<T>(plan: () => T): T | undefined {
  try {
    return plan()
  } catch {
    return undefined
  }
}
