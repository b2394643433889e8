import type { ActingDirectory, JsonObject, StoredEvent } from '@indwell/core'
import { toWireUserId } from '../user-id'
import { actorBody, callingClient } from './log-actor'
import { logIdOf } from './log-id'
import { logTypeOf } from './log-type'

/** The events as logs. Which org is the tenant is only read where one of them is of an org. */
export async function showLogs(
  directory: ActingDirectory,
  events: readonly StoredEvent[],
): Promise<readonly JsonObject[]> {
  const isOfOrg = events.some(({ aggregate }) => aggregate.type === 'org')
  const tenantId = isOfOrg ? (await directory.orgs.getDefault()).orgId : undefined
  return events.map((event) => logBody(event, tenantId))
}

/** One event as one log: what the directory knows of it, and nothing of the call that caused it. */
export function logBody(event: StoredEvent, tenantId: string | undefined): JsonObject {
  const { aggregate, actor, createdAt, payload, position, sequence, type } = event
  const { code, description } = logTypeOf(type)
  const logId = logIdOf(position)
  const clientId = callingClient(actor)
  return {
    _id: logId,
    log_id: logId,
    date: new Date(createdAt).toISOString(),
    type: code,
    description,
    ...(clientId !== undefined && { client_id: clientId }),
    ...(aggregate.type === 'user' && { user_id: toWireUserId(aggregate.id) }),
    ...(aggregate.type === 'org' && aggregate.id !== tenantId && { organization_id: aggregate.id }),
    details: { event: type, subject: { ...aggregate }, sequence, actor: actorBody(actor), payload },
  }
}
