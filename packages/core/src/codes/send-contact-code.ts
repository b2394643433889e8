import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { parseInput, text } from '../input'
import type { Written } from '../written'
import { type Contact, type ContactCodeOptions, decideContactCode } from './contact'
import { issueCode } from './issue-code'

export interface SendCodeOptions extends ContactCodeOptions {
  /** Of the link that an e-mail shall hold: 1 to 200 characters, handed to `sendCode` as they are. */
  readonly urlTemplate?: string
}

const SendCodeInput = v.object({ urlTemplate: v.optional(text(1, 200)) })

/**
 * Makes a code that shows that the user's e-mail address or phone number is its own, and hands it to the host's
 * `sendCode`. Where there is none, nobody gets a code: the log says one was made, and none counts.
 *
 * @throws as `requestContactCode`, and {@link InvalidInputError} for a template that is too long.
 */
export async function sendContactCode(
  core: Core,
  actor: Actor,
  userId: string,
  contact: Contact,
  options: SendCodeOptions = {},
): Promise<Written> {
  const { urlTemplate } = parseInput(SendCodeInput, options)
  return issueCode(core, actor, userId, (user) => decideContactCode(user, contact, options), {
    emailCodeUrlTemplate: urlTemplate,
  })
}
