import type { Filter, OrgField } from '@indwell/core'
import type { Admin, Request } from '../binding'
import { pageDetails, pagingOf } from '../list'
import { orgFilter } from '../orgs/org-filter'
import { orgMessage } from '../orgs/org-message'

export const listOrgs: Admin<'ListOrgs'> = {
  async handle({ caller, directory, request: { query, queries, sortingColumn } }) {
    const field = sortingColumn === 'ORG_FIELD_NAME_NAME' ? 'name' : 'orgId'
    const page = await caller.orgs.list({
      ...pagingOf(query),
      filter: { op: 'and', filters: queries.map(queryFilter) },
      sort: [{ field, descending: !query?.asc }],
    })
    // A number no column has is sent back to nobody.
    const column = typeof sortingColumn === 'number' ? undefined : sortingColumn
    return { details: pageDetails(page, directory), sortingColumn: column, result: page.items.map(orgMessage) }
  },
}

function queryFilter({ stateQuery, ...query }: Request<'org.v1.OrgQuery'>): Filter<OrgField> {
  if (stateQuery) return { op: 'in', field: 'state', values: states[stateQuery.state] }
  return orgFilter(query)
}

/** States no org here is ever in match nothing. */
const states = {
  ORG_STATE_UNSPECIFIED: [],
  ORG_STATE_ACTIVE: ['active'],
  ORG_STATE_INACTIVE: ['inactive'],
  ORG_STATE_REMOVED: [],
} as const
