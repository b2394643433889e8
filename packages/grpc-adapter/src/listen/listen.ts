import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { TLSSocket, TlsOptions } from 'node:tls'
import { type Exchange, type OnError, toNodeHandler } from '@indwell/http-adapter'
import { type ListenLimits, resolveListenLimits } from './listen-limits'
import { OpenConnections } from './open-connections'
import { tellProtocol } from './tell-protocol'

/** A request listener for HTTP/2: one of `node:http2`, `app.callback()` of Koa and others, but none of Express. */
export type Http2App = (request: http2.Http2ServerRequest, response: http2.Http2ServerResponse) => void

/** Options of {@link listen}. */
export interface ListenOptions {
  /** What answers: over HTTP/2 always, over HTTP/1.1 where there is no `app`. */
  readonly exchange: Exchange
  /**
   * Takes every request of HTTP/1.1, as on a server of its own: an app of Express or any other listener, which has mounted the
   * exchange by `toNodeHandler` if it wants it. Absent: the exchange.
   */
  readonly app?: http.RequestListener | undefined
  /** Takes requests of HTTP/2 for paths that are not the exchange's. Absent: they are answered 404. */
  readonly http2App?: Http2App | undefined
  /** Address to listen at. Default: `127.0.0.1`, this machine alone. */
  readonly host?: string | undefined
  /** 0: any free one. */
  readonly port: number
  /**
   * Key, certificate and what else `node:tls` takes. The protocol is agreed on by ALPN: HTTP/2 before HTTP/1.1, but the other
   * way round with an `app` and no `http2App`, so that browsers, which offer both, find the app. Absent: plaintext, and
   * clients of HTTP/2 have to know beforehand that it is spoken (h2c with prior knowledge), as those of gRPC do.
   */
  readonly tls?: TlsOptions | undefined
  readonly limits?: { readonly [Name in keyof ListenLimits]?: number | undefined } | undefined
  /** As for `toNodeHandler`. */
  readonly onError?: OnError | undefined
}

/** An open port. */
export interface Listening {
  /** Where it is reached, without a slash at its end. */
  readonly url: string
  readonly port: number
  /** What listens, for `upgrade` (WebSockets), timeouts of HTTP/1.1 and `maxConnections`. */
  readonly server: http.Server | https.Server
  /**
   * Takes no more connections and requests, waits for those that run, and cuts off what is left after `graceMs` (default 10_000).
   * What is idle is closed at once; sessions of HTTP/2 are told by GOAWAY. May be called again, to wait for less long.
   */
  close(options?: { readonly graceMs?: number | undefined }): Promise<void>
}

/** How often connections of HTTP/1.1 are looked at that stayed open behind their last answer. */
const lookEveryMs = 50

/**
 * Serves HTTP/1.1 and HTTP/2 on one port, and so JSON, gRPC-web and native gRPC. On plaintext the first bytes of a connection tell
 * which it speaks (RFC 9113, section 3.4), on TLS the handshake does.
 *
 * @example
 * ```ts
 * const { url, close } = await listen({ exchange, port: 8080 })
 * process.once('SIGTERM', () => close({ graceMs: 5_000 }))
 * ```
 *
 * @throws {RangeError} when a limit cannot be.
 * Rejects with the system's error when the address cannot be had.
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { host = '127.0.0.1', port, tls } = options
  const limits = resolveListenLimits(options.limits)
  const connections = new OpenConnections(limits)
  const server = serverOfHttp1(options, limits)
  share(server, serverOfHttp2(options, limits), connections, limits)
  const askToLeave = watchAnswers(server, connections)

  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    connections.stop()
    throw error
  }
  const actualPort = (server.address() as AddressInfo).port
  const authority = `${host.includes(':') ? `[${host}]` : host}:${actualPort}`
  let closed: Promise<void> | undefined
  return {
    url: `${tls ? 'https' : 'http'}://${authority}`,
    port: actualPort,
    server,
    async close({ graceMs = 10_000 } = {}) {
      const deadline = setTimeout(() => connections.cut(), graceMs)
      if (closed === undefined) {
        closed = close(server, connections)
        askToLeave()
      }
      await closed
      clearTimeout(deadline)
    },
  }
}

function serverOfHttp1({ exchange, app, http2App, tls, onError }: ListenOptions, { openingTimeoutMs }: ListenLimits) {
  const listener = app ?? toNodeHandler(exchange, { onError })
  if (tls === undefined) return http.createServer(listener)
  const ALPNProtocols = app && !http2App ? ['http/1.1', 'h2'] : ['h2', 'http/1.1']
  return https.createServer({ handshakeTimeout: openingTimeoutMs, ...tls, ALPNProtocols }, listener)
}

/** Never listens itself: connections are handed to it. */
function serverOfHttp2({ exchange, http2App, onError }: ListenOptions, limits: ListenLimits): http2.Http2Server {
  const handler = toNodeHandler(exchange, { onError })
  return http2.createServer(
    {
      maxSessionMemory: limits.maxSessionMegabytes,
      maxSessionInvalidFrames: 100,
      maxSettings: 32,
      settings: {
        maxConcurrentStreams: limits.maxConcurrentStreams,
        maxHeaderListSize: limits.maxHeaderListBytes,
      },
    },
    (request, response) => {
      // Called off in the packet it came with: nobody waits for the answer.
      if (response.stream.destroyed) return
      handler(request, response, http2App && (() => http2App(request, response)))
    },
  )
}

/** Puts the question what is spoken before the server's own listener, which keeps its timeouts and its `upgrade`. */
function share(
  server: http.Server | https.Server,
  ofHttp2: http2.Http2Server,
  connections: OpenConnections,
  { openingTimeoutMs }: ListenLimits,
): void {
  const speakHttp1 = (socket: Socket) => {
    if (connections.speak(socket)) own.call(server, socket)
  }
  const speakHttp2 = (socket: Socket) => {
    if (!connections.speak(socket)) return
    // Servers of HTTP/1.1 leave it open for their own sake; a client that ended has no use for answers here.
    socket.allowHalfOpen = false
    const guard = (session: http2.ServerHttp2Session) => connections.guard(session, socket)
    ofHttp2.once('session', guard).emit('connection', socket)
    ofHttp2.off('session', guard)
  }
  const event = server instanceof https.Server ? 'secureConnection' : 'connection'
  const [own] = server.listeners(event) as [(socket: Socket) => void]
  server.removeAllListeners(event)
  server.prependListener('connection', (socket: Socket) => connections.arrive(socket))
  if (server instanceof https.Server) {
    server.on('secureConnection', (socket: TLSSocket) =>
      (socket.alpnProtocol === 'h2' ? speakHttp2 : speakHttp1)(socket),
    )
  } else {
    server.on('connection', (socket: Socket) => {
      tellProtocol(socket, openingTimeoutMs, (protocol) => (protocol === 'http2' ? speakHttp2 : speakHttp1)(socket))
    })
  }
}

/** Answers what tells clients of HTTP/1.1, with the answers that still run, that nothing comes behind them. */
function watchAnswers(server: http.Server | https.Server, connections: OpenConnections): () => void {
  const running = new Set<http.ServerResponse>()
  const isLast = (response: http.ServerResponse) => {
    if (!response.headersSent) response.setHeader('connection', 'close')
  }
  server.prependListener('request', (_request: http.IncomingMessage, response: http.ServerResponse) => {
    if (connections.closing) isLast(response)
    running.add(response)
    response.once('close', () => running.delete(response))
  })
  return () => running.forEach(isLast)
}

async function close(server: http.Server | https.Server, connections: OpenConnections): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  connections.close()
  const looking = setInterval(() => server.closeIdleConnections(), lookEveryMs)
  await closed
  clearInterval(looking)
  connections.stop()
}
