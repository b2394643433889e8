import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { namespace } from './metadata-item'
import { requireAny, requireKeys } from './require-entries'
import { unknownOrg } from './unknown-org'

export const bulkSetOrgMetadata: Management<'BulkSetOrgMetadata'> = {
  writes: 'changes',
  errors: unknownOrg,
  async handle({ caller, request: { metadata } }) {
    requireAny(metadata, 'META-9mm2d')
    requireKeys(
      metadata.map(({ key }) => key),
      'META-2ml0f',
    )
    const set = metadata.map(({ key, value }) => [key, value] as const)
    return { details: detailsOf(await caller.orgs.metadata(undefined, namespace).apply({ set })) }
  },
}
