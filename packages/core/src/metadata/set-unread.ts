import type { Actor } from '../actor'
import { eventActor } from '../commit-draft'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import type { WriteOptions } from '../expected-version'
import { isStorable } from '../input'
import { everywhere } from '../permissions/permission-scope'
import { permitOf } from '../permissions/permit'
import type { Commit, Expectation, Permit } from '../storage/commit'
import { answerUnchanged } from './answer-unchanged'
import type { MetadataWritten } from './apply-metadata'
import type { ParsedMetadataChange } from './draft-metadata'
import { isRemembered, isSystemOwn, metadataSet } from './metadata'
import { type MetadataSubject, type MetadataTarget, subjectPermissions } from './metadata-subject'

/** What a change depends on besides the entries that it sets. */
export interface UnreadTerms {
  readonly subject: MetadataSubject
  readonly expect: Expectation
  readonly permit: Permit | undefined
}

/**
 * Of a change that can be decided as if nothing was stored, since a storage can tell what depends on that: that the subject
 * is there, which entries hold their values already, and where it checks them, what a caller may and which version the
 * subject has. `undefined`: it takes reads.
 */
export function unreadTerms(
  core: Core,
  actor: Actor,
  target: MetadataTarget,
  namespace: string,
  { set, remove, clear, rules }: ParsedMetadataChange,
  options: WriteOptions | undefined,
): UnreadTerms | undefined {
  const { subjectType, subjectId } = target
  if (subjectId === undefined || !isStorable(subjectId) || isRemembered(namespace)) return undefined
  if (set.length === 0 || remove.length > 0 || clear || repeatsKey(set)) return undefined
  const expect = expectedOf(options)
  if (expect === undefined || (expect !== 'live' && !core.checksUnread)) return undefined
  const subject = { subjectType, subjectId }
  if (actor.type === 'system') return actor.orgId === undefined ? { subject, expect, permit: undefined } : undefined
  // Who may write to which keys, and the system's own namespaces, are not for a storage to know.
  if (!core.checksUnread || rules !== undefined || isSystemOwn(namespace)) return undefined
  const permit = permitOf(core, actor, subjectPermissions[subjectType].write)
  return permit && { subject, expect, permit }
}

const repeatsKey = (set: ParsedMetadataChange['set']) =>
  set.length > 1 && new Set(set.map(([key]) => key)).size < set.length

/** `undefined` for what is no single version. */
function expectedOf({ ifVersion }: WriteOptions = {}): Expectation | undefined {
  if (ifVersion === undefined) return 'live'
  return typeof ifVersion === 'string' && /^\d{1,18}$/.test(ifVersion) ? { sequence: ifVersion } : undefined
}

/**
 * Sets entries, as `draftMetadata` drafts it where nothing is stored, in the one statement that also looks at them. `undefined`: it takes reads after all.
 *
 * @throws {@link NotFoundError} when there is no such subject.
 */
export async function setUnread(
  core: Core,
  actor: Actor,
  { subject, expect, permit }: UnreadTerms,
  namespace: string,
  change: ParsedMetadataChange,
): Promise<MetadataWritten | undefined> {
  const { subjectType, subjectId } = subject
  const { set } = change
  const drafted = () => ({
    commit: (at: number, actor: Actor): Commit => {
      const events = set.map(([key, value]) => metadataSet(subjectType, namespace, key, value))
      return {
        at,
        actor: eventActor(actor),
        aggregates: [{ key: { type: subjectType, id: subjectId }, owner: '', expect, events, revise: false }],
        putEntries: set.map(([key, value], event) => ({
          key: { subjectType, subjectId, namespace, key },
          value,
          stamp: { aggregate: 0, event },
        })),
      }
    },
  })
  const outcome = await core.writeUnread?.(actor, drafted, undefined, permit)
  switch (outcome?.outcome) {
    case 'applied': {
      const { at, owner, put, sequences, createdAt = at } = outcome
      return {
        sequence: sequences[0]!,
        createdAt,
        changedAt: at,
        orgId: owner,
        changed: put.map((place) => set[place]![0]),
      }
    }
    case 'unchanged': {
      const { owner, createdAt } = outcome
      return answerUnchanged(
        core,
        Promise.resolve(everywhere),
        { owner, aggregate: outcome, createdAt },
        subject,
        namespace,
      )
    }
    case 'missing':
      // Whoever may not see the subject is not told that it is not there.
      if (permit !== undefined) return undefined
      throw new NotFoundError(subjectType, subjectId)
    default:
      return undefined
  }
}
