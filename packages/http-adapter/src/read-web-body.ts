import { requireIdentity } from './content-coding'
import type { Limits } from './limits'
import { RequestRefusedError } from './request-refused-error'

/**
 * Reads the whole body of a Web `Request`.
 *
 * @throws {@link RequestRefusedError}
 */
export async function readWebBody(request: Request, limits: Limits): Promise<Uint8Array> {
  const { body, bodyUsed, headers, signal } = request
  if (bodyUsed) throw new RequestRefusedError('body_unreadable')
  if (signal.aborted) throw new RequestRefusedError('client_closed')
  if (body === null) return new Uint8Array()
  requireIdentity(headers.get('content-encoding'))

  let timer: ReturnType<typeof setTimeout> | undefined
  let onAbort: (() => void) | undefined
  const refusal = new Promise<never>((_, reject) => {
    onAbort = () => reject(new RequestRefusedError('client_closed'))
    signal.addEventListener('abort', onAbort)
    timer = setTimeout(
      () => reject(new RequestRefusedError('body_timeout', limits.bodyTimeoutMs)),
      limits.bodyTimeoutMs,
    )
  })
  const reader = body.getReader()
  try {
    if (Number(request.headers.get('content-length')) > limits.maxBodyBytes) throw tooLarge(limits)
    const chunks: Uint8Array[] = []
    let length = 0
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), refusal])
      if (done) return joined(chunks, length)
      length += value.byteLength
      if (length > limits.maxBodyBytes) throw tooLarge(limits)
      chunks.push(value)
    }
  } catch (error) {
    // Tells the server that nobody reads on. A stream that is broken already refuses even that.
    reader.cancel(error).catch(() => {})
    if (error instanceof RequestRefusedError) throw error
    throw new RequestRefusedError(isHangUp(error) ? 'client_closed' : 'body_unreadable', undefined, { cause: error })
  } finally {
    clearTimeout(timer)
    if (onAbort) signal.removeEventListener('abort', onAbort)
  }
}

function tooLarge({ maxBodyBytes }: Limits): RequestRefusedError {
  return new RequestRefusedError('body_too_large', maxBodyBytes)
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  if (chunks.length === 1) return chunks[0]!
  const whole = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.byteLength
  }
  return whole
}

function isHangUp(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error.name === 'AbortError' || ('code' in error && error.code === 'ECONNRESET')
}
