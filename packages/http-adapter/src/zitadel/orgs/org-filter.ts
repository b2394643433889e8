import type { Filter, OrgField } from '@indwell/core'
import type { Request } from '../binding'
import { textFilter } from '../text-filter'

type OrgQuery = Pick<Request<'org.v1.OrgQuery'>, 'nameQuery' | 'domainQuery' | 'idQuery'>

/** What searches for orgs are asked in the same words in v1 and v2. */
export function orgFilter({ nameQuery, domainQuery, idQuery }: OrgQuery): Filter<OrgField> {
  if (nameQuery) return textFilter('name', nameQuery.name, nameQuery.method)
  if (domainQuery) return textFilter('primaryDomain', domainQuery.domain, domainQuery.method)
  return { op: 'equals', field: 'orgId', value: idQuery?.id ?? '' }
}
