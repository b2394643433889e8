import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import { parseInput, text } from '../input'
import { scopeOf } from '../permissions/permission-scope'
import { sameDigest } from '../randomness'
import { draftUserAggregate, draftUserEvents } from '../users/draft-user-change'
import { loadUserForChange } from '../users/load-user'
import { fact, type User, type UserEvent } from '../users/user'
import type { Written } from '../written'
import { type CodePurpose, codeKey, failedEvent, type KeptCode, keptCode, maxCodeFailures } from './code'
import { hashOfCode } from './new-code'

const CodeInput = v.object({ code: text(1, 200) })

/**
 * Does what `decide` says if `given` is the user's code. A wrong one is refused and counted all the same, which makes it
 * the one refusal that leaves an event.
 */
export async function redeemCode(
  core: Core,
  actor: Actor,
  userId: string,
  purpose: CodePurpose,
  given: string | undefined,
  decide: (user: User) => readonly UserEvent[],
): Promise<Written> {
  const { code } = parseInput(CodeInput, { code: given })
  const { right, ...written } = await core.write(actor, async (draft) => {
    const permitted = scopeOf(core, actor, 'user.write', { self: true })
    const loading = loadUserForChange(core, permitted, userId)
    const reading = core.read({ read: 'entry', key: codeKey(userId, purpose) })
    reading.catch(() => undefined)
    const { user, aggregate } = await loading
    const events = decide(user)
    const kept = keptCode(await reading)
    const address = purpose === 'phone' ? user.phone : user.email
    const right = isRight(kept, hashOfCode(purpose, { userId, address }, code), core.now())

    const drafted = draftUserAggregate(draft, user, { revision: aggregate.revision }, { revise: true })
    draftUserEvents(core, draft, drafted, user, right ? events : [fact(failedEvent(purpose))], { [purpose]: kept })
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({
        right,
        sequence: sequenceOf(drafted.index),
        createdAt: user.createdAt,
        changedAt: at,
        orgId: user.orgId,
      }),
    }
  })
  if (!right) throw new InvalidStateError('code_wrong')
  return written
}

/** @throws {@link InvalidStateError} when no code counts, whichever is given. */
function isRight(kept: KeptCode | undefined, hash: string, now: number): boolean {
  if (kept === undefined) throw new InvalidStateError('code_unknown')
  if (kept.failures >= maxCodeFailures) throw new InvalidStateError('code_spent')
  if (kept.expiresAt <= now) throw new InvalidStateError('code_expired')
  return sameDigest(kept.hash, hash)
}
