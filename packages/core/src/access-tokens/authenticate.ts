import type { Core } from '../core'
import { sha256 } from '../randomness'

/** Whose token it is. Whether that user may call at all is checked with every call it makes. */
export interface AuthenticatedUser {
  readonly userId: string
  readonly tokenId: string
}

const maxTokenLength = 512

/** Answers whose token `token` is; `undefined` for one that is unknown, revoked or expired. */
export async function authenticate(core: Core, token: string): Promise<AuthenticatedUser | undefined> {
  if (token === '' || token.length > maxTokenLength) return undefined
  const found = await core.read({ read: 'accessTokenByHash', hash: sha256(token) })
  if (found === undefined || (found.expiresAt !== null && found.expiresAt <= core.now())) return undefined
  return { userId: found.userId, tokenId: found.tokenId }
}
