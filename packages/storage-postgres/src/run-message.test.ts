import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PostgresValue } from './postgres-pool'
import { runMessage } from './run-message'

/** Of a `Bind` the values as bytes, by their formats, and what comes behind it. */
function parsed(message: Buffer) {
  const length = message.readInt32BE(1)
  let at = message.indexOf(0, 6) + 1
  const next = (bytes: 2 | 4) => {
    at += bytes
    return message.readIntBE(at - bytes, bytes)
  }
  const statement = message.toString('utf8', 6, at - 1)
  const formats = Array.from({ length: next(2) }, () => next(2))
  const values = Array.from({ length: next(2) }, (_, index) => {
    const size = next(4)
    if (size < 0) return null
    at += size
    const bytes = Buffer.from(message.subarray(at - size, at))
    return formats[index] === 1 ? bytes : bytes.toString('utf8')
  })
  return { statement, values, results: next(2), ends: at === length + 1, behind: message.toString('latin1', at) }
}

describe('a message that runs a statement', () => {
  // Of two bytes each in part, though each a byte in the engine.
  const latin = fc.array(fc.integer({ min: 0, max: 255 })).map((units) => String.fromCharCode(...units))
  const text = fc.oneof(
    fc.string(),
    latin,
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme', minLength: 30, maxLength: 60 }),
  )
  const bytes = fc.uint8Array().map((array): Buffer => Buffer.from(array))

  it('holds every value as it was given, whatever its letters and length', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(text, bytes, fc.constant(null))), (values: PostgresValue[]) => {
        expect(parsed(runMessage('indwell_a', values))).toEqual({
          statement: 'indwell_a',
          values,
          results: 0,
          ends: true,
          behind: 'E\0\0\0\t\0\0\0\0\0S\0\0\0\u0004',
        })
      }),
    )
  })
})
