import type { FaceHost } from '../../create-http-adapter'
import type { ExchangeRequest } from '../../exchange'
import { bindings } from '../bindings'
import { requestNameOf, responseNameOf } from '../contract'
import { zitadelContract } from '../contract.generated'
import { layoutOf, type MessageLayout } from '../message-layout'
import { servedMethods } from '../served-method'
import { type AnswerForm, type CallOutcome, makeCall } from './make-call'

/** Options of {@link openCalls}. */
export interface CallsOptions {
  /** As {@link ZitadelOptions.strict}. */
  readonly strict?: boolean | undefined
}

/** A served method of ZITADEL's API, for a transport to call. */
export interface OpenCall {
  readonly request: MessageLayout
  readonly response: MessageLayout
  /**
   * Makes the call as the JSON face does: who calls and where, field rules, idempotency key, use case, and which denial
   * comes before which failure. Never rejects.
   *
   * @param request - Its headers say who calls (`authorization`), in which org (`x-zitadel-orgid`) and under which
   * `idempotency-key`; its signal gives up reads; its body is what tells it from another one under the key.
   * @param message - The decoded request message, every field of `request` there: {@link MessageLayout.empty} where nothing
   * was sent. Times and durations are ms, numbers of 64 bits bigints, enums names or numbers that have none.
   */
  call<Answer>(request: ExchangeRequest, message: object, form: AnswerForm<Answer>): Promise<CallOutcome<Answer>>
}

/**
 * Opens what {@link zitadel} serves for another transport than JSON over HTTP.
 *
 * @returns By full name: `zitadel.management.v1.ManagementService/GetUserByID`.
 */
export function openCalls(host: FaceHost, { strict = false }: CallsOptions = {}): ReadonlyMap<string, OpenCall> {
  return new Map(
    servedMethods(bindings, strict).map((method) => {
      const open: OpenCall = {
        request: layoutOf(zitadelContract, requestNameOf(method.name)),
        response: layoutOf(zitadelContract, responseNameOf(method.name)),
        call: (request, message, form) => makeCall(host, method, request, message, form),
      }
      return [`zitadel.${method.name}`, open]
    }),
  )
}
