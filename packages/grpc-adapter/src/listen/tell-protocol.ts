import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'

/** What a connection speaks. */
export type Protocol = 'http1' | 'http2'

/** What a client that knows it speaks HTTP/2 sends before anything else (RFC 9113, section 3.4). */
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1')

/** Tells by the first bytes; `undefined` while they are the beginning of both. */
export function protocolOf(bytes: Uint8Array): Protocol | undefined {
  const length = Math.min(bytes.byteLength, preface.byteLength)
  if (preface.compare(bytes, 0, length, 0, length) !== 0) return 'http1'
  return length === preface.byteLength ? 'http2' : undefined
}

/**
 * Waits until a plaintext connection has said what it speaks, and puts the bytes it took to know that back. A connection
 * that has not after a time, or ends before, is cut off.
 */
export function tellProtocol(socket: Socket, timeoutMs: number, told: (protocol: Protocol) => void): void {
  let seen = Buffer.alloc(0)

  const release = () => {
    clearTimeout(timer)
    socket.off('readable', onReadable).off('end', giveUp).off('close', release)
  }
  const giveUp = () => {
    release()
    socket.destroy()
  }
  const onReadable = () => {
    for (let chunk: Buffer | null = socket.read(); chunk !== null; chunk = socket.read()) {
      seen = Buffer.concat([seen, chunk])
    }
    const protocol = seen.byteLength === 0 ? undefined : protocolOf(seen)
    if (protocol === undefined) return
    release()
    socket.off('error', ignore)
    socket.unshift(seen)
    told(protocol)
  }
  const timer = setTimeout(giveUp, timeoutMs)
  socket.on('error', ignore).on('readable', onReadable).on('end', giveUp).on('close', release)
}

/** A client that resets has left, which `close` tells. */
function ignore(): void {}
