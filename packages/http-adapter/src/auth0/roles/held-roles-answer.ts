import type { Role } from '@indwell/core'
import type { ExchangeResponse } from '../../exchange'
import { jsonAnswer } from '../json-answer'
import { offsetBody, offsetPaging } from '../paging'
import type { OffsetQuery } from '../schemas/offset-query'
import { roleBody } from './role-body'

/** A page of the roles that somebody holds, which are a hundred at most. */
export function heldRolesAnswer(query: OffsetQuery, roles: readonly Role[]): ExchangeResponse {
  const paging = offsetPaging(query)
  const page = roles.slice(paging.start, paging.start + paging.limit)
  return jsonAnswer(200, offsetBody('roles', paging, page.map(roleBody), roles.length))
}
