import type { Core } from '../core'
import type { Principal, PrincipalRead, Read, ReadAnswer, ReadResult } from '../storage/read'

/** A core that asks each question once, at one moment, and knows the memberships of callers whole. */
export type SharedReads = Core

/** For several decisions that shall be of one piece, and cost no more than one. */
export function sharedReads(core: Core): SharedReads {
  const asked = new Map<string, Promise<ReadResult>>()
  const now = core.now()
  const once = (question: Read): Promise<ReadResult> => {
    // Callers are known whole in any case.
    const name = JSON.stringify(question.read === 'principal' ? { ...question, memberships: 'all' } : question)
    const before = asked.get(name)
    if (before !== undefined) return before
    const answer = question.read === 'principal' ? wholePrincipal(core, question) : core.read(question)
    asked.set(name, answer)
    return answer
  }
  return { ...core, now: () => now, read: <R extends Read>(question: R) => once(question) as Promise<ReadAnswer<R>> }
}

/** More memberships than were asked for decide nothing else: those of other orgs do not count. */
async function wholePrincipal(core: Core, question: PrincipalRead): Promise<Principal | undefined> {
  const { memberships: _, ...inContext } = question
  const [principal, memberships] = await Promise.all([
    core.read(inContext),
    core.read({ read: 'memberships', userId: question.userId }),
  ])
  return principal && { ...principal, memberships }
}
