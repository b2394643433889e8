import { ListParameter } from './list-parameter'
import type { PostgresValue } from './postgres-pool'

const [bind, execute, sync] = ['B', 'E', 'S'].map((letter) => letter.charCodeAt(0)) as [number, number, number]
/** Behind the bind message: all rows of the portal without a name, and the end of what is asked. */
const tail = Buffer.from([execute, 0, 0, 0, 9, 0, 0, 0, 0, 0, sync, 0, 0, 0, 4])

/** What is written before its length is known. Grows, and stays. */
let draft = Buffer.allocUnsafe(65_536)

/**
 * Runs a prepared statement, as one piece of bytes of the length that it takes. The driver puts such messages together one
 * by one, in buffers that grow: with long lists, most of its time.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export function runMessage(statement: string, given: readonly PostgresValue[]): Buffer {
  let hasBytes = false
  // Of text a unit of UTF-16 is three bytes at most.
  let most = 64 + statement.length * 3 + given.length * 6
  const values = given.map((each) => {
    const value = each instanceof ListParameter ? each.toBytes() : each
    if (typeof value === 'string') most += value.length * 3
    else if (value !== null) {
      hasBytes = true
      most += value.length
    }
    return value
  })
  if (most > draft.length) draft = Buffer.allocUnsafe(most * 2)

  draft[0] = bind
  draft[5] = 0
  let at = 6 + draft.write(statement, 6)
  draft[at++] = 0
  at = draft.writeUInt16BE(hasBytes ? values.length : 0, at)
  if (hasBytes) for (const value of values) at = draft.writeInt16BE(Buffer.isBuffer(value) ? 1 : 0, at)
  at = draft.writeUInt16BE(values.length, at)
  for (const value of values) {
    let length = -1
    if (typeof value === 'string') length = writeText(value, at + 4)
    else if (value !== null) length = value.copy(draft, at + 4)
    at = draft.writeInt32BE(length, at) + Math.max(length, 0)
  }
  // Results as text.
  at = draft.writeInt16BE(0, at)
  draft.writeInt32BE(at - 1, 1)
  at += tail.copy(draft, at)
  return Buffer.from(draft.subarray(0, at))
}

/** Longer ones the engine writes faster than a loop does. */
const shortText = 40

/** Answers how many bytes it is, as UTF-8. Most values are short and of ASCII, and a call of the engine for each took half of all. */
function writeText(text: string, at: number): number {
  const { length } = text
  if (length > shortText) return draft.write(text, at)
  for (let index = 0; index < length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit > 127) return draft.write(text, at)
    draft[at + index] = unit
  }
  return length
}
