import type { ExchangeRequest, ExchangeResponse, Face, FaceHost } from '@indwell/http-adapter'
import { type CallStatus, plainStatus, statusOf } from '@indwell/http-adapter/zitadel-calls'
import { answerOf, refusalOf } from './answer'
import { type CorsOptions, preflight, withCors } from './cors'
import { timeoutMs, withinDeadline } from './deadline'
import { decodeWebText } from './framing/decode-web-text'
import { PREFIX_BYTES, readMessage } from './framing/read-message'
import { frameMessage } from './framing/write-frame'
import { formatOf, type GrpcFormat, nativeFormat, webFormat } from './grpc-format'
import { type GrpcMethod, openMethods } from './open-methods'

/** Options of {@link zitadelGrpc}. */
export interface ZitadelGrpcOptions {
  /** As of `zitadel()`: leave out of the `details` of a write what a live server leaves out. */
  readonly strict?: boolean | undefined
  /** For pages of other origins. Default: none may call. */
  readonly cors?: CorsOptions | undefined
  /** Longest request message, in bytes, inflated or not. Default 4_194_304 (4 MiB), as gRPC's own servers have it. */
  readonly maxMessageBytes?: number | undefined
}

/**
 * Speaks the same API as `zitadel()` by gRPC and gRPC-web: the same calls, permissions and errors, as protobuf.
 *
 * It answers every request with a content type of gRPC, whatever its path, and leaves all others to the faces behind it. gRPC
 * itself needs HTTP/2 from end to end; gRPC-web works wherever HTTP/1.1 does. Paths cannot have a prefix, as clients add none.
 *
 * @example
 * ```ts
 * const exchange = createHttpAdapter(directory, { faces: [zitadel(), zitadelGrpc()] })
 * http2.createServer(toNodeHandler(exchange))
 * ```
 *
 * @throws {RangeError} when `maxMessageBytes` is no positive integer.
 */
export function zitadelGrpc(options: ZitadelGrpcOptions = {}): Face {
  const { cors, maxMessageBytes = 4_194_304 } = options
  if (!Number.isInteger(maxMessageBytes) || maxMessageBytes < 1) {
    throw new RangeError(`maxMessageBytes must be a positive integer, not ${maxMessageBytes}`)
  }
  return {
    name: 'zitadel-grpc',
    open(host) {
      const methods = openMethods(host, options)
      const server: Server = { host, methods, maxMessageBytes }
      const answered = (request: ExchangeRequest, format: GrpcFormat) => {
        const pending = answer(server, request, format)
        return cors === undefined ? pending : pending.then((response) => withCors(cors, response, request))
      }
      return (request) => {
        const format = formatOf(request.headers['content-type'])
        if (format !== undefined) return answered(request, format)
        if (!methods.isServed(pathOf(request))) return undefined
        if (request.refused !== undefined) return answered(request, request.isHttp2 ? nativeFormat : webFormat)
        if (cors === undefined || request.method !== 'OPTIONS') return undefined
        const asked = preflight(cors, request)
        return asked && Promise.resolve(asked)
      }
    },
  }
}

interface Server {
  readonly host: FaceHost
  readonly methods: ReturnType<typeof openMethods>
  readonly maxMessageBytes: number
}

/** Never rejects. */
function answer(server: Server, request: ExchangeRequest, format: GrpcFormat): Promise<ExchangeResponse> {
  const refuse = (status: CallStatus) => Promise.resolve(refusalOf(format, status))
  if (request.refused !== undefined) return refuse(statusOf(request.refused))
  if (request.method !== 'POST') return Promise.resolve(plainRefusal(405, 'gRPC calls by POST', { allow: 'POST' }))
  if (format.kind === 'native' && !request.isHttp2) return Promise.resolve(plainRefusal(505, needsHttp2))
  if (!format.isProto) return refuse(plainStatus('unimplemented', `no codec for ${format.contentType}`))

  const method = server.methods.find(pathOf(request))
  if ('unknown' in method) return refuse(plainStatus('unimplemented', method.unknown))
  const { 'grpc-timeout': timeout } = request.headers
  if (timeout === undefined) return carryOut(server, method, request, format)
  const ms = timeoutMs(timeout)
  if (ms === undefined) return refuse(plainStatus('internal', 'malformed grpc-timeout'))
  return withinDeadline(request, {
    timeoutMs: ms,
    work: (timed) => carryOut(server, method, timed, format),
    expired: () => refusalOf(format, plainStatus('deadline_exceeded', 'context deadline exceeded')),
    tooLate: ({ cause }) => cause !== undefined && server.host.report?.(cause, request),
  })
}

const needsHttp2 = 'gRPC needs HTTP/2. Over HTTP/1.1, call by gRPC-web: application/grpc-web+proto'

async function carryOut(
  { maxMessageBytes }: Server,
  method: GrpcMethod,
  request: ExchangeRequest,
  format: GrpcFormat,
): Promise<ExchangeResponse> {
  try {
    const isText = format.kind === 'web-text'
    const maxBody = maxMessageBytes + PREFIX_BYTES
    const body = await request.body(isText ? Math.ceil(maxBody / 3) * 4 : maxBody)
    const framed = isText ? decodeWebText(body) : body
    const message = readMessage(framed, request.headers['grpc-encoding'], maxMessageBytes)
    const { answer, status } = await method.call(request, message)
    return status === undefined ? answerOf(format, frameMessage(answer)) : refusalOf(format, status)
  } catch (error) {
    return refusalOf(format, statusOf(error))
  }
}

function plainRefusal(status: number, text: string, headers?: Readonly<Record<string, string>>): ExchangeResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body: `${text}\n` }
}

function pathOf({ url }: ExchangeRequest): string {
  const mark = url.indexOf('?')
  return mark === -1 ? url : url.slice(0, mark)
}
