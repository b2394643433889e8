import { once } from 'node:events'
import http2 from 'node:http2'

/** What came of a call. */
export interface CallAnswer {
  readonly headers: http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader
  readonly body: string
  readonly trailers: http2.IncomingHttpHeaders
  /** Whether the head was all there is. */
  readonly headOnly: boolean
}

/** A call as a client of gRPC makes it; rejects when the stream is called off. */
export async function grpcCall(
  session: http2.ClientHttp2Session,
  path: string,
  { method = 'POST', body = '' }: { readonly method?: string; readonly body?: string } = {},
): Promise<CallAnswer> {
  const stream = session.request(
    { ':method': method, ':path': path, te: 'trailers', 'content-type': 'application/grpc' },
    { endStream: method === 'GET' },
  )
  if (method !== 'GET') stream.end(body)
  let trailers: http2.IncomingHttpHeaders = {}
  stream.once('trailers', (received) => {
    trailers = received
  })
  const unanswered = once(stream, 'close').then(() => Promise.reject(new Error('closed without an answer')))
  const answered = once(stream, 'response') as Promise<[CallAnswer['headers'], number]>
  const [headers, flags] = await Promise.race([answered, unanswered])
  unanswered.catch(() => {})
  const text = Buffer.concat(await stream.toArray()).toString()
  const headOnly = (flags & http2.constants.NGHTTP2_FLAG_END_STREAM) !== 0
  return { headers, body: text, trailers, headOnly }
}

/** Opens a session, hands it over, and closes it. */
export async function withSession<Result>(
  url: string,
  use: (session: http2.ClientHttp2Session) => Promise<Result>,
  options?: http2.SecureClientSessionOptions,
): Promise<Result> {
  const session = http2.connect(url, options)
  try {
    return await use(session)
  } finally {
    session.close()
  }
}
