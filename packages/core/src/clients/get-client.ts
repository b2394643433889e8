import type { Actor } from '../actor'
import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'
import { type CallScope, owns, requirePermission } from '../permissions/check-permission'
import { allOf } from '../users/load-user'
import type { Client } from './client'

/** @throws {@link NotFoundError} for a client that does not exist or that the call's org does not own. */
export function requireClient(found: Client | undefined, clientId: string, scope: CallScope): Client {
  if (found === undefined || !owns(scope, found.orgId)) throw new NotFoundError('client', clientId)
  return found
}

/**
 * Answers an application.
 *
 * @throws {@link PermissionDeniedError} without `project.app.read`.
 * @throws {@link NotFoundError} when there is no such client in the org.
 */
export async function getClient(core: Core, actor: Actor, clientId: string): Promise<Client> {
  const permitted = requirePermission(core, actor, 'project.app.read')
  const [scope, client] = await allOf(permitted, core.read({ read: 'record', kind: 'client', key: { clientId } }))
  return requireClient(client, clientId, scope)
}
