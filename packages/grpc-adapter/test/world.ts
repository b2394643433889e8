import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createDirectory, type Directory, type DirectoryOptions, type DirectoryStorage } from '@indwell/core'
import { type Authenticate, createHttpAdapter, type Exchange, type Limits, toNodeHandler } from '@indwell/http-adapter'
import { zitadel } from '@indwell/http-adapter/zitadel'
import { migratedSqlite } from '../../../test/sqlite'
import { type ZitadelGrpcOptions, zitadelGrpc } from '../src/index'

export interface WorldOptions {
  /** Closed with the world. Default: SQLite in memory. */
  readonly storage?: DirectoryStorage
  readonly face?: ZitadelGrpcOptions
  readonly directory?: Partial<DirectoryOptions>
  /** Of the owner of the instance. Default: a random one. */
  readonly rootToken?: string
  readonly authenticate?: Authenticate
  readonly limits?: Partial<Limits>
  readonly requireIdempotencyKey?: boolean
}

/** A directory behind its JSON face and its gRPC face, on a port for each version of HTTP. */
export interface World {
  readonly directory: Directory
  readonly exchange: Exchange
  readonly acme: string
  readonly rootToken: string
  /** What went wrong on our side. */
  readonly errors: unknown[]
  /** `http://127.0.0.1:…` of HTTP/1.1. */
  readonly http1: string
  /** The same of h2c. */
  readonly h2c: string
  /** A session with {@link World.h2c}, closed with the world. */
  readonly session: http2.ClientHttp2Session
  machine(userName: string, options?: { orgId?: string; roles?: string[] }): Promise<{ userId: string; token: string }>
  close(): Promise<void>
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const { storage = await migratedSqlite(), face, authenticate, limits, requireIdempotencyKey } = options
  const directory = await createDirectory({ storage, defaultOrgName: 'Acme', ...options.directory })
  const token = options.rootToken
  const owner = await directory.bootstrapOwner({
    userName: 'root',
    name: 'Root',
    ...(token !== undefined && { token }),
  })
  if (!owner.created) throw new Error('the storage is not empty')
  const errors: unknown[] = []
  const exchange = createHttpAdapter(directory, {
    faces: [zitadel({ strict: face?.strict }), zitadelGrpc(face)],
    requireIdempotencyKey,
    authenticate,
    limits,
    onError: (error) => errors.push(error),
  })
  const handler = toNodeHandler(exchange)
  const plain = http.createServer((request, response) =>
    handler(request, response, () => response.writeHead(404).end()),
  )
  const h2 = http2.createServer((request, response) => handler(request, response, () => response.writeHead(404).end()))
  const [http1, h2c] = await Promise.all([listening(plain), listening(h2)])
  const session = http2.connect(h2c)
  const system = directory.asSystem('test')

  return {
    directory,
    exchange,
    acme: directory.defaultOrgId,
    rootToken: owner.token,
    errors,
    http1,
    h2c,
    session,
    async machine(userName, { orgId = directory.defaultOrgId, roles = [] } = {}) {
      const { userId } = await system.users.createMachine({ userName, name: userName, orgId })
      if (roles.length > 0) await system.orgs.members(orgId).add({ userId, roles })
      const { token } = await system.users.accessTokens(userId).create()
      return { userId, token }
    },
    async close() {
      session.destroy()
      plain.closeAllConnections()
      await Promise.all([closed(plain), closed(h2)])
      await directory.close()
    },
  }
}

async function listening(server: http.Server | http2.Http2Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const closed = (server: http.Server | http2.Http2Server) => new Promise((resolve) => server.close(resolve))
