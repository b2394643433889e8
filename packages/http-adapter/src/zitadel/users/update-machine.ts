import type { ErrorEntry } from '../api-error'
import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { requireChange } from './require-change'
import { tokenTypes } from './token-type'

const noMachine = ['not_found', 'COMMAND-5M0od', 'Errors.User.NotFound'] as const satisfies ErrorEntry

export const updateMachine: Management<'UpdateMachine'> = {
  writes: 'changes',
  errors: { not_found: { user: noMachine }, invalid_state: { user_not_machine: noMachine } },
  async handle({ caller, request: { userId, name, description, accessTokenType } }) {
    const updated = await caller.users.update(userId, {
      displayName: name,
      description,
      accessTokenType: tokenTypes[accessTokenType],
    })
    requireChange(updated, 'failed_precondition', 'COMMAND-2n8vs', 'Errors.User.NotChanged')
    return { details: detailsOf(updated) }
  },
}
