import type { JsonValue, WriteOptions } from '@indwell/core'
import type { ExchangeResponse } from '../exchange'
import type { Call } from './call'
import { entityTag, parseEntityTags } from './entity-tag'
import { malformedHeader, preconditionFailed } from './error-catalogue'
import { emptyAnswer, jsonAnswer } from './json-answer'

/** Something that has a version, and how it is shown. */
export interface Shown<Body extends JsonValue = JsonValue> {
  /** Changes with every change of what is shown. */
  readonly version: string
  readonly body: Body
}

type Conditional = Pick<Call, 'headers'>

/** Which members are shown depends on the scopes of the token, the tag does not. */
const perCaller = { vary: 'origin,accept-encoding,authorization' } as const

/**
 * Answers GET with what is shown and its `ETag`, or as its preconditions say (RFC 9110, section 13.2.2): 304 where
 * `If-None-Match` names the version.
 *
 * @throws {@link Auth0Error} 412 where `If-Match` does not name it, 400 for tags that cannot be read.
 */
export function readAnswer({ headers }: Conditional, { version, body }: Shown): ExchangeResponse {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers
  const wanted = match === undefined ? '*' : parseEntityTags('If-Match', match)
  if (wanted !== '*' && !wanted.some((tag) => !tag.weak && tag.version === version)) throw preconditionFailed(version)
  const tagged = { etag: entityTag(version), ...perCaller }
  const known = noneMatch === undefined ? [] : parseEntityTags('If-None-Match', noneMatch)
  // Weak tags compare like strong ones here (section 13.1.2): a body that is not sent cannot differ.
  if (known === '*' || known.some((tag) => tag.version === version)) return emptyAnswer(304, tagged)
  return jsonAnswer(200, body, tagged)
}

/** Answers a write with what came of it, and its `ETag`. */
export function writeAnswer(status: number, { version, body }: Shown): ExchangeResponse {
  return jsonAnswer(status, body, { etag: entityTag(version) })
}

/**
 * What `If-Match` asks of a write, for the directory to decide in the same commit. Weak tags match nothing (RFC 9110,
 * section 13.1.1); `*` asks for nothing, since there has to be something to change.
 *
 * @throws {@link Auth0Error} 400 for tags that cannot be read, and for `If-None-Match`, which no write here understands:
 * a condition must not be passed over.
 */
export function writeConditions({ headers }: Conditional): WriteOptions {
  if (headers['if-none-match'] !== undefined) throw malformedHeader('If-None-Match')
  const match = headers['if-match']
  const wanted = match === undefined ? '*' : parseEntityTags('If-Match', match)
  if (wanted === '*') return {}
  return { ifVersion: wanted.flatMap(({ weak, version }) => (weak ? [] : [version])) }
}

/**
 * To be asked where a write finds nothing and would succeed all the same.
 *
 * @throws {@link Auth0Error} 412 with an `If-Match`: nothing has no version, and is not "any" either.
 */
export function requireUnconditional({ headers }: Conditional): void {
  if (headers['if-match'] !== undefined) throw preconditionFailed(undefined)
}
