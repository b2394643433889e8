import type { UserV2 } from '../../binding'
import { namespace } from '../../metadata/metadata-item'
import { requireAny } from '../../metadata/require-entries'
import { unknownUser } from '../../metadata/unknown-user'

export const deleteUserMetadata: UserV2<'DeleteUserMetadata'> = {
  across: 'orgs',
  errors: {
    not_found: { ...unknownUser.not_found, metadata: ['not_found', 'META-2nnds', 'Errors.Metadata.KeyNotExisting'] },
  },
  async handle({ caller, request: { userId, keys } }) {
    requireAny(keys, 'META-9mm2d')
    const { changedAt } = await caller.users.metadata(userId, namespace).apply({ remove: keys, requirePresent: true })
    return { deletionDate: changedAt }
  },
}
