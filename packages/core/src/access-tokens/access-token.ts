import type { AppendedEvent, DomainEvent } from '../events/event'
import type { AccessTokenRecord, Claim } from '../storage/records'

/** An access token as it is shown: what it is made of is shown once, when it is created. */
export type AccessToken = Omit<AccessTokenRecord, 'hash'>

export type AccessTokenEvent =
  | DomainEvent<
      'user.pat.added',
      { readonly tokenId: string; readonly hash: string; readonly expiresAt: number | null }
    >
  | DomainEvent<'user.pat.removed', { readonly tokenId: string }>

/** One token of a user after `event`, which has to be about that token or its user. */
export function evolveAccessToken(
  token: AccessTokenRecord | undefined,
  event: AppendedEvent,
): AccessTokenRecord | undefined {
  const { type, payload } = event as AppendedEvent & AccessTokenEvent
  if (type === 'user.pat.removed' || event.type === 'user.removed') return undefined
  if (type !== 'user.pat.added') return token
  const { sequence, createdAt, aggregate, owner } = event
  return { ...payload, userId: aggregate.id, orgId: owner, sequence, createdAt, changedAt: createdAt }
}

export function shownToken({ hash: _, ...shown }: AccessTokenRecord): AccessToken {
  return shown
}

/** One token belongs to one user. */
export const accessTokenClaim = (hash: string): Claim => ({ type: 'access_token', value: hash })
