import {
  type Contract,
  type MessageName,
  type MethodName,
  type RequestMessage,
  type RequestNameOf,
  requestNameOf,
} from './contract'
import { decodeQuery, decodeText, type OpenMessage } from './decode-query'
import { layoutOf } from './message-layout'
import { decodeBody } from './proto-json'
import { ProtoJsonError } from './proto-json-error'

/** The parts of an HTTP request that a request message is made of. */
export interface RequestParts {
  /** Decoded path variables by snake case name. */
  readonly variables: Readonly<Record<string, string>>
  /** What follows the `?`, still percent-encoded; empty when there is none. Unused where the body is the message. */
  readonly query: string
  /** Unused unless the body is the message. */
  readonly body: Uint8Array
  /** Deepest nesting of lists and objects in the body. */
  readonly maxDepth: number
}

/** The request message of a method. */
export type RequestOf<C extends Contract, Method extends MethodName<C>> = RequestMessage<
  C,
  Extract<RequestNameOf<Method>, MessageName<C>>
>

/**
 * Makes the request message of a method: body or query string as its binding says, then the path variables, which win.
 *
 * @throws {@link ProtoJsonError} when a part is malformed or does not fit the message.
 */
export function decodeRequest<C extends Contract, Method extends MethodName<C>>(
  contract: C,
  method: Method,
  parts: RequestParts,
): RequestOf<C, Method> {
  const name = requestNameOf(method)
  const layout = layoutOf(contract, name)
  const fromBody = contract.methods[method]?.body === '*'
  const message: OpenMessage = fromBody
    ? (decodeBody<Contract, string>(contract, name, parts.body, parts.maxDepth) as OpenMessage)
    : { ...layout.empty }
  for (const variable of Object.keys(parts.variables)) {
    const field = layout.byName.get(variable)
    if (field === undefined) continue
    try {
      message[field.jsonName] = decodeText(field, parts.variables[variable] ?? '')
    } catch (error) {
      if (!(error instanceof ProtoJsonError)) throw error
      throw new ProtoJsonError(`type mismatch, parameter: ${variable}, error: ${error.message}`)
    }
  }
  if (!fromBody && parts.query !== '') {
    decodeQuery(layout, message, parts.query, new Set(Object.keys(parts.variables)))
  }
  const decoded: unknown = message
  return decoded as RequestOf<C, Method>
}
