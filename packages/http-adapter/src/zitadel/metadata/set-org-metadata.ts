import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { namespace } from './metadata-item'
import { requireKeys } from './require-entries'
import { unknownOrg } from './unknown-org'

export const setOrgMetadata: Management<'SetOrgMetadata'> = {
  writes: 'adds',
  errors: unknownOrg,
  async handle({ caller, request: { key, value } }) {
    requireKeys([key], 'META-2ml0f')
    return { details: detailsOf(await caller.orgs.metadata(undefined, namespace).apply({ set: [[key, value]] })) }
  },
}
