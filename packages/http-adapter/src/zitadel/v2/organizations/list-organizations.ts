import { defaultPageSize, type Filter, type Org, type OrgField } from '@indwell/core'
import type { OrganizationV2, Request, Response } from '../../binding'
import { pageDetailsV2, pagingOf } from '../../list'
import { detailsOf } from '../../object-details'
import { orgFilter } from '../../orgs/org-filter'

/** The orgs that the caller may read. */
export const listOrganizations: OrganizationV2<'ListOrganizations'> = {
  across: 'orgs',
  async handle({ caller, callerId, directory, request: { query, queries, sortingColumn } }) {
    const defaultOrg = async () =>
      (await directory.asSystem('default org', { onBehalfOf: callerId }).orgs.getDefault()).orgId
    const defaultOrgId = queries.some(({ defaultQuery }) => defaultQuery) ? await defaultOrg() : ''
    const field = sortingColumn === 'ORGANIZATION_FIELD_NAME_NAME' ? 'name' : 'orgId'
    const page = await caller.orgs.list({
      ...pagingOf(query, defaultPageSize),
      filter: { op: 'and', filters: queries.map((condition) => queryFilter(condition, defaultOrgId)) },
      sort: [{ field, descending: !query?.asc }],
    })
    return { details: pageDetailsV2(page, directory), result: page.items.map(organizationMessage) }
  },
}

function queryFilter(
  { stateQuery, defaultQuery, ...query }: Request<'org.v2.SearchQuery'>,
  defaultOrgId: string,
): Filter<OrgField> {
  if (stateQuery) return { op: 'in', field: 'state', values: states[stateQuery.state] }
  if (defaultQuery) return { op: 'equals', field: 'orgId', value: defaultOrgId }
  return orgFilter(query)
}

/** States no org here is ever in match nothing. */
const states = {
  ORGANIZATION_STATE_UNSPECIFIED: [],
  ORGANIZATION_STATE_ACTIVE: ['active'],
  ORGANIZATION_STATE_INACTIVE: ['inactive'],
  ORGANIZATION_STATE_REMOVED: [],
} as const

function organizationMessage(org: Org): Response<'org.v2.Organization'> {
  return {
    id: org.orgId,
    details: detailsOf(org),
    state: org.state === 'active' ? 'ORGANIZATION_STATE_ACTIVE' : 'ORGANIZATION_STATE_INACTIVE',
    name: org.name,
    primaryDomain: org.primaryDomain ?? undefined,
  }
}
