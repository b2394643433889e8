import * as v from 'valibot'
import type { Caller, RejectedToken } from '../authenticate'

const databasePrefix = 'auth0|'

/** What is read of a verified token. */
const JwtClaims = v.object({
  /** A directory's user id, or Auth0's form of it. */
  sub: v.pipe(v.string(), v.minLength(1)),
  /** Separated by blanks (RFC 8693, section 4.2). Absent: none at all. */
  scope: v.optional(v.string(), ''),
  /** Seconds since the epoch. */
  exp: v.optional(v.number()),
})

/** The caller a verified token speaks for; rejects one without a subject. */
export function callerOf(claims: unknown): Caller | RejectedToken {
  const parsed = v.safeParse(JwtClaims, claims)
  const userId = parsed.success ? toUserId(parsed.output.sub) : ''
  if (!parsed.success || userId === '') return { flaw: 'invalid' }
  const { scope, exp } = parsed.output
  return {
    userId,
    scopes: scope.split(' ').filter((name) => name !== ''),
    ...(exp === undefined ? {} : { expiresAt: exp * 1000 }),
  }
}

/** As the Auth0 face reads ids: what stays a `provider|id` behind the prefix is another user's id as it stands. */
function toUserId(subject: string): string {
  if (!subject.startsWith(databasePrefix)) return subject
  const raw = subject.slice(databasePrefix.length)
  return raw.includes('|') ? subject : raw
}
