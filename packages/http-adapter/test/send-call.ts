import { Buffer } from 'node:buffer'
import http from 'node:http'
import type { FaceCall } from './face-calls'
import type { MountedHost } from './hosts'

/** What a client sees of an answer that must not depend on the host. */
export interface SeenAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

const seenHeaders = ['content-type', 'content-length', 'cache-control', 'www-authenticate', 'allow', 'vary'] as const

/**
 * Sends a call as it is written: `fetch` would escape some of a path and join headers before they leave. A host without a
 * socket gets a `Request`.
 */
export function sendCall(mounted: MountedHost, call: FaceCall, agent: http.Agent | undefined): Promise<SeenAnswer> {
  const { token = 'owner', body } = call
  const headers = {
    ...(token !== null && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...call.headers,
  }
  const sent = { ...call, headers, body: typeof body === 'string' ? Buffer.from(body) : body }
  return agent === undefined ? sendRequest(mounted, sent) : sendOverSocket(mounted, sent, agent)
}

interface SentCall extends Pick<FaceCall, 'method' | 'path'> {
  readonly headers: NonNullable<FaceCall['headers']>
  readonly body: Uint8Array | undefined
}

async function sendRequest(mounted: MountedHost, { method, path, headers, body }: SentCall): Promise<SeenAnswer> {
  const lines = new Headers()
  for (const [name, values] of Object.entries(headers)) {
    for (const value of [values].flat()) lines.append(name, value)
  }
  const response = await mounted.fetch(`${mounted.url}${path}`, {
    method,
    headers: lines,
    ...(body !== undefined && { body: Uint8Array.from(body) }),
  })
  return seen(response.status, (name) => response.headers.get(name), await response.text())
}

function sendOverSocket(
  mounted: MountedHost,
  { method, path, headers, body }: SentCall,
  agent: http.Agent,
): Promise<SeenAnswer> {
  const { hostname, port, pathname } = new URL(mounted.url)
  return new Promise((resolve, reject) => {
    const request = http.request({
      agent,
      hostname,
      port,
      method,
      path: `${pathname === '/' ? '' : pathname}${path}`,
      headers: {
        ...(body !== undefined && headers['transfer-encoding'] === undefined && { 'content-length': body.byteLength }),
        ...(headers as http.OutgoingHttpHeaders),
      },
    })
    request.on('error', reject).on('response', (response) => {
      const chunks: Buffer[] = []
      response
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('error', reject)
        .on('end', () => {
          const header = (name: string) => response.headers[name]?.toString() ?? null
          resolve(seen(response.statusCode ?? 0, header, Buffer.concat(chunks).toString()))
        })
    })
    request.end(body)
  })
}

function seen(status: number, header: (name: string) => string | null, text: string): SeenAnswer {
  const headers: Record<string, string> = {}
  for (const name of seenHeaders) {
    const value = header(name)
    if (value !== null) headers[name] = value
  }
  return { status, headers, text }
}
