import { ListParameter } from './list-parameter'
import type { PostgresValue } from './postgres-pool'

const [bind, execute, sync] = ['B', 'E', 'S'].map((letter) => letter.charCodeAt(0)) as [number, number, number]
/** Behind the bind message: all rows of the portal without a name, and the end of what is asked. */
const tail = Buffer.from([execute, 0, 0, 0, 9, 0, 0, 0, 0, 0, sync, 0, 0, 0, 4])

/**
 * Runs a prepared statement, as one piece of bytes of the length that it takes. The driver puts such messages together one
 * by one, in buffers that grow: with long lists, most of its time.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export function runMessage(statement: string, given: readonly PostgresValue[]): Buffer {
  const values = given.map((value) => (value instanceof ListParameter ? value.toBytes() : value))
  const hasBytes = values.some(Buffer.isBuffer)
  const sizes = values.map((value) => (value === null ? -1 : Buffer.byteLength(value)))
  const formats = hasBytes ? values.length : 0
  let length = 4 + 1 + Buffer.byteLength(statement) + 1 + 2 + formats * 2 + 2 + values.length * 4 + 2
  for (const size of sizes) if (size > 0) length += size

  const message = Buffer.allocUnsafe(1 + length + tail.length)
  message[0] = bind
  let at = message.writeInt32BE(length, 1)
  message[at++] = 0
  at += message.write(statement, at)
  message[at++] = 0
  at = message.writeUInt16BE(formats, at)
  if (hasBytes) for (const value of values) at = message.writeInt16BE(Buffer.isBuffer(value) ? 1 : 0, at)
  at = message.writeUInt16BE(values.length, at)
  for (const [place, value] of values.entries()) {
    at = message.writeInt32BE(sizes[place]!, at)
    if (value !== null) at += typeof value === 'string' ? message.write(value, at) : value.copy(message, at)
  }
  // Results as text.
  at = message.writeInt16BE(0, at)
  tail.copy(message, at)
  return message
}
