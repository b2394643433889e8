import { createHash } from 'node:crypto'
import type { Change } from '@indwell/core'
import type { WebhookData } from './webhooks'

/** What is sent of a change: the same id and body whenever it is sent. */
export interface WebhookMessage {
  readonly id: string
  readonly body: string
}

export function webhookMessage(change: Change, maxBodyBytes: number): WebhookMessage {
  const { instanceId, position } = change
  // Whatever the instance is called, a header can hold it, and no dot is in it.
  const id = `msg_${createHash('sha256').update(`${position}\n${instanceId}`).digest('base64url').slice(0, 27)}`
  const whole = bodyOf(change, change)
  if (Buffer.byteLength(whole) <= maxBodyBytes) return { id, body: whole }
  const { fields: _, metadata: __, payload: ___, ...rest } = change
  return { id, body: bodyOf(change, { ...rest, truncated: true }) }
}

function bodyOf({ type, at }: Change, data: WebhookData): string {
  return JSON.stringify({ type, timestamp: new Date(at).toISOString(), data }, (_, value: unknown) =>
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value,
  )
}
