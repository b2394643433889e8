import * as v from 'valibot'
import type { Actor } from '../actor'
import type { AggregateDraft, CommitDraft } from '../commit-draft'
import type { Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import { InvalidStateError } from '../errors/invalid-state-error'
import { NotFoundError } from '../errors/not-found-error'
import { PermissionDeniedError } from '../errors/permission-denied-error'
import { parseInput, text, time } from '../input'
import { scopeOf } from '../permissions/permission-scope'
import { sha256 } from '../randomness'
import { draftUserAggregate } from '../users/draft-user-change'
import { loadUserForChange } from '../users/load-user'
import type { Written } from '../written'
import { accessTokenClaim, evolveAccessToken } from './access-token'

export const CreateAccessTokenInput = v.strictObject({
  /** Milliseconds since the epoch, in the future. Absent: never expires. */
  expiresAt: v.optional(time),
  /** The caller's own token, 1 to 512 characters, as hard to guess as the host makes it. Absent: 32 random bytes are made. */
  token: v.optional(text(1, 512)),
})
export type CreateAccessTokenInput = v.InferInput<typeof CreateAccessTokenInput>

export interface CreatedAccessToken extends Written {
  readonly tokenId: string
  /** Shown here and never again: only its hash is kept. */
  readonly token: string
}

/**
 * Creates a token with which a machine user calls.
 *
 * @throws {@link InvalidInputError} for an expiry that is not in the future.
 * @throws {@link PermissionDeniedError} without `user.write`, or when a policy of the host refuses.
 * @throws {@link NotFoundError} when there is no such user in the org.
 * @throws {@link InvalidStateError} when the user is a human.
 */
export async function createAccessToken(
  core: Core,
  actor: Actor,
  userId: string,
  input: CreateAccessTokenInput = {},
): Promise<CreatedAccessToken> {
  const { expiresAt = null, token = newToken(core) } = parseInput(CreateAccessTokenInput, input)
  const tokenId = core.newId()

  return core.write(actor, async (draft) => {
    if (expiresAt !== null && expiresAt <= core.now())
      throw new InvalidInputError('expiresAt', 'must lie in the future')
    const permitted = scopeOf(core, actor, 'user.write')
    const { user } = await loadUserForChange(core, permitted, userId)
    if (user.type !== 'machine') throw new InvalidStateError('user_not_machine')
    if ((await core.policies.mayCreateAccessToken?.({ actor, user })) === false)
      throw new PermissionDeniedError('user.write', 'policy')
    // Deleting the user takes its tokens along, so it has to see this one.
    const aggregate = draftUserAggregate(draft, user, 'live', { revise: true })
    draftAccessToken(draft, aggregate, { tokenId, token, expiresAt })
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({
        tokenId,
        token,
        sequence: sequenceOf(aggregate.index),
        createdAt: at,
        changedAt: at,
        orgId: user.orgId,
      }),
    }
  })
}

/** 256 random bits, recognizable as ours where it leaks. */
export const newToken = (core: Core): string => `indwell_${Buffer.from(core.randomBytes(32)).toString('base64url')}`

/** Drafts the token on the aggregate of its user. */
export function draftAccessToken(
  draft: CommitDraft,
  aggregate: AggregateDraft,
  {
    tokenId,
    token,
    expiresAt,
  }: { readonly tokenId: string; readonly token: string; readonly expiresAt: number | null },
): void {
  const event = aggregate.append({ type: 'user.pat.added', payload: { tokenId, hash: sha256(token), expiresAt } })
  const record = evolveAccessToken(undefined, event)
  if (record === undefined) throw new NotFoundError('access_token', tokenId)
  draft.put('accessToken', record)
  draft.takeClaim({ ...accessTokenClaim(record.hash), ownerType: 'user', ownerId: record.userId })
}
