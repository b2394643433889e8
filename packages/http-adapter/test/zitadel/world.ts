import http from 'node:http'
import {
  type Clock,
  type CodeSender,
  createDirectory,
  type Directory,
  type DirectoryStorage,
  type DomainVerifier,
  type StoredEvent,
} from '@indwell/core'
import { migratedSqlite } from '../../../../test/sqlite'
import { storedTokens } from '../../src/authenticators/stored-tokens'
import { createHttpAdapter } from '../../src/create-http-adapter'
import type { Exchange } from '../../src/exchange'
import type { Limits } from '../../src/limits'
import { type ZitadelOptions, zitadel } from '../../src/zitadel/index'
import type { Host } from '../hosts'
import { sendCall } from '../send-call'

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shape is what they are about.
export type Json = any

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Json
}

export interface CallOptions {
  /** Sent as JSON, text and bytes as they are. */
  readonly body?: unknown
  /** Default: the owner of the instance. `null`: no header. */
  readonly token?: string | null
  readonly orgId?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A directory behind its ZITADEL face, without any socket unless a host was asked for. */
export interface World {
  readonly directory: Directory
  readonly exchange: Exchange
  /** Id of the default org, Acme. */
  readonly acme: string
  /** The owner of the instance, a machine that lives in Acme. */
  readonly rootId: string
  readonly rootToken: string
  /** What went wrong on our side. */
  readonly errors: readonly unknown[]
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** As `call`, below `/management/v1`. */
  manage(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** A machine user of an org with roles there, and its token. */
  machine(userName: string, options?: { orgId?: string; roles?: string[] }): Promise<{ userId: string; token: string }>
  /** Everything that happened so far. */
  log(): Promise<readonly StoredEvent[]>
  close(): Promise<void>
}

export interface WorldOptions {
  /** Closed with the world. Default: SQLite in memory. */
  readonly storage?: DirectoryStorage
  readonly instanceId?: string
  /** Default true. */
  readonly migrate?: boolean
  /** Absent: calls go straight to the exchange. */
  readonly host?: Host | undefined
  readonly face?: ZitadelOptions
  readonly limits?: Partial<Limits>
  readonly clock?: Clock
  readonly roles?: Readonly<Record<string, readonly string[]>>
  readonly sendCode?: CodeSender
  readonly verifyDomain?: DomainVerifier
  readonly userLoginMustBeDomain?: boolean
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const { storage = await migratedSqlite(), face, limits, clock = steadyClock(), host, ...rest } = options
  const directory = await createDirectory({ storage, defaultOrgName: 'Acme', clock, ...rest })
  const owner = await directory.bootstrapOwner({ userName: 'root', name: 'Root' })
  if (!owner.created) throw new Error('the storage is not empty')
  const errors: unknown[] = []
  const exchange = createHttpAdapter(directory, {
    faces: [zitadel(face)],
    authenticate: storedTokens(directory),
    limits,
    onError: (error) => errors.push(error),
  })
  const system = directory.asSystem('test')

  const mounted = await host?.mount(exchange, { prefix: '', parser: false })
  const agent = host?.socket ? new http.Agent({ keepAlive: true }) : undefined

  const call: World['call'] = async (method, path, { body, token = owner.token, orgId, headers } = {}) => {
    const head = {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(orgId !== undefined && { 'x-zitadel-orgid': orgId }),
      ...headers,
    }
    if (mounted !== undefined) {
      const sent = { method, path, token: null, headers: head, ...(body !== undefined && { body: bytesOf(body) }) }
      const { text, ...answer } = await sendCall(mounted, { name: path, ...sent }, agent)
      return { ...answer, body: jsonOf(text) }
    }
    const response = await exchange({
      method,
      url: path,
      headers: head,
      body: async () => bytesOf(body),
      signal: new AbortController().signal,
    })
    if (response === undefined) throw new Error(`nobody answers ${path}`)
    return { status: response.status, headers: response.headers, body: jsonOf(String(response.body)) }
  }

  return {
    directory,
    exchange,
    acme: directory.defaultOrgId,
    rootId: owner.userId,
    rootToken: owner.token,
    errors,
    call,
    manage: (method, path, init) => call(method, `/management/v1${path}`, init),
    async machine(userName, { orgId = directory.defaultOrgId, roles = [] } = {}) {
      const { userId } = await system.users.createMachine({ userName, name: userName, orgId })
      if (roles.length > 0) await system.orgs.members(orgId).add({ userId, roles })
      const { token } = await system.users.accessTokens(userId).create()
      return { userId, token }
    },
    async log() {
      const all: StoredEvent[] = []
      for (;;) {
        const after = all.at(-1)?.position
        const events = await system.events({ limit: 1000, ...(after !== undefined && { after }) })
        all.push(...events)
        if (events.length < 1000) return all
      }
    },
    async close() {
      await mounted?.close()
      agent?.destroy()
      await directory.close()
    },
  }
}

/** The system's clock, but no time twice: what is sorted by time has one order. */
function steadyClock(): () => number {
  let last = 0
  return () => {
    last = Math.max(Date.now(), last + 1)
    return last
  }
}

const jsonOf = (text: string): Json => (text === '' ? undefined : JSON.parse(text))

function bytesOf(body: unknown): Uint8Array {
  if (body === undefined) return new Uint8Array()
  if (body instanceof Uint8Array) return body
  return new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
}

/** An error of ZITADEL's own as it stands on the wire. */
export function zitadelErrorBody(code: number, id: string, text: string): Json {
  return {
    code,
    message: `${text} (${id})`,
    details: [{ '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail', id, message: text }],
  }
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64')
