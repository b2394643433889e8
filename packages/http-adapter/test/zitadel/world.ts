import {
  type Clock,
  createDirectory,
  type Directory,
  type DirectoryStorage,
  type DomainVerifier,
  type StoredEvent,
} from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { storedTokens } from '../../src/authenticators/stored-tokens'
import { createHttpAdapter } from '../../src/create-http-adapter'
import type { Exchange } from '../../src/exchange'
import type { Limits } from '../../src/limits'
import { type ZitadelOptions, zitadel } from '../../src/zitadel/index'

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

/** A directory behind its ZITADEL face, without any socket. */
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

export async function createWorld(
  options: {
    readonly storage?: DirectoryStorage
    readonly face?: ZitadelOptions
    readonly limits?: Partial<Limits>
    readonly clock?: Clock
    readonly roles?: Readonly<Record<string, readonly string[]>>
    readonly verifyDomain?: DomainVerifier
    readonly userLoginMustBeDomain?: boolean
  } = {},
): Promise<World> {
  const { storage = sqliteStorage({ filename: ':memory:' }), face, limits, clock = steadyClock(), ...rest } = options
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

  const call: World['call'] = async (method, path, { body, token = owner.token, orgId, headers } = {}) => {
    const response = await exchange({
      method,
      url: path,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(orgId !== undefined && { 'x-zitadel-orgid': orgId }),
        ...headers,
      },
      body: async () => bytesOf(body),
      signal: new AbortController().signal,
    })
    if (response === undefined) throw new Error(`nobody answers ${path}`)
    return { status: response.status, headers: response.headers, body: JSON.parse(String(response.body)) }
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
    close: () => directory.close(),
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
