import type { Call } from './conversation'

/** Where a client is sent, and how. */
export interface Target {
  readonly url: string
  readonly token: string
  /** Certificate to trust, on TLS. */
  readonly ca?: string | undefined
  /** Instead of the global one. */
  readonly fetch?: typeof fetch | undefined
}

/** A client of others', as shipped. */
export interface Client {
  readonly name: string
  readonly protocol: 'gRPC' | 'gRPC-web'
  /** What it speaks below that, and nothing else. */
  readonly http: '1.1' | '2'
  /** Whether it goes by `fetch`, and so needs no port. */
  readonly fetches?: true
  /** Its code for a server that speaks another version of HTTP. */
  readonly lost: number
  open(target: Target): OpenClient
}

export interface OpenClient {
  readonly call: Call
  close(): void | Promise<void>
}
