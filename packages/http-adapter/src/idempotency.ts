import { createHash } from 'node:crypto'
import type { ActingDirectory, JsonObject } from '@indwell/core'
import type { ExchangeRequest, ExchangeResponse } from './exchange'

/**
 * The key of `Idempotency-Key`: a string in quotes, as the draft has it, or bare, as many clients send it.
 * `malformed`: sent twice, empty, longer than 255 characters, or holding what neither form allows.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header
 */
export function idempotencyKeyOf({
  'idempotency-key': sent,
}: ExchangeRequest['headers']): { readonly key: string } | 'malformed' | undefined {
  if (sent === undefined) return undefined
  const [, quoted, bare] = /^(?:"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"|([^\s",\\]+))$/.exec(sent.trim()) ?? []
  const key = quoted?.replace(/\\(.)/g, '$1') ?? bare ?? ''
  return key.length >= 1 && key.length <= 255 && /^[\x20-\x7e]+$/.test(key) ? { key } : 'malformed'
}

/** Whether a write has to have a key: those that HTTP does not call idempotent by themselves (RFC 9110, section 9.2.2). */
export function needsIdempotencyKey(method: string): boolean {
  return method === 'POST' || method === 'PATCH'
}

/** What tells a request from another one under its key. */
export async function requestOf(request: ExchangeRequest): Promise<JsonObject> {
  const { method, url, headers } = request
  const body = createHash('sha256')
    .update(await request.body())
    .digest('hex')
  const { 'if-match': ifMatch = null, 'if-none-match': ifNoneMatch = null } = headers
  return { method, url, ifMatch, ifNoneMatch, body }
}

/**
 * Answers once under a key, however often the request comes: with what was answered then, or by beginning again where that
 * never came to be. Only answers of success are kept; whoever was refused is told anew.
 */
export async function answerOnce(
  directory: ActingDirectory,
  idempotencyKey: string,
  request: ExchangeRequest,
  respond: (directory: ActingDirectory) => Promise<ExchangeResponse>,
): Promise<ExchangeResponse> {
  const options = { idempotencyKey, request: await requestOf(request) }
  try {
    const { body, ...kept } = await directory.once(options, async (inner) => {
      const { status, headers, ...answer } = await respond(inner)
      if (status >= 400) throw new Unkept({ status, headers, ...answer })
      const text = answer.body === undefined ? null : Buffer.from(answer.body).toString('utf8')
      return { status, headers: { ...headers }, body: text }
    })
    return body === null ? kept : { ...kept, body }
  } catch (error) {
    if (error instanceof Unkept) return error.answer
    throw error
  }
}

/** Carries an answer out that is not kept. */
class Unkept extends Error {
  constructor(readonly answer: ExchangeResponse) {
    super('refused')
  }
}
