import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { id, parseInput, text } from '../input'
import type { CreatedUser } from './create-human'
import { createUser } from './create-user'
import { draftUserAggregate, draftUserEvents } from './draft-user-change'
import { expectUnlinked } from './require-unlinked'

/** Input of {@link createMachine}. Lengths count characters (code points). */
export const CreateMachineInput = v.strictObject({
  /** The caller's own id, 1 to 200 characters. Absent: 18 digits are made. */
  userId: v.optional(id),
  /** The owning org. Absent: the one the call works in, else the default org. */
  orgId: v.optional(id),
  /**
   * 1 to 200 characters, unique whatever their case: in the instance, or in the org where users sign in with its domains.
   * Absent: the id.
   */
  userName: v.optional(text(1, 200)),
  name: text(1, 200),
  description: v.optional(text(0, 500)),
  accessTokenType: v.optional(v.picklist(['bearer', 'jwt'])),
})
export type CreateMachineInput = v.InferInput<typeof CreateMachineInput>

/**
 * Creates a machine user: something that calls with an access token.
 *
 * @throws {@link InvalidInputError} when `input` does not match {@link CreateMachineInput}.
 * @throws {@link PermissionDeniedError} without `user.write`.
 * @throws {@link AlreadyExistsError} when the id or the user name is taken; or `user_name_domain` when the user name was given
 * and ends with a verified domain of another org.
 * @throws {@link NotFoundError} when the org does not exist.
 */
export async function createMachine(core: Core, actor: Actor, input: CreateMachineInput): Promise<CreatedUser> {
  const {
    userId: chosenId,
    orgId: chosenOrg,
    userName: givenName,
    name,
    ...rest
  } = parseInput(CreateMachineInput, input)
  const userId = chosenId ?? core.newId()
  const { description = '', accessTokenType = 'bearer' } = rest

  return createUser(core, actor, { chosenId, chosenOrg, givenName }, (draft, orgId) => {
    const aggregate = draftUserAggregate(draft, { userId, orgId }, 'new', { revise: true })
    expectUnlinked(draft, aggregate, chosenId)
    const payload = {
      userName: givenName ?? userId,
      name,
      description: description === '' ? null : description,
      accessTokenType,
    }
    draftUserEvents(core, draft, aggregate, undefined, [{ type: 'user.machine.added', payload }])
    return {
      draft,
      answer: ({ at, sequenceOf }) => ({
        userId,
        orgId,
        sequence: sequenceOf(aggregate.index),
        createdAt: at,
        changedAt: at,
      }),
    }
  })
}
