import type { OrgDomain } from '@indwell/core'
import type { Management, Response } from '../binding'
import { pageDetails, pagingOf } from '../list'
import { detailsOf } from '../object-details'
import { textFilter } from '../text-filter'
import { validationTypeNames } from './domain-validation-type'

/** By name, whatever `asc` says: there is no column to sort by. */
export const listOrgDomains: Management<'ListOrgDomains'> = {
  async handle({ caller, directory, request: { query, queries } }) {
    const filters = queries.flatMap(({ domainNameQuery }) =>
      domainNameQuery === undefined ? [] : [textFilter('domain', domainNameQuery.name, domainNameQuery.method)],
    )
    const page = await caller.orgs.domains().list({ ...pagingOf(query), filter: { op: 'and', filters } })
    return { details: pageDetails(page, directory), result: page.items.map(domainMessage) }
  },
}

function domainMessage(domain: OrgDomain): Response<'org.v1.Domain'> {
  return {
    orgId: domain.orgId,
    details: detailsOf(domain),
    domainName: domain.domain,
    isVerified: domain.isVerified,
    isPrimary: domain.isPrimary,
    validationType: domain.validationType === null ? undefined : validationTypeNames[domain.validationType],
  }
}
