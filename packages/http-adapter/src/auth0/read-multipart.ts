import type { ExchangeRequest } from '../exchange'
import type { Limits } from '../limits'
import { RequestRefusedError } from '../request-refused-error'
import { invalidMultipart, payloadTooLarge } from './error-catalogue'

/** Longest body with a file, in bytes. */
export const maxUploadBytes = 512_000

/** The parts of a form, by name. */
export interface MultipartForm {
  readonly fields: ReadonlyMap<string, string>
  readonly files: ReadonlyMap<string, Uint8Array>
}

/**
 * Reads a body of `multipart/form-data` (RFC 7578).
 *
 * @throws {@link Auth0Error} 413 for one above the limit, 400 for what is no such form, ends too early, or has a name twice.
 */
export async function readMultipart(
  request: ExchangeRequest,
  { maxBodyBytes }: Pick<Limits, 'maxBodyBytes'>,
): Promise<MultipartForm> {
  const limit = Math.min(maxUploadBytes, maxBodyBytes)
  let bytes: Uint8Array
  try {
    bytes = await request.body()
  } catch (error) {
    if (error instanceof RequestRefusedError && error.reason === 'body_too_large') throw payloadTooLarge(limit)
    throw error
  }
  if (bytes.byteLength > limit) throw payloadTooLarge(limit)
  return parseMultipart(request.headers['content-type'] ?? '', bytes)
}

async function parseMultipart(contentType: string, bytes: Uint8Array): Promise<MultipartForm> {
  if (!/^multipart\/form-data[\t ]*;/i.test(contentType)) throw invalidMultipart()
  // Only who uploads pays for loading it.
  const { Busboy } = await import('@fastify/busboy')
  const fields = new Map<string, string>()
  const files = new Map<string, Uint8Array>()
  return new Promise((resolve, reject) => {
    const refuse = () => reject(invalidMultipart())
    const take = <T>(parts: Map<string, T>, name: string, value: T) => {
      if (fields.has(name) || files.has(name)) refuse()
      parts.set(name, value)
    }
    try {
      const form = new Busboy({ headers: { 'content-type': contentType }, limits: { parts: 100, fieldSize: 10_000 } })
      form.on('field', (name, value, nameTruncated, valueTruncated) => {
        if (nameTruncated || valueTruncated) refuse()
        take(fields, name, value)
      })
      form.on('file', (name, stream) => {
        const pieces: Uint8Array[] = []
        stream.on('data', (piece: Uint8Array) => pieces.push(piece))
        stream.on('error', refuse)
        stream.on('end', () => take(files, name, Buffer.concat(pieces)))
      })
      for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) form.on(limit, refuse)
      form.on('error', refuse)
      form.on('finish', () => resolve({ fields, files }))
      form.end(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    } catch {
      refuse()
    }
  })
}
