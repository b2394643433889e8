import type { Actor } from '../actor'
import type { Core } from '../core'
import type { Written } from '../written'
import { type Contact, type ContactCodeOptions, decideVerified } from './contact'
import { redeemCode } from './redeem-code'

/**
 * Takes a code as proof that the user's e-mail address or phone number is its own. The code counts once, for the address
 * or number it was made for, for an hour, and until five wrong ones were given. Wrong ones are counted in the log.
 *
 * @throws {@link PermissionDeniedError} without `user.write`.
 * @throws {@link NotFoundError} when there is no such user in the org.
 * @throws {@link InvalidInputError} for a code of no or more than 200 characters.
 * @throws {@link InvalidStateError} when the user is a machine, has no such contact, or it is verified already;
 * `code_wrong`, `code_expired`, `code_spent` after five wrong ones, `code_unknown` where none counts.
 */
export function verifyContact(
  core: Core,
  actor: Actor,
  userId: string,
  contact: Contact,
  code: string,
  options: ContactCodeOptions = {},
): Promise<Written> {
  return redeemCode(core, actor, userId, contact, code, (user) => decideVerified(user, contact, options))
}
