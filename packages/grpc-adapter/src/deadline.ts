import type { ExchangeRequest } from '@indwell/http-adapter'

const msOf = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 0.001, n: 0.000_001 } as const

/** A longer delay makes `setTimeout` fire at once: 24 days, after which nobody waits. */
const LONGEST_TIMER_MS = 2_147_483_647

/**
 * Reads a `grpc-timeout`: at most 8 digits and a unit.
 *
 * @returns ms; `undefined` when it is malformed.
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export function timeoutMs(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(text) ?? []
  return digits === undefined ? undefined : Number(digits) * msOf[unit as keyof typeof msOf]
}

/** A request that is given up when its client goes, or when its time is over. */
class TimedRequest implements ExchangeRequest {
  readonly method: string
  readonly url: string
  readonly headers: ExchangeRequest['headers']
  readonly isHttp2: boolean | undefined
  readonly #inner: ExchangeRequest
  readonly #late = new AbortController()
  #signal: AbortSignal | undefined

  constructor(inner: ExchangeRequest) {
    this.method = inner.method
    this.url = inner.url
    this.headers = inner.headers
    this.isHttp2 = inner.isHttp2
    this.#inner = inner
  }

  get signal(): AbortSignal {
    this.#signal ??= AbortSignal.any([this.#inner.signal, this.#late.signal])
    return this.#signal
  }

  body(maxBytes?: number): Promise<Uint8Array> {
    return this.#inner.body(maxBytes)
  }

  expire(): void {
    this.#late.abort(new DOMException('the deadline of the call has passed', 'TimeoutError'))
  }
}

/** What is done within a deadline, and what is said once it has passed. */
export interface TimedWork<Answer> {
  readonly timeoutMs: number
  /** Never rejects. Its signal is aborted at the deadline; what it answers after that goes to {@link TimedWork.tooLate}. */
  work(request: ExchangeRequest): Promise<Answer>
  expired(): Answer
  tooLate(answer: Answer): void
}

/** Answers a request within its deadline: at the latest then, whatever is still being done. */
export function withinDeadline<Answer>(
  request: ExchangeRequest,
  { timeoutMs, work, expired, tooLate }: TimedWork<Answer>,
): Promise<Answer> {
  if (timeoutMs <= 0) return Promise.resolve(expired())
  if (timeoutMs > LONGEST_TIMER_MS) return work(request)
  const timed = new TimedRequest(request)
  return new Promise((resolve) => {
    let isOver = false
    const timer = setTimeout(() => {
      isOver = true
      timed.expire()
      resolve(expired())
    }, timeoutMs)
    work(timed).then((answer) => {
      clearTimeout(timer)
      if (isOver) tooLate(answer)
      else resolve(answer)
    })
  })
}
