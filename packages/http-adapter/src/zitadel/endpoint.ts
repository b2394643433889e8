import type { JsonObject } from '@indwell/core'
import type { RoutePattern } from '../route-table'
import type { Bindings } from './binding'
import type { AnswerForm } from './calls/make-call'
import { type Contract, type ResponseMessage, responseNameOf } from './contract'
import { zitadelContract } from './contract.generated'
import { decodeRequest, type RequestParts } from './decode-request'
import { encodeMessage } from './proto-json'
import { type ServedMethod, servedMethods } from './served-method'

/** A bound method of the contract, as a route. */
export interface Endpoint extends RoutePattern, ServedMethod {
  readonly hasBody: boolean
  readonly successStatus: number
  /** Response messages as bodies hold them. */
  readonly form: AnswerForm<JsonObject>
  /** The request message. @throws {@link ProtoJsonError} when a part is malformed or does not fit the message. */
  decode(parts: RequestParts): object
}

const contract: Contract = zitadelContract

/** Methods without a path are for gRPC alone. @param strict - Leave out of the `details` of a write what a live server leaves out. */
export function endpointsOf(bindings: Bindings, strict: boolean): readonly Endpoint[] {
  return servedMethods(bindings, strict).flatMap((served) => {
    const { path, body, successStatus = 200 } = zitadelContract.methods[served.name] as Contract['methods'][string]
    if (path === undefined) return []
    const responseName = responseNameOf(served.name)
    const endpoint: Endpoint = {
      ...served,
      path,
      hasBody: body === '*',
      successStatus,
      form: {
        encode: (response) => encodeMessage(contract, responseName, response as ResponseMessage<Contract, string>),
        keep: (answer) => answer,
        restore: (kept) => kept as JsonObject,
      },
      decode: (parts) => decodeRequest(zitadelContract, served.name, parts),
    }
    return [endpoint]
  })
}
