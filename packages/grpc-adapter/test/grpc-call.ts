import { Buffer } from 'node:buffer'
import type http2 from 'node:http2'
import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf'

/** What a client of gRPC was told, however it was sent. */
export interface GrpcAnswer {
  readonly httpStatus: number
  readonly headers: Readonly<Record<string, string>>
  /** Of the headers where nothing follows them. */
  readonly trailers: Readonly<Record<string, string>>
  /** Whether the status came in the headers. */
  readonly trailersOnly: boolean
  readonly message: Uint8Array | undefined
  readonly body: Buffer
}

/** A message behind its prefix. */
export function framed(message: Uint8Array, flag = 0): Buffer {
  const prefix = Buffer.alloc(5)
  prefix[0] = flag
  prefix.writeUInt32BE(message.length, 1)
  return Buffer.concat([prefix, message])
}

/** Calls by gRPC itself. */
export async function callNative(
  session: http2.ClientHttp2Session,
  path: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<GrpcAnswer> {
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  })
  return new Promise((resolve, reject) => {
    let head: http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader = {}
    let trailers: Record<string, string> | undefined
    let trailersOnly = false
    const chunks: Buffer[] = []
    stream.on('response', (received, flags) => {
      head = received
      // END_STREAM
      trailersOnly = (flags & 1) === 1
    })
    stream.on('trailers', (received) => {
      trailers = plain(received)
    })
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', reject)
    stream.on('close', () => {
      const whole = Buffer.concat(chunks)
      const sent = plain(head)
      resolve({
        httpStatus: head[':status'] ?? 0,
        headers: sent,
        trailers: trailers ?? sent,
        trailersOnly,
        message: onlyFrame(whole),
        body: whole,
      })
    })
    stream.end(body)
  })
}

/** Calls by gRPC-web, with any `fetch`. */
export async function callWeb(
  fetched: typeof fetch,
  url: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<GrpcAnswer> {
  const type = headers['content-type'] ?? 'application/grpc-web+proto'
  const isText = type.startsWith('application/grpc-web-text')
  const response = await fetched(url, {
    method: 'POST',
    headers: { 'content-type': type, 'x-grpc-web': '1', ...headers },
    body: isText ? Buffer.from(body).toString('base64') : new Uint8Array(body),
  })
  const sent = Buffer.from(await response.arrayBuffer())
  const whole = isText ? Buffer.from(sent.toString(), 'base64') : sent
  const head = Object.fromEntries(response.headers)
  const { message, trailers } = webFrames(whole)
  return { httpStatus: response.status, headers: head, trailers, trailersOnly: false, message, body: whole }
}

/** Message and trailers of a body of gRPC-web. */
function webFrames(body: Buffer): { message: Uint8Array | undefined; trailers: Record<string, string> } {
  let message: Uint8Array | undefined
  let trailers: Record<string, string> = {}
  for (let at = 0; at + 5 <= body.length; ) {
    const end = at + 5 + body.readUInt32BE(at + 1)
    const content = body.subarray(at + 5, end)
    if (body[at] === 0x80) {
      const lines = content.toString().split('\r\n').filter(Boolean)
      trailers = Object.fromEntries(
        lines.map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
      )
    } else message = content
    at = end
  }
  return { message, trailers }
}

/** `undefined` where a body is anything but one message. */
function onlyFrame(body: Buffer): Uint8Array | undefined {
  const isWhole = body.length >= 5 && body[0] === 0 && body.readUInt32BE(1) === body.length - 5
  return isWhole ? body.subarray(5) : undefined
}

function plain(headers: http2.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

/** A request message behind its prefix. */
export function requestOf<Desc extends DescMessage>(schema: Desc, init: MessageInitShape<Desc>): Buffer {
  return framed(toBinary(schema, create(schema, init)))
}
