import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { emailAddress, parseInput } from '../input'
import type { Written } from '../written'
import { decideInitializationCode } from './decide-initialization'
import { issueCode } from './issue-code'

/** Input of {@link sendInitializationCode}. */
export const InitializationCodeInput = v.strictObject({
  /** Replaces the user's address, which is not verified then. Absent: the address stays. */
  email: v.optional(emailAddress),
})
export type InitializationCodeInput = v.InferInput<typeof InitializationCodeInput>

/**
 * Makes a code that ends the state `initial`, and hands it to the host's `sendCode`. Where there is none, or the user has
 * no address, nobody gets a code: the log says one was made, and none counts.
 *
 * @throws {@link InvalidInputError} for an address that is none.
 * @throws {@link PermissionDeniedError} without `user.write`.
 * @throws {@link NotFoundError} when there is no such user in the org.
 * @throws {@link InvalidStateError} when the user is a machine, or not `initial`.
 * @throws {@link AlreadyExistsError} when in the connection the address is taken.
 */
export async function sendInitializationCode(
  core: Core,
  actor: Actor,
  userId: string,
  input: InitializationCodeInput = {},
): Promise<Written> {
  const { email } = parseInput(InitializationCodeInput, input)
  return issueCode(core, actor, userId, (user) => decideInitializationCode(user, email), {})
}
