import type { Actor } from '../actor'
import type { Core } from '../core'
import { type Contact, type ContactCodeOptions, decideContactCode } from './contact'
import { issueCode, type RequestedCode, requestedCode } from './issue-code'

/**
 * Makes a code that shows that the user's e-mail address or phone number is its own, and answers it: nothing is sent. The
 * former code does not count any more.
 *
 * @throws {@link PermissionDeniedError} without `user.write`.
 * @throws {@link NotFoundError} when there is no such user in the org.
 * @throws {@link InvalidStateError} when the user is a machine, has no such contact, or it is verified already.
 */
export async function requestContactCode(
  core: Core,
  actor: Actor,
  userId: string,
  contact: Contact,
  options: ContactCodeOptions = {},
): Promise<RequestedCode> {
  const decide = (user: Parameters<typeof decideContactCode>[0]) => decideContactCode(user, contact, options)
  return requestedCode(await issueCode(core, actor, userId, decide, { [`${contact}Code`]: 'return' }))
}
