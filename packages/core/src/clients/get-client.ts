import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { allOf } from '../permissions/all-of'
import { type PermissionScope, scopeOf } from '../permissions/permission-scope'
import type { Client } from './client'

/** @throws as `requireUser`, for a client. */
export function requireClient(found: Client | undefined, clientId: string, scope: PermissionScope): Client {
  if (found === undefined || !scope.admits(found.orgId)) throw new NotFoundError('client', clientId)
  return found
}

/**
 * Answers an application.
 *
 * @throws {@link PermissionDeniedError} without `project.app.read`.
 * @throws {@link NotFoundError} when there is no such client in the org.
 */
export async function getClient(core: Core, actor: Actor, clientId: string): Promise<Client> {
  const permitted = scopeOf(core, actor, 'project.app.read')
  const [scope, client] = await allOf(permitted, core.read({ read: 'record', kind: 'client', key: { clientId } }))
  return requireClient(client, clientId, scope)
}
