import { connect } from 'node:net'
import type { Load } from '../http/load'

/**
 * Calls by gRPC on one connection, with as many streams at once as there are callers. It writes frames of HTTP/2 itself and
 * reads no more of the answers than their frames: a client that does less than a real one leaves the server to be measured.
 */
const { port, method, path, body = '', callers, token } = JSON.parse(process.argv[2] ?? '') as Load

const types = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7, windowUpdate: 8 }
const flags = { ack: 1, endStream: 1, endHeaders: 4 }
const headers = [
  [':method', method],
  [':scheme', 'http'],
  [':authority', `127.0.0.1:${port}`],
  [':path', path],
  ['content-type', 'application/grpc'],
  ['te', 'trailers'],
  ['authorization', `Bearer ${token}`],
] as const

/** Literals that the server remembers (RFC 7541, section 6.2.1), and, from the second call on, their places with it. */
const spelled = Buffer.concat(headers.map((pair) => Buffer.concat([Buffer.from([0x40]), ...pair.map(literal)])))
const remembered = Buffer.from(headers.map((_, index) => 0x80 + 62 + headers.length - 1 - index))
const payload = Buffer.from(body, 'latin1')

const fail = (error: unknown) => process.connected && process.send?.({ error: String(error) })
const socket = connect(port, '127.0.0.1')
  .setNoDelay(true)
  .on('error', fail)
  .on('close', () => fail('the server closed the connection'))
socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
socket.write(frame(types.settings, 0, 0, Buffer.alloc(0)))
// As much as it takes: answers are small, and a run is short.
socket.write(frame(types.windowUpdate, 0, 0, Buffer.from([0x7f, 0xff, 0, 0])))

let nextStream = 1
let left = 0
let running = 0
const answered = new Set<number>()

function call(): void {
  left -= 1
  running += 1
  const block = nextStream === 1 ? spelled : remembered
  const call = [
    frame(types.headers, flags.endHeaders, nextStream, block),
    frame(types.data, flags.endStream, nextStream, payload),
  ]
  socket.write(Buffer.concat(call))
  nextStream += 2
}

let received: Buffer = Buffer.alloc(0)
socket.on('data', (chunk: Buffer) => {
  received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
  let at = 0
  socket.cork()
  while (at + 9 <= received.length) {
    const end = at + 9 + received.readUIntBE(at, 3)
    if (end > received.length) break
    onFrame(received[at + 3]!, received[at + 4]!, received.readUInt32BE(at + 5), received.subarray(at + 9, end))
    at = end
  }
  socket.uncork()
  received = received.subarray(at)
})

function onFrame(type: number, flag: number, stream: number, content: Buffer): void {
  if (type === types.settings && flag !== flags.ack) socket.write(frame(type, flags.ack, 0, Buffer.alloc(0)))
  else if (type === types.ping && flag !== flags.ack) socket.write(frame(type, flags.ack, 0, content))
  else if (type === types.reset || type === types.goAway) fail(`the server ended stream ${stream}`)
  else if (type === types.data && content.length > 0) answered.add(stream)
  if ((type === types.data || type === types.headers) && (flag & flags.endStream) !== 0) {
    // What failed has no message.
    if (!answered.delete(stream)) fail(`stream ${stream} has no answer`)
    running -= 1
    if (left > 0) call()
    else if (running === 0) process.send?.({})
  }
}

process.on('message', (count: number) => {
  left = count
  while (left > 0 && running < callers) call()
})
process.on('disconnect', () => process.exit())

function frame(type: number, flag: number, stream: number, content: Buffer): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(content.length, 0, 3)
  head[3] = type
  head[4] = flag
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, content])
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1')
  if (bytes.length > 126) throw new RangeError(`too long for one byte of length: ${text}`)
  return Buffer.concat([Buffer.from([bytes.length]), bytes])
}
