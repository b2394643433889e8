import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { LimitExceededError } from '../errors/limit-exceeded-error'
import { PermissionDeniedError } from '../errors/permission-denied-error'
import { parseInput } from '../input'
import type { Principal } from '../storage/read'
import { requirePermission } from './check-permission'
import { because, type GrantExplained, rolesThatAllow } from './explain-grant'
import { scopeOf } from './permission-scope'
import { readPrincipal, requireActive } from './principal'
import { type SharedReads, sharedReads } from './shared-reads'
import { rolesFor } from './stored-roles'

/** What a permission is asked for on. */
export interface PermissionSubject {
  readonly type: 'user' | 'org' | 'client'
  readonly id: string
}

export interface PermissionQuestion {
  /** A built-in one, or one of the host's. */
  readonly permission: string
  /** A subject, or the id of an org. Absent: what no org owns, and the org the calls work in. */
  readonly on?: PermissionSubject | string
}

/** `not_found`: there is no such subject, or none that the caller may know of; the two look the same. */
export type CanDenial = PermissionDeniedError['reason'] | 'not_found'

/** Whether a call would be let in, and what decided. */
export type CanAnswer =
  | {
      readonly allowed: true
      readonly because:
        | GrantExplained
        /** Users may do this to themselves. */
        | { readonly rule: 'self' }
        /** Nothing is checked of the host itself. */
        | { readonly rule: 'system' }
    }
  | {
      readonly allowed: false
      readonly because: {
        readonly reason: CanDenial
        /** Built-in and host roles that allow it, held in the instance or in the org. Roles that were created are not told. */
        readonly roles: { readonly instance: readonly string[]; readonly org: readonly string[] }
        /** The grant that allowed it until its membership ended. */
        readonly ended?: GrantExplained
      }
    }

/** Most questions of one call. */
const maxQuestions = 500

const Subject = v.strictObject({
  type: v.picklist(['user', 'org', 'client'], 'must be user, org or client'),
  id: v.string('must be text'),
})
const PermissionQuestion = v.strictObject({
  permission: v.pipe(v.string('must be text'), v.minLength(1, 'must not be empty')),
  on: v.optional(v.union([v.string(), Subject], 'must be the id of an org, or a type and an id')),
})
const Questions = v.strictObject({ questions: v.array(PermissionQuestion, 'must be a list') })

/**
 * Answers whether the caller may, and why, by the very functions that decide its calls. All questions together read once,
 * and once more where the caller holds roles that were created and a permission of the host's is asked for.
 *
 * Of what users may do to themselves without a role, `user.read` and `user.delete` count here; `user.write` does not, since
 * it opens some calls on oneself and others not.
 *
 * @throws {@link InvalidInputError} for a question that is none.
 * @throws {@link LimitExceededError} for more than 500.
 * @throws {@link UnauthenticatedError} when the caller does not exist, is not active, or its org is not.
 */
export async function canAll(
  core: Core,
  actor: Actor,
  questions: readonly PermissionQuestion[],
): Promise<readonly CanAnswer[]> {
  if (Array.isArray(questions) && questions.length > maxQuestions) {
    throw new LimitExceededError('permissions', maxQuestions, questions.length)
  }
  const asked = parseInput(Questions, { questions }).questions
  const shared = sharedReads(core)
  return Promise.all(asked.map((question) => answerTo(shared, actor, question)))
}

/** As {@link canAll}, for one question. */
export async function can(
  core: Core,
  actor: Actor,
  permission: string,
  on?: PermissionSubject | string,
): Promise<CanAnswer> {
  const question = parseInput(PermissionQuestion, { permission, ...(on !== undefined && { on }) })
  return answerTo(sharedReads(core), actor, question)
}

/** Where what is asked about lives. */
type Place = { readonly orgId: string; readonly userId?: string; readonly exists: boolean }

interface Ruling {
  readonly reason?: CanDenial
  /** The org in which it was decided; absent: in none. */
  readonly orgId?: string | undefined
}

async function answerTo(
  core: SharedReads,
  actor: Actor,
  { permission, on }: v.InferOutput<typeof PermissionQuestion>,
): Promise<CanAnswer> {
  const subject = typeof on === 'string' ? ({ type: 'org', id: on } as const) : on
  const place = subject === undefined ? undefined : placeOf(core, subject)
  // The permission speaks first; were it to fail, nobody would hear what becomes of the other.
  place?.catch(() => undefined)
  const principal = actor.type === 'system' ? undefined : requireActive(core, actor, await readPrincipal(core, actor))
  const roles = principal === undefined ? core.roles : await rolesFor(core, principal.memberships, permission)
  const knowing: Core = { ...core, roles: { ...core.roles, grants: roles.grants } }
  const ruling =
    place === undefined
      ? await rulingInContext(knowing, actor, permission)
      : await rulingOn(knowing, actor, permission, await place)

  const grantAt = (now: number) =>
    principal && because(knowing.roles, principal, placeOfRuling(actor, principal, ruling), permission, now)
  if (ruling.reason === undefined) {
    if (principal === undefined) return { allowed: true, because: { rule: 'system' } }
    return { allowed: true, because: grantAt(core.now()) ?? { rule: 'self' } }
  }
  // Of what may be foreign it would tell that it lives where the caller once was.
  const ended = ruling.reason === 'not_found' ? undefined : grantAt(Number.NEGATIVE_INFINITY)
  return {
    allowed: false,
    because: { reason: ruling.reason, roles: rolesThatAllow(core.roles, permission), ...(ended && { ended }) },
  }
}

async function placeOf(core: Core, { type, id }: PermissionSubject): Promise<Place | undefined> {
  switch (type) {
    case 'org': {
      const org = await core.read({ read: 'record', kind: 'org', key: { orgId: id } })
      return { orgId: id, exists: org !== undefined }
    }
    case 'user': {
      const user = await core.read({ read: 'record', kind: 'user', key: { userId: id } })
      return user && { orgId: user.orgId, userId: id, exists: true }
    }
    case 'client': {
      const client = await core.read({ read: 'record', kind: 'client', key: { clientId: id } })
      return client && { orgId: client.orgId, exists: true }
    }
  }
}

async function rulingInContext(core: Core, actor: Actor, permission: string): Promise<Ruling> {
  return denialOf(async () => {
    const { orgId } = await requirePermission(core, actor, permission)
    return { orgId }
  })
}

async function rulingOn(core: Core, actor: Actor, permission: string, place: Place | undefined): Promise<Ruling> {
  return denialOf(
    async () => {
      const scope = await scopeOf(core, actor, permission, { self: selfRules.get(permission) ?? false })
      // An org that is named is asked about before it is known to be there, as calls do.
      const isKnown = place !== undefined && scope.admits(place.orgId, place.userId) && place.exists
      return isKnown ? { orgId: place.orgId } : { reason: 'not_found' }
    },
    actor.type === 'user' && actor.across === 'orgs' ? place?.orgId : undefined,
  )
}

/** What users may always do to themselves, or where they hold another permission, once calls work wherever subjects live. */
const selfRules: ReadonlyMap<string, boolean | string> = new Map<string, boolean | string>([
  ['user.read', true],
  ['user.delete', 'user.self.delete'],
])

async function denialOf(decide: () => Promise<Ruling>, orgId?: string): Promise<Ruling> {
  try {
    return await decide()
  } catch (error) {
    if (error instanceof PermissionDeniedError) return { reason: error.reason, orgId }
    throw error
  }
}

/** The org whose memberships counted. */
function placeOfRuling(actor: Actor, principal: Principal, { orgId }: Ruling): string | undefined {
  if (actor.type === 'system' || actor.across === 'instance') return undefined
  return actor.across === 'orgs' ? orgId : (actor.orgId ?? principal.user.orgId)
}
