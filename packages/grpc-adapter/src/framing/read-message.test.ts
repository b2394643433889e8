import { gzipSync } from 'node:zlib'
import { ApiError } from '@indwell/http-adapter/zitadel-calls'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeWebText } from './decode-web-text'
import { readMessage } from './read-message'

const max = 1000

function framed(message: Uint8Array, flag = 0): Buffer {
  const prefix = Buffer.from([flag, 0, 0, 0, 0])
  prefix.writeUInt32BE(message.length, 1)
  return Buffer.concat([prefix, message])
}

function refused(body: Uint8Array, encoding?: string): string {
  try {
    readMessage(body, encoding, max)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return `${error.status.code}: ${error.status.message}`
  }
  return 'read'
}

describe('a body', () => {
  it('is one message behind its prefix', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: max }), (message) => {
        expect(Buffer.compare(readMessage(framed(message), undefined, max), message)).toBe(0)
        expect(Buffer.compare(readMessage(framed(gzipSync(message), 1), 'gzip', max + 100), message)).toBe(0)
      }),
    )
  })

  it('is read or refused whatever it holds, and never read where its length is another', () => {
    const length = fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 0xffff_ffff }))
    fc.assert(
      fc.property(fc.nat({ max: 255 }), length, fc.uint8Array({ maxLength: 20 }), (flag, said, message) => {
        const body = framed(message, flag)
        body.writeUInt32BE(said, 1)
        const outcome = refused(body)
        expect(outcome === 'read').toBe(flag === 0 && said === message.length)
        expect(outcome).toMatch(/^(read|internal|unimplemented|resource_exhausted)/)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['nothing', Buffer.alloc(0), undefined, 'unimplemented: received no request message'],
    ['half a prefix', Buffer.alloc(4), undefined, 'internal: received a truncated message'],
    ['half a message', framed(Buffer.alloc(9)).subarray(0, 9), undefined, 'internal: received a truncated message'],
    [
      'two messages',
      Buffer.concat([framed(Buffer.alloc(2)), framed(Buffer.alloc(0))]),
      undefined,
      'unimplemented: received more than one request message',
    ],
    [
      'a message and a half',
      Buffer.concat([framed(Buffer.alloc(2)), Buffer.alloc(3)]),
      undefined,
      'internal: received a truncated message',
    ],
    ['trailers', framed(Buffer.alloc(0), 0x80), undefined, 'internal: received unexpected payload format 128'],
    ['flag 3', framed(Buffer.alloc(0), 3), 'gzip', 'internal: received unexpected payload format 3'],
    [
      'too long a message',
      framed(Buffer.alloc(max + 1)),
      undefined,
      'resource_exhausted: received message larger than max (1001 vs. 1000)',
    ],
    [
      'a length of 4 GiB',
      Buffer.from([0, 255, 255, 255, 255]),
      undefined,
      'resource_exhausted: received message larger than max (4294967295 vs. 1000)',
    ],
    [
      'what is too long once it is inflated',
      framed(gzipSync(Buffer.alloc(100_000)), 1),
      'gzip',
      'resource_exhausted: received message larger than max (over 1000)',
    ],
    [
      'what is no gzip',
      framed(Buffer.from('no gzip'), 1),
      'gzip',
      'internal: failed to decompress the received message',
    ],
    [
      'gzip that breaks off',
      framed(gzipSync(Buffer.alloc(9)).subarray(0, 15), 1),
      'gzip',
      'internal: failed to decompress the received message',
    ],
    [
      'a flag without an encoding',
      framed(Buffer.alloc(0), 1),
      undefined,
      'internal: compressed flag set with identity or empty encoding',
    ],
    [
      'a flag beside identity',
      framed(Buffer.alloc(0), 1),
      'identity',
      'internal: compressed flag set with identity or empty encoding',
    ],
    [
      'an encoding that nobody knows',
      framed(Buffer.alloc(0)),
      'br',
      'unimplemented: grpc-encoding "br" is not supported',
    ],
  ])('with %s is refused', (_, body, encoding, refusal) => {
    expect(refused(body, encoding)).toBe(refusal)
  })

  it('may be as long as a message may be, and not compressed although an encoding is named', () => {
    for (const encoding of ['', 'identity', 'gzip']) expect(refused(framed(Buffer.alloc(max)), encoding)).toBe('read')
  })
})

describe('a body in base64', () => {
  it('comes in one piece or in several, each with its padding', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 10 }), { maxLength: 5 }), (pieces) => {
        const text = pieces.map((piece) => Buffer.from(piece).toString('base64')).join('')
        expect(decodeWebText(Buffer.from(text))).toEqual(Buffer.concat(pieces))
      }),
    )
  })

  it.each(['A', 'AAA', 'AA=A', 'A===', '====', 'AA==AAA', 'AA-_', 'AAA\n', 'é'.repeat(4), 'AA=='.repeat(1001)])(
    'is none: %.20s',
    (text) => {
      expect(() => decodeWebText(Buffer.from(text))).toThrow(ApiError)
    },
  )

  it('is looked at once, however long it is', () => {
    expect(() => decodeWebText(Buffer.from(`${'A'.repeat(5_000_000)}!AAA`))).toThrow(ApiError)
  })
})
