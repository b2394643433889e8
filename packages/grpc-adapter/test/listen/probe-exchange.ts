import { once } from 'node:events'
import type { Exchange, ExchangeRequest, ExchangeResponse } from '@indwell/http-adapter'
import { resolveLimits } from '@indwell/http-adapter'

/** Answers below `/probe/` alone, as gRPC would or otherwise, and keeps what it saw. */
export interface ProbeExchange extends Exchange {
  /** How many requests it was asked to answer. */
  readonly asked: () => number
  /** Of requests that wait: how many were aborted. */
  readonly aborted: () => number
  /** Answers all that wait. */
  release(): void
}

export function createProbeExchange({ bodyTimeoutMs = 30_000 } = {}): ProbeExchange {
  let asked = 0
  let aborted = 0
  let waiting: (() => void)[] = []

  const grpc = { 'content-type': 'application/grpc' }
  const answers: Readonly<Record<string, (request: ExchangeRequest) => Promise<ExchangeResponse>>> = {
    '/probe/echo': async (request) => ({
      status: 200,
      headers: { ...grpc, 'x-authority': request.headers.host ?? 'none' },
      body: await request.body(),
      trailers: { 'grpc-status': '0' },
    }),
    '/probe/empty': async () => ({ status: 200, headers: grpc, trailers: { 'grpc-status': '5' } }),
    '/probe/trailers-only': async () => ({ status: 200, headers: { ...grpc, 'grpc-status': '5' } }),
    '/probe/large': async () => ({ status: 200, headers: {}, body: new Uint8Array(1_000_000) }),
    '/probe/wait': async ({ signal }) => {
      const released = new Promise<void>((resolve) => waiting.push(resolve))
      await Promise.race([released, signal.aborted || once(signal, 'abort')])
      if (signal.aborted) aborted += 1
      return { status: 200, headers: grpc, body: 'waited', trailers: { 'grpc-status': '0' } }
    },
    '/probe/read-and-wait': async (request) => {
      const { signal } = request
      await request.body().catch(async () => signal.aborted || once(signal, 'abort'))
      if (signal.aborted) aborted += 1
      return { status: 200, headers: grpc }
    },
  }

  const exchange = (request: ExchangeRequest) => {
    const answer = answers[request.url.split('?', 1)[0]!]
    if (answer === undefined) return undefined
    asked += 1
    return answer(request)
  }
  return Object.assign(exchange, {
    limits: resolveLimits({ bodyTimeoutMs }),
    asked: () => asked,
    aborted: () => aborted,
    release() {
      for (const answer of waiting) answer()
      waiting = []
    },
  })
}
