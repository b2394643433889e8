import type { Auth } from '../binding'
import { metadataItem, namespace } from '../metadata/metadata-item'
import { ownDirectory } from './own-directory'

export const getMyMetadata: Auth<'GetMyMetadata'> = {
  async handle({ caller, callerId, directory, request: { key } }) {
    const own = await ownDirectory(caller, callerId, directory)
    return { metadata: metadataItem(await own.users.metadata(callerId, namespace).get(key)) }
  },
}
