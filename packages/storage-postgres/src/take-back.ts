import { Socket } from 'node:net'
import type { PostgresClient } from './postgres-pool'

/** By clients of the storage's own pools: what is below encryption, which the driver keeps to itself. */
const sockets = new WeakMap<object, Socket>()

/** Remembers the socket of a client that was just made, and is not encrypted yet. */
export function rememberSocket(client: object): void {
  const socket = socketOf(client)
  if (socket !== undefined) sockets.set(client, socket)
}

/**
 * Ends a connection so that what the system could not send yet is not sent any more. Were it closed as others are, a
 * write that everybody gave up would arrive once the line is mended, behind writes that were answered since.
 *
 * Of clients of the host's own pool only where they are not encrypted.
 */
export function takeBack(client: PostgresClient): void {
  const socket = sockets.get(client) ?? socketOf(client)
  if (socket === undefined || socket.destroyed) return
  try {
    socket.resetAndDestroy()
  } catch {
    // A socket in the file system, which keeps nothing back, or encryption that hides what is below.
    socket.destroy()
  }
}

function socketOf(client: object): Socket | undefined {
  const { connection } = client as { readonly connection?: { readonly stream?: unknown } }
  const stream = connection?.stream
  return stream instanceof Socket ? stream : undefined
}
