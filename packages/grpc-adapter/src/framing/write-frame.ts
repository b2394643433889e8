import { Buffer } from 'node:buffer'
import { PREFIX_BYTES } from './read-message'

/** Marks the frame of gRPC-web that holds trailers. */
const TRAILERS = 0x80

/** Fills in the prefix of a message that has room for it: not compressed. */
export function frameMessage(framed: Buffer): Buffer {
  framed.writeUInt32BE(framed.length - PREFIX_BYTES, 1)
  return framed
}

/** Trailers as gRPC-web sends them: the last frame of a body. */
export function trailersFrame(trailers: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(trailers).map(([name, value]) => `${name}: ${value}\r\n`)
  const text = Buffer.from(lines.join(''), 'latin1')
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix[0] = TRAILERS
  prefix.writeUInt32BE(text.length, 1)
  return Buffer.concat([prefix, text])
}
