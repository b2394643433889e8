import type { Core } from '../core'
import type { ReplacedEvent } from '../storage/event-rewrite'
import type { AggregateKey, StoredEvent } from '../storage/records'
import type { LinkedIdentity } from '../users/identity'
import { unknownUser } from '../users/user'
import { erased, isAnonymised, isFolded } from './folded-event'
import { carriedIdentities, carriesRecord, subjectLog } from './subject-log'
import { beginnings } from './subject-state'

/**
 * Takes what a log tells of a user that was erased: its own events, those of what was linked to it and erased with it, and
 * what other users' events keep of it from when it was linked to them. Does nothing twice.
 */
export async function scrubUser(core: Core, userId: string, seen: Set<string> = new Set()): Promise<void> {
  if (seen.has(userId)) return
  seen.add(userId)
  const aggregate: AggregateKey = { type: 'user', id: userId }
  // A user that was made anew under the id keeps what happened since, and so does one that is nobody any more.
  const [end] = await core.readLog({ aggregate, types: [erased.type, 'user.anonymised'], descending: true, limit: 1 })
  if (end === undefined) return
  const linked = new Set<string>()
  const linkedTo = new Set<string>()
  const types = ['user.identity.added', 'user.linked', 'user.history.folded']
  for await (const event of subjectLog(core, aggregate, { types, beforeSequence: end.sequence })) {
    const { userId: other } = event.payload as { readonly userId: string }
    if (event.type === 'user.linked') linkedTo.add(other)
    else if (event.type === 'user.identity.added') linked.add(other)
    for (const identity of carriedIdentities(event)) linked.add(identity)
  }
  for (const other of linkedTo) await scrubIdentity(core, other, userId)
  for (const other of linked) await scrubUser(core, other, seen)
  // Last of all: until then it says what else there is to do.
  const replace = await blankBeginnings(core, aggregate, end)
  await core.rewriteEvents(aggregate, { remove: { before: end.sequence, exceptTypes: [] }, replace })
}

/**
 * Who went with an org has no event of that, nor have its memberships elsewhere: that it was a user of the org has to be left,
 * for the log to tell that they went.
 */
async function blankBeginnings(
  core: Core,
  aggregate: AggregateKey,
  end: StoredEvent,
): Promise<readonly ReplacedEvent[]> {
  const blank: ReplacedEvent[] = []
  let open: StoredEvent | undefined
  const close = () => {
    if (open === undefined) return
    const { sequence, actor } = open
    blank.push({ sequence, type: 'user.human.added', payload: { userName: '' }, actor: { ...actor, reason: null } })
  }
  const types = [...beginnings, 'user.removed', 'user.history.folded']
  for await (const event of subjectLog(core, aggregate, { types, beforeSequence: end.sequence })) {
    if (event.type === 'user.removed') open = undefined
    else if (!isFolded(event) || carriesRecord(event)) {
      if (!isFolded(event)) close()
      open = event
    }
  }
  // The life that goes on is told by its end here.
  if (!isAnonymised(end)) close()
  return blank
}

/** What `userId` knows of an identity that was linked to it once, and is no more. */
async function scrubIdentity(core: Core, userId: string, identityId: string): Promise<void> {
  const aggregate: AggregateKey = { type: 'user', id: userId }
  const replace = []
  for await (const { sequence, type, payload, actor } of subjectLog(core, aggregate, {
    types: ['user.identity.added'],
  })) {
    if ((payload as { readonly userId: string }).userId !== identityId) continue
    replace.push({ sequence, type, payload: { ...nobody, userId: identityId }, actor })
  }
  if (replace.length > 0) await core.rewriteEvents(aggregate, { replace })
}

const { description: _, accessTokenType: __, ...unknown } = unknownUser
const nobody: Omit<LinkedIdentity, 'userId'> = { userName: '', state: 'active', ...unknown }
