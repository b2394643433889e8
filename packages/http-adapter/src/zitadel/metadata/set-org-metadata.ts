import type { Management } from '../binding'
import { detailsOf } from '../object-details'
import { namespace } from './metadata-item'
import { requireKeys } from './require-entries'
import { unknownOrg } from './unknown-org'

export const setOrgMetadata: Management<'SetOrgMetadata'> = {
  writes: 'adds',
  heedsAbsence: true,
  errors: unknownOrg,
  async handle({ caller, ifAbsent, request: { key, value } }) {
    requireKeys([key], 'META-2ml0f')
    const options = ifAbsent ? { ifAbsent: [key] } : {}
    return {
      details: detailsOf(await caller.orgs.metadata(undefined, namespace).apply({ set: [[key, value]] }, options)),
    }
  },
}
