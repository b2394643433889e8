import { apiError } from '../api-error'
import type { Admin } from '../binding'

/** Whether no org has the name, whatever its case, and none the domain verified. */
export const isOrgUnique: Admin<'IsOrgUnique'> = {
  async handle({ caller, callerId, directory, request: { name, domain } }) {
    await caller.requirePermission('iam.read')
    if (name === '' && domain === '') throw apiError('invalid_argument', 'QUERY-DGqfd', 'Errors.Invalid.Argument')
    const { orgs } = directory.asSystem('is an org unique', { onBehalfOf: callerId })
    const [named, owner] = await Promise.all([
      orgs.list({ filter: { op: 'text', field: 'name', method: 'equals', value: name, ignoreCase: true }, limit: 1 }),
      orgs.findByDomain(domain),
    ])
    return { isUnique: named.items.length === 0 && owner === undefined }
  },
}
