import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CodeSender, createDirectory, type Directory, type DirectoryStorage } from '@indwell/core'
import { ManagementClient } from 'auth0'
import { migratedSqlite } from '../../../../test/sqlite'
import { type Auth0Options, auth0 } from '../../src/auth0'
import type { Caller, RejectedToken } from '../../src/authenticate'
import { createHttpAdapter } from '../../src/create-http-adapter'
import type { ExchangeRequest, ExchangeResponse } from '../../src/exchange'
import type { Limits } from '../../src/limits'
import { RequestRefusedError } from '../../src/request-refused-error'
import { toNodeHandler } from '../../src/to-node-handler'

/** Every scope a test may need. */
const allScopes = ['create', 'read', 'update', 'delete'].flatMap((verb) => [
  `${verb}:users`,
  `${verb}:clients`,
  `${verb}:organizations`,
  `${verb}:organization_members`,
  `${verb}:organization_member_roles`,
  `${verb}:roles`,
])

/** Callers by their token. */
const callers = new Map<string, Caller | RejectedToken>([
  ['all', { userId: 'robot@clients', scopes: [...allScopes, 'read:client_keys', 'update:client_keys', 'read:logs'] }],
  ['expired', { flaw: 'expired' }],
  ['forged', { flaw: 'signature' }],
])

export interface Answer<Body> {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body
  readonly cause: unknown
}

export interface Auth0World {
  readonly directory: Directory
  /** Bearer token that stands for a caller, for calls that name none. */
  asCaller(caller: Caller): string
  /** `body`: JSON, or a text or bytes sent as they are. */
  call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    options?: CallOptions,
  ): Promise<Answer<Body>>
  /** As `call`, but `undefined` when the path is not the face's. */
  answer(request: ExchangeRequest): Promise<ExchangeResponse> | undefined
  /** How many events there are. */
  countEvents(): Promise<number>
}

export interface CallOptions {
  /** Default: one with all scopes. `null`: none. */
  readonly token?: string | null
  readonly headers?: Readonly<Record<string, string>>
  readonly refused?: RequestRefusedError
}

export interface WorldOptions extends Auth0Options {
  readonly storage?: DirectoryStorage
  readonly limits?: Partial<Limits>
  /** Default: one that ticks with every look at it, so that nothing happens at the same time. */
  readonly clock?: () => number
  readonly sendCode?: CodeSender
  /** What went wrong on our side. Default: the test fails. */
  readonly onError?: (error: unknown) => void
}

/** A directory behind the Auth0 face, asked without a network. */
export async function auth0World(options: WorldOptions = {}): Promise<Auth0World> {
  const { storage = await migratedSqlite(), clock = tickingClock(), limits, onError, sendCode, ...face } = options
  const directory = await createDirectory({ storage, clock, ...(sendCode !== undefined && { sendCode }) })
  const named = new Map(callers)
  const exchange = createHttpAdapter(directory, {
    faces: [auth0(face)],
    authenticate: async ({ headers }) => named.get(headers.authorization?.replace(/^Bearer /, '') ?? ''),
    limits,
    ...(onError === undefined ? {} : { onError }),
  })
  const maxBodyBytes = exchange.limits?.maxBodyBytes ?? 0

  return {
    directory,
    answer: exchange,
    asCaller(caller) {
      const token = `token-${named.size}`
      named.set(token, caller)
      return token
    },
    async call(method, path, body, { token = 'all', headers = {}, refused } = {}) {
      const bytes = bytesOf(body)
      const response = await exchange({
        method,
        url: `/api/v2${path}`,
        headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
        body: async () => {
          if (bytes.byteLength > maxBodyBytes) throw new RequestRefusedError('body_too_large', maxBodyBytes)
          return bytes
        },
        signal: new AbortController().signal,
        refused,
      })
      if (response === undefined) throw new Error(`${path} is not the face's`)
      const text = response.body === undefined ? '' : String(response.body)
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? undefined : JSON.parse(text),
        cause: response.cause,
      }
    },
    async countEvents() {
      let count = 0
      let after: string | undefined
      for (;;) {
        const page = await directory
          .asSystem('count')
          .events({ limit: 1000, ...(after === undefined ? {} : { after }) })
        count += page.length
        after = page.at(-1)?.position
        if (page.length < 1000) return count
      }
    },
  }
}

function tickingClock(): () => number {
  let now = Date.UTC(2026, 0, 1)
  return () => ++now
}

function bytesOf(body: unknown): Uint8Array {
  if (body === undefined) return new Uint8Array()
  if (body instanceof Uint8Array) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

/** The vendor's own client, speaking plain HTTP to a server in front of `world`. */
export async function managementClient(
  world: Auth0World,
): Promise<{ readonly client: ManagementClient; close(): Promise<void> }> {
  const server = createServer(toNodeHandler(world.answer))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = new ManagementClient({
    domain: 'tenant.test',
    token: 'all',
    maxRetries: 0,
    fetch: (url, init) => fetch(String(url).replace(/^https:\/\/[^/]+/, `http://127.0.0.1:${port}`), init),
  })
  return {
    client,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
