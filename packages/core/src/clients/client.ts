import type { AppendedEvent, DomainEvent } from '../events/event'
import type { JsonObject } from '../json'
import { mergeSettings } from '../settings'
import type { ClientRecord } from '../storage/records'

/** An application as the directory keeps it. */
export type Client = ClientRecord

export type ClientEvent =
  /** `createdAt`: when it came to be elsewhere. */
  | DomainEvent<'client.added', { readonly name: string; readonly settings: JsonObject; readonly createdAt?: number }>
  /** `null` takes a setting away, another value replaces it whole. */
  | DomainEvent<'client.changed', { readonly name?: string; readonly settings?: JsonObject }>
  | DomainEvent<'client.removed', Readonly<Record<string, never>>>

/** The client after `event`; `undefined` once removed. */
export function evolveClient(client: ClientRecord | undefined, event: AppendedEvent): ClientRecord | undefined {
  const { sequence, createdAt, owner, aggregate } = event
  const { type, payload } = event as AppendedEvent & ClientEvent
  if (type === 'client.added') {
    const { createdAt: before = createdAt } = payload
    return { clientId: aggregate.id, orgId: owner, ...payload, sequence, createdAt: before, changedAt: createdAt }
  }
  if (client === undefined || type === 'client.removed') return undefined
  if (type !== 'client.changed') return client
  const { name = client.name, settings = {} } = payload
  return { ...client, name, settings: mergeSettings(client.settings, settings), sequence, changedAt: createdAt }
}
