import type { Client } from '@indwell/core'
import { invalidQuery } from '../error-catalogue'
import { validationSentence } from '../validation-messages'

/** The last client of a page: the next one begins behind it, even when it is deleted by then. */
export type ClientCursor = Pick<Client, 'createdAt' | 'clientId'>

/** Opaque text for clients' eyes: base64url of `<milliseconds since the epoch>,<id>`. */
export function writeCursor({ createdAt, clientId }: ClientCursor): string {
  return Buffer.from(`${createdAt},${clientId}`).toString('base64url')
}

/** @throws {@link Auth0Error} 400 `invalid_query_string` for what {@link writeCursor} did not write. */
export function readCursor(text: string): ClientCursor {
  const [, createdAt, clientId] = /^(\d{1,16}),(.+)$/s.exec(Buffer.from(text, 'base64url').toString()) ?? []
  if (createdAt === undefined || clientId === undefined) {
    throw invalidQuery(
      validationSentence('query', `Object didn't pass validation for format checkpoint: ${text}`, { path: ['from'] }),
    )
  }
  return { createdAt: Number(createdAt), clientId }
}

/** Whether a client comes behind the cursor in a list that is sorted by creation, then by id in UTF-8 order. */
export function isAfter({ createdAt, clientId }: ClientCursor, cursor: ClientCursor): boolean {
  if (createdAt !== cursor.createdAt) return createdAt > cursor.createdAt
  return Buffer.compare(Buffer.from(clientId), Buffer.from(cursor.clientId)) > 0
}
