import type { Actor } from '../actor'
import type { Core } from '../core'
import { parseInput } from '../input'
import { decideInitializationCode } from './decide-initialization'
import { issueCode, type RequestedCode, requestedCode } from './issue-code'
import { InitializationCodeInput } from './send-initialization-code'

/**
 * Makes a code that ends the state `initial`, and answers it: nothing is sent. The former code does not count any more.
 *
 * @throws as `sendInitializationCode`.
 */
export async function requestInitializationCode(
  core: Core,
  actor: Actor,
  userId: string,
  input: InitializationCodeInput = {},
): Promise<RequestedCode> {
  const { email } = parseInput(InitializationCodeInput, input)
  const decide = (user: Parameters<typeof decideInitializationCode>[0]) => decideInitializationCode(user, email)
  return requestedCode(await issueCode(core, actor, userId, decide, { emailCode: 'return' }))
}
