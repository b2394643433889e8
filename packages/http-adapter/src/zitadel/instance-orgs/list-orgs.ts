import type { Filter, OrgField } from '@indwell/core'
import type { Admin, Request } from '../binding'
import { pageDetails, pagingOf } from '../list'
import { orgMessage } from '../orgs/org-message'
import { textFilter } from '../text-filter'

export const listOrgs: Admin<'ListOrgs'> = {
  async handle({ caller, directory, request: { query, queries, sortingColumn } }) {
    const field = sortingColumn === 'ORG_FIELD_NAME_NAME' ? 'name' : 'orgId'
    const page = await caller.orgs.list({
      ...pagingOf(query),
      filter: { op: 'and', filters: queries.map(orgFilter) },
      sort: [{ field, descending: !query?.asc }],
    })
    // A number no column has is sent back to nobody.
    const column = typeof sortingColumn === 'number' ? undefined : sortingColumn
    return { details: pageDetails(page, directory), sortingColumn: column, result: page.items.map(orgMessage) }
  },
}

function orgFilter({ nameQuery, domainQuery, stateQuery, idQuery }: Request<'org.v1.OrgQuery'>): Filter<OrgField> {
  if (nameQuery) return textFilter('name', nameQuery.name, nameQuery.method)
  if (domainQuery) return textFilter('primaryDomain', domainQuery.domain, domainQuery.method)
  if (stateQuery) return { op: 'in', field: 'state', values: states[stateQuery.state] }
  return { op: 'equals', field: 'orgId', value: idQuery?.id ?? '' }
}

/** States no org here is ever in match nothing. */
const states = {
  ORG_STATE_UNSPECIFIED: [],
  ORG_STATE_ACTIVE: ['active'],
  ORG_STATE_INACTIVE: ['inactive'],
  ORG_STATE_REMOVED: [],
} as const
