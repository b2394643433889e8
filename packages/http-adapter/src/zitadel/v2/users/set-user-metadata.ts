import type { UserV2 } from '../../binding'
import { namespace } from '../../metadata/metadata-item'
import { requireAny } from '../../metadata/require-entries'
import { unknownUser } from '../../metadata/unknown-user'

export const setUserMetadata: UserV2<'SetUserMetadata'> = {
  across: 'orgs',
  errors: unknownUser,
  async handle({ caller, request: { userId, metadata } }) {
    requireAny(metadata, 'META-9mm2d')
    const set = metadata.map(({ key, value }) => [key, value] as const)
    return { setDate: (await caller.users.metadata(userId, namespace).apply({ set })).changedAt }
  },
}
