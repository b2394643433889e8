import type { ActingDirectory, JsonValue } from '@indwell/core'
import type { FaceHost } from '../../create-http-adapter'
import { endOfTurn } from '../../end-of-turn'
import type { ExchangeRequest } from '../../exchange'
import { idempotencyKeyOf, needsIdempotencyKey, requestOf } from '../../idempotency'
import { unlessGone, whileConnected } from '../../while-connected'
import { plainApiError } from '../api-error'
import { type AuthenticatedCall, authenticateCall } from '../authenticate-call'
import type { CallStatus } from '../call-status'
import type { ServedMethod } from '../served-method'
import { mayPrecedePermission, statusOf } from '../status-of'

/** How a transport writes response messages, and keeps what it wrote under an idempotency key. */
export interface AnswerForm<Answer> {
  /** @param response - `ResponseMessage` of the contract. */
  encode(response: object): Answer
  keep(answer: Answer): JsonValue
  restore(kept: JsonValue): Answer
}

/** What became of a call. */
export type CallOutcome<Answer> =
  | { readonly answer: Answer; readonly status?: undefined }
  | { readonly answer?: undefined; readonly status: CallStatus }

/**
 * Makes a call whose message was decoded: finds out who calls and where, then whether the message keeps the field rules, then
 * runs the use case. Never rejects.
 *
 * @param request - Its headers say who calls, in which org and under which idempotency key; its signal gives up reads.
 * @param message - `RequestMessage` of the contract.
 */
export async function makeCall<Answer>(
  host: FaceHost,
  method: ServedMethod,
  request: ExchangeRequest,
  message: object,
  form: AnswerForm<Answer>,
): Promise<CallOutcome<Answer>> {
  const { directory } = host
  let call: AuthenticatedCall | undefined
  try {
    const { brokenRule, namedOrg, run } = method.understand(message)
    await endOfTurn()
    call = await authenticateCall(directory, host.authenticate, request, { across: method.across, namedOrg })
    const named = method.writes ? idempotencyKeyOf(request.headers) : undefined
    if (named === 'malformed') throw plainApiError('invalid_argument', 'Idempotency-Key cannot be understood')
    if (named === undefined && host.requireIdempotencyKey && method.writes && needsIdempotencyKey(method.method)) {
      throw plainApiError('invalid_argument', 'Idempotency-Key is missing')
    }
    const ifAbsent = asksForAbsence(method, request)
    if (brokenRule !== undefined) throw plainApiError('invalid_argument', brokenRule)
    const { callerId } = call
    const caller = method.writes ? call.caller : whileConnected(directory, call.caller, request)
    if (named === undefined) return { answer: form.encode(await run({ directory, caller, callerId, ifAbsent })) }
    const once = async (caller: ActingDirectory) =>
      form.keep(form.encode(await run({ directory, caller, callerId, ifAbsent })))
    const kept = await caller.once({ idempotencyKey: named.key, request: await requestOf(request) }, once)
    return { answer: form.restore(kept) }
  } catch (error) {
    const failure = unlessGone(error, request, directory)
    return { status: statusOf((await denialBefore(failure, method, call)) ?? failure, method.errors) }
  }
}

/**
 * Whether a write shall only be made where there is nothing yet: `If-None-Match: *` (RFC 9110, section 13.1.2).
 *
 * @throws {@link ApiError} for any other condition, and where the method has no one thing that could be absent: a condition
 * must not be passed over.
 */
function asksForAbsence({ heedsAbsence, writes }: ServedMethod, { headers }: ExchangeRequest): boolean {
  const condition = headers['if-none-match']
  if (condition === undefined || !writes) return false
  if (heedsAbsence && condition.trim() === '*') return true
  throw plainApiError('invalid_argument', 'If-None-Match cannot be understood')
}

/** What is wrong with a call is only told to who may make it: the use case checks that, but not always first. */
async function denialBefore(
  error: unknown,
  { permission, across }: ServedMethod,
  call: AuthenticatedCall | undefined,
): Promise<unknown> {
  if (call === undefined || !mayPrecedePermission(error)) return undefined
  // Which permission is asked for where the subject lives is not known before there is one.
  const isOpen = permission === 'authenticated' || across === 'orgs'
  try {
    await (isOpen ? call.caller.requireAuthenticated() : call.caller.requirePermission(permission))
    return undefined
  } catch (denial) {
    return denial
  }
}
