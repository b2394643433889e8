import type * as v from 'valibot'
import { Auth0Error } from './error-body'
import { validationMessage } from './validation-messages'

/**
 * Takes a parsed JSON body as what `schema` describes. A body of zero bytes is `null` here.
 *
 * @throws {@link Auth0Error} 400 `invalid_body`.
 */
export function readBody<S extends v.GenericSchema>(schema: S, body: unknown): v.InferOutput<S> {
  const message = validationMessage('payload', schema, body)
  if (message !== undefined) throw new Auth0Error(400, message, 'invalid_body')
  return body as v.InferOutput<S>
}
