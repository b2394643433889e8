import type { Across } from '@indwell/core'
import type { Binding, Bindings, Call, GuardedMethod } from './binding'
import { type Contract, requestNameOf } from './contract'
import { zitadelContract } from './contract.generated'
import type { RequestOf } from './decode-request'
import { type ErrorMap, objectDenials } from './error-map'
import { checkRules } from './field-rules'
import { type NamedOrg, namedOrgOf } from './named-org'

/** A bound method of the contract, however its messages travel. */
export interface ServedMethod {
  /** Of the method in the contract. */
  readonly name: GuardedMethod
  /** Of HTTP; where there is no JSON over it, what such a write would have. */
  readonly method: string
  readonly permission: string
  readonly across: Across | undefined
  /** Whether it may change something. */
  readonly writes: boolean
  readonly heedsAbsence: boolean
  readonly errors: ErrorMap
  /** @param request - The decoded request message: `RequestMessage` of the contract. */
  understand(request: object): UnderstoodCall
}

/** What is known of a call before anybody looked who makes it. */
export interface UnderstoodCall {
  /** The first field rule that the message breaks; it may only be run when there is none. */
  readonly brokenRule: string | undefined
  /** The org that the message says to work in. */
  readonly namedOrg: NamedOrg | undefined
  /** Answers the response message: `ResponseMessage` of the contract. */
  run(context: Omit<Call<GuardedMethod>, 'request'>): Promise<object>
}

const contract: Contract = zitadelContract

/** @param strict - Leave out of the `details` of a write what a live server leaves out. */
export function servedMethods(bindings: Bindings, strict: boolean): readonly ServedMethod[] {
  return (Object.keys(bindings) as GuardedMethod[]).flatMap((name) => servedMethod(bindings, name, strict) ?? [])
}

function servedMethod<Method extends GuardedMethod>(
  bindings: Bindings,
  name: Method,
  strict: boolean,
): ServedMethod | undefined {
  const binding: Binding<Method> | undefined = bindings[name]
  const bound = contract.methods[name]
  if (binding === undefined || bound?.permission === undefined) return undefined
  const requestName = requestNameOf(name)
  const unsent = strict ? binding.writes : undefined
  return {
    name,
    method: bound.httpMethod ?? methodFor(name),
    permission: bound.permission,
    across: binding.across,
    writes: !/\/(?:Get|Is|List)[A-Z]/.test(name),
    heedsAbsence: binding.heedsAbsence === true,
    errors: { ...(binding.across === 'orgs' && objectDenials), ...binding.errors },
    understand(message) {
      const request = message as RequestOf<typeof zitadelContract, Method>
      return {
        brokenRule: checkRules(contract, requestName, request),
        namedOrg: namedOrgOf(request, bound.orgField),
        // Member by member: a copy with one more takes the engine as long as all it knows of a call.
        run({ caller, callerId, directory, ifAbsent }) {
          const answered = binding.handle({ caller, callerId, directory, ifAbsent, request })
          return unsent === undefined ? answered : answered.then((answer) => withoutUnsent(answer, unsent))
        },
      }
    },
  }
}

/** Adding something twice adds two, whereas what was changed or removed once stays so. */
const methodFor = (name: string) => (/\/(?:Add|Create)[A-Z]/.test(name) ? 'POST' : 'PUT')

/** What a live server calls the creation date of what it adds is the time of the write, also where a value is replaced. */
function withoutUnsent(answer: object, writes: 'adds' | 'changes'): object {
  const { details } = answer as { readonly details?: { readonly changeDate?: number } }
  if (details === undefined) return answer
  const written = details.changeDate
  const dates = writes === 'adds' ? { creationDate: written, changeDate: undefined } : { creationDate: undefined }
  return { ...answer, details: { ...details, ...dates } }
}
