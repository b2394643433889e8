import { createHmac } from 'node:crypto'
import { InvalidInputError } from '@indwell/core'

const prefix = 'whsec_'

/**
 * The key of a secret.
 *
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
 *
 * @throws {@link InvalidInputError} for what is none, without showing it.
 */
export function keyOfSecret(path: string, secret: string): Buffer {
  const text = typeof secret === 'string' && secret.startsWith(prefix) ? secret.slice(prefix.length) : ''
  const key = Buffer.from(text, 'base64')
  if (key.toString('base64') !== text || key.length < 24 || key.length > 64) {
    throw new InvalidInputError(path, 'must be whsec_ and 24 to 64 bytes in base64')
  }
  return key
}

/** The header `webhook-signature`: one signature for each key. */
export function signWebhook(keys: readonly Buffer[], id: string, timestamp: number, body: string): string {
  const signed = `${id}.${timestamp}.${body}`
  return keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`).join(' ')
}
