import { invalidUri } from '../error-catalogue'
import { validationSentence } from '../validation-messages'

/**
 * Checks the id of a client in a path. Ids are the host's to choose, so only what no database can hold is refused.
 *
 * @throws {@link Auth0Error} 400 `invalid_uri` for control characters.
 */
export function toClientId(id: string): string {
  if (!/[\p{Cc}\p{Cs}]/u.test(id)) return id
  const text = `Object didn't pass validation for format client-id: ${id}`
  throw invalidUri(validationSentence('path', text, { path: ['id'], description: 'ID of the client' }))
}
