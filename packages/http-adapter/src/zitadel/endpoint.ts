import type { Across, JsonObject } from '@indwell/core'
import type { RoutePattern } from '../route-table'
import type { Binding, Bindings, Call, GuardedMethod } from './binding'
import { type Contract, type ResponseMessage, requestNameOf, responseNameOf } from './contract'
import { zitadelContract } from './contract.generated'
import { decodeRequest, type RequestParts } from './decode-request'
import { type ErrorMap, objectDenials } from './error-map'
import { checkRules } from './field-rules'
import { type NamedOrg, namedOrgOf } from './named-org'
import { encodeMessage } from './proto-json'

/** A request whose message was understood. */
export interface DecodedCall {
  /** The first field rule that the message breaks; it may only be run when there is none. */
  readonly brokenRule: string | undefined
  /** The org that the message says to work in. */
  readonly namedOrg: NamedOrg | undefined
  /** Answers the response message, for {@link Endpoint.encode}. */
  run(context: Omit<Call<GuardedMethod>, 'request'>): Promise<object>
}

/** A bound method of the contract, as a route. */
export interface Endpoint extends RoutePattern {
  /** Of the method in the contract. */
  readonly name: GuardedMethod
  readonly permission: string
  readonly across: Across | undefined
  readonly hasBody: boolean
  /** Whether it may change something. */
  readonly writes: boolean
  readonly heedsAbsence: boolean
  readonly successStatus: number
  readonly errors: ErrorMap
  /** @throws {@link ProtoJsonError} when a part is malformed or does not fit the message. */
  decode(parts: RequestParts): DecodedCall
  /** The response message as its body holds it. */
  encode(response: object): JsonObject
}

const contract: Contract = zitadelContract

/** @param strict - Leave out of the `details` of a write what a live server leaves out. */
export function endpointsOf(bindings: Bindings, strict: boolean): readonly Endpoint[] {
  return (Object.keys(bindings) as GuardedMethod[]).flatMap((method) => endpointOf(bindings, method, strict) ?? [])
}

function endpointOf<Method extends GuardedMethod>(
  bindings: Bindings,
  method: Method,
  strict: boolean,
): Endpoint | undefined {
  const binding: Binding<Method> | undefined = bindings[method]
  const bound = contract.methods[method]
  if (binding === undefined || bound?.permission === undefined) return undefined
  const requestName = requestNameOf(method)
  const responseName = responseNameOf(method)
  const unsent = strict ? binding.writes : undefined
  return {
    name: method,
    method: bound.httpMethod,
    path: bound.path,
    permission: bound.permission,
    across: binding.across,
    hasBody: bound.body === '*',
    writes: !/\/(?:Get|Is|List)[A-Z]/.test(method),
    heedsAbsence: binding.heedsAbsence === true,
    successStatus: bound.successStatus ?? 200,
    errors: { ...(binding.across === 'orgs' && objectDenials), ...binding.errors },
    decode(parts) {
      const request = decodeRequest(zitadelContract, method, parts)
      return {
        brokenRule: checkRules(contract, requestName, request),
        namedOrg: namedOrgOf(request, bound.orgField),
        run: (context) => binding.handle({ ...context, request }),
      }
    },
    encode(response) {
      const encoded = encodeMessage(contract, responseName, response as ResponseMessage<Contract, string>)
      return unsent === undefined ? encoded : withoutUnsent(encoded, unsent)
    },
  }
}

/** What a live server calls the creation date of what it adds is the time of the write, also where a value is replaced. */
function withoutUnsent(answer: JsonObject, writes: 'adds' | 'changes'): JsonObject {
  const date = writes === 'adds' ? 'creationDate' : 'changeDate'
  const details = Object.entries(answer.details ?? {}).flatMap(([member, value]) => {
    if (member === 'creationDate') return []
    return [[member === 'changeDate' ? date : member, value] as const]
  })
  return { ...answer, details: Object.fromEntries(details) }
}
