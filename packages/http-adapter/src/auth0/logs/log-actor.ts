import type { EventActor } from '@indwell/core'
import { toWireUserId } from '../user-id'

/** What ids of callers end with who are clients, as the service writes them in tokens. */
const ofClients = '@clients'

/** The id a client has as a caller. */
export const clientActorId = (clientId: string): string => clientId + ofClients

/** The client that called; `undefined`: somebody else did. */
export function callingClient({ id }: EventActor): string | undefined {
  return id.length > ofClients.length && id.endsWith(ofClients) ? id.slice(0, -ofClients.length) : undefined
}

/** Who acted, or was acted for, under the id that calls of this face have. */
export function actorBody(actor: EventActor) {
  const { type, id, reason } = actor
  const wireId = callingClient(actor) === undefined ? toWireUserId(id) : id
  return { type, ...(id !== '' && { id: wireId }), ...(reason !== null && { reason }) }
}
