import type { AccessToken } from '@indwell/core'
import type { Response } from '../binding'
import { detailsOf } from '../object-details'

/** What a token without an end shows: 9999-12-31T23:59:59Z, in ms since the epoch. */
export const endOfTime = 253_402_300_799_000

/** Every token has the same ones. */
const scopes = ['openid', 'profile', 'urn:zitadel:iam:user:metadata', 'urn:zitadel:iam:user:resourceowner']

export function tokenMessage(token: AccessToken): Response<'user.v1.PersonalAccessToken'> {
  return { id: token.tokenId, details: detailsOf(token), expirationDate: token.expiresAt ?? endOfTime, scopes }
}
