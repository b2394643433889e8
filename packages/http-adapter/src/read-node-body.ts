import { Buffer } from 'node:buffer'
import type { Readable } from 'node:stream'
import { requireIdentity } from './content-coding'
import type { ExchangeRequest } from './exchange'
import type { Limits } from './limits'
import { RequestRefusedError } from './request-refused-error'

/** A request body as Node gives it, and where body parsers of hosts leave what they read. */
export interface NodeBodySource extends Readable {
  /** The bytes or text as they came, kept by some hosts and parsers. */
  readonly rawBody?: unknown
  /** What a parser made of the body; anything but bytes and text is written as JSON again. */
  readonly body?: unknown
}

/**
 * Reads a whole body: what the host has kept of it, or else the stream.
 *
 * @param headers - Of the request, by lower-case name.
 * @throws {@link RequestRefusedError}
 */
export async function readNodeBody(
  source: NodeBodySource,
  headers: ExchangeRequest['headers'],
  limits: Limits,
): Promise<Uint8Array> {
  const { rawBody } = source
  // A parsed body may be shorter than what was sent: a limit must not depend on where the handler is mounted.
  if (Number(headers['content-length']) > limits.maxBodyBytes) throw tooLarge(limits)
  if (typeof rawBody === 'string' || rawBody instanceof Uint8Array) return capped(bytesOf(rawBody), limits)

  // Express 4 sets `body` to `{}` even where its parser let the stream be: only a stream that was read proves a parser.
  if (source.readableDidRead || source.readableEnded) return capped(parsedBody(source, headers), limits)
  if (source.destroyed) throw new RequestRefusedError('client_closed')
  requireIdentity(headers['content-encoding'])
  return readStream(source, limits)
}

function parsedBody({ body }: NodeBodySource, headers: ExchangeRequest['headers']): Uint8Array {
  // A parser gives `{}` for no bytes at all, which a face must be able to tell from `{}`.
  if (Number(headers['content-length']) === 0) return new Uint8Array()
  if (body instanceof Uint8Array) return body
  if (typeof body === 'string' && !isJsonString(body, headers)) return bytesOf(body)
  let text: string | undefined
  try {
    text = JSON.stringify(body)
  } catch (cause) {
    throw new RequestRefusedError('body_unreadable', undefined, { cause })
  }
  if (text === undefined) throw new RequestRefusedError('body_unreadable')
  return bytesOf(text)
}

/** Whether a parser of JSON made the text: without its quotes it is shorter than what was sent, unlike one left as it was. */
function isJsonString(body: string, headers: ExchangeRequest['headers']): boolean {
  const { 'content-type': type = '', 'content-encoding': coding, 'content-length': length } = headers
  return /[/+]json\b/i.test(type) && coding === undefined && Buffer.byteLength(body) < Number(length)
}

function bytesOf(body: string | Uint8Array): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body
}

function capped(body: Uint8Array, limits: Limits): Uint8Array {
  if (body.byteLength > limits.maxBodyBytes) throw tooLarge(limits)
  return body
}

function tooLarge({ maxBodyBytes }: Limits): RequestRefusedError {
  return new RequestRefusedError('body_too_large', maxBodyBytes)
}

/** Where it rejects, the stream is left paused and open: the answer still has to go out on its socket. */
function readStream(source: Readable, limits: Limits): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0

    const release = () => {
      clearTimeout(timer)
      source.off('data', onData).off('end', onEnd).off('close', onClose)
    }
    const refuse = (error: RequestRefusedError) => {
      release()
      source.pause()
      reject(error)
    }
    const onData = (chunk: Buffer | string) => {
      // Text where the host has called `setEncoding`.
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, source.readableEncoding ?? 'utf8') : chunk
      length += bytes.byteLength
      if (length > limits.maxBodyBytes) refuse(tooLarge(limits))
      else chunks.push(bytes)
    }
    const onEnd = () => {
      release()
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length))
    }
    const onClose = () => refuse(new RequestRefusedError('client_closed'))
    const onError = (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === 'ECONNRESET' ? 'client_closed' : 'body_unreadable'
      refuse(new RequestRefusedError(reason, undefined, { cause }))
    }
    const timer = setTimeout(
      () => refuse(new RequestRefusedError('body_timeout', limits.bodyTimeoutMs)),
      limits.bodyTimeoutMs,
    )
    // `onError` stays: a request that breaks after it was refused must not end the process.
    source.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onError)
  })
}
