import type { ClientSnapshot, JsonObject } from '@indwell/core'
import type { Call } from '../call'
import { clientBody } from '../client-body'
import { projectFields } from '../project-fields'
import { requireClientMembers, seesClientMember } from '../scopes'
import { clientView } from './client-view'

/** Which members of a client a query asks for. */
export interface FieldsQuery {
  readonly fields?: string | undefined
  readonly include_fields?: boolean | undefined
}

/** A client as the caller may see it and wants to. `tenant` is shown whatever is asked for. */
export function showClient(
  snapshot: ClientSnapshot,
  { caller, settings }: Pick<Call, 'caller' | 'settings'>,
  { fields, include_fields }: FieldsQuery = {},
): JsonObject {
  const whole = projectFields(clientBody(clientView(snapshot, settings)), fields, include_fields, ['tenant'])
  if (caller === undefined) return whole
  return Object.fromEntries(Object.entries(whole).filter(([name]) => seesClientMember(caller, name)))
}

/** @throws {@link Auth0Error} 403 for a query that names a member out of the caller's reach. */
export function requireFields({ caller }: Pick<Call, 'caller'>, { fields, include_fields = true }: FieldsQuery): void {
  if (caller === undefined || fields === undefined || fields === '' || !include_fields) return
  requireClientMembers(
    caller,
    fields.split(',').map((name) => name.trim()),
  )
}
