import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { createHttpAdapter, toNodeHandler } from '@indwell/http-adapter'
import { storedTokens } from '@indwell/http-adapter/authenticators'
import { zitadel } from '@indwell/http-adapter/zitadel'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { measure } from './measure'
import { type RawSqlite, rawSqlite } from './raw-sqlite'
import type { Row } from './row'
import { fill } from './workload'

const token = 'a-token-that-only-the-bench-knows'
const bulk = JSON.stringify({
  metadata: [
    { key: 'a', value: 'MTIzNDU2' },
    { key: 'b', value: 'MTIzNDU2' },
  ],
})

/**
 * Our ZITADEL face against a bare `node:http` handler that checks the token, does the same raw SQLite work and answers
 * the same members.
 */
export async function benchHttp(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'indwell-bench-'))
  const filename = join(folder, 'bench.db')
  const { directory, system, ownerId, userIds } = await fill(sqliteStorage({ filename }))
  await system.users.accessTokens(ownerId).create({ token })
  const target = userIds[0]!
  await system.users.metadata(target, 'zitadel').set({ key: new Uint8Array(16).fill(65) })
  const raw = rawSqlite(filename)

  const exchange = createHttpAdapter(directory, { faces: [zitadel()], authenticate: storedTokens(directory) })
  const ours = await listen(toNodeHandler(exchange))
  const bare = await listen(bareHandler(raw))
  const base = `/management/v1/users/${target}/metadata`

  const rows: Row[] = []
  for (const { name, method, path, body } of [
    { name: 'http get metadata', method: 'GET', path: `${base}/key`, body: undefined },
    { name: 'http bulk set 2', method: 'POST', path: `${base}/_bulk`, body: bulk },
  ]) {
    for (const callers of [1, 50]) {
      const load = (port: number) => {
        const client = startClient({ port, method, path, body, callers })
        return { run: client.run, stop: client.stop }
      }
      const [bareLoad, ownLoad] = [load(bare.port), load(ours.port)]
      const [floor, own] = await measure([
        { name: 'bare node:http', run: bareLoad.run },
        { name: 'indwell', run: ownLoad.run },
      ])
      await Promise.all([bareLoad.stop(), ownLoad.stop()])
      rows.push({
        name,
        database: 'sqlite',
        callers,
        ratio: own!.ratio,
        floorPerSecond: floor!.opsPerSecond,
        ownPerSecond: own!.opsPerSecond,
      })
    }
  }
  await Promise.all([ours.close(), bare.close()])
  raw.close()
  await directory.close()
  rmSync(folder, { recursive: true, force: true })
  return rows
}

function bareHandler(raw: RawSqlite): RequestListener {
  const json = (response: ServerResponse, body: object) => {
    const text = JSON.stringify(body)
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    response.end(text)
  }
  const details = (orgId: string, sequence: string, at: number) => ({
    sequence,
    creationDate: new Date(at).toISOString(),
    changeDate: new Date(at).toISOString(),
    resourceOwner: orgId,
  })
  const callerOf = (request: IncomingMessage) => {
    const bearer = request.headers.authorization?.slice('Bearer '.length) ?? ''
    const userId = raw.userOfToken(createHash('sha256').update(bearer).digest('hex'))
    if (userId === undefined || !raw.checkPermission(userId)) throw new Error('not permitted')
  }
  return (request, response) => {
    callerOf(request)
    const [, , , , userId = '', , key = ''] = (request.url ?? '').split('/')
    if (request.method === 'GET') {
      const { bytes, sequence, changed_at, owner } = raw.getBytes(userId, key)
      json(response, {
        metadata: { key, value: bytes.toString('base64'), details: details(owner, sequence, changed_at) },
      })
      return
    }
    const orgId = raw.orgOfUser(userId)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { metadata } = JSON.parse(Buffer.concat(chunks).toString()) as {
        metadata: { key: string; value: string }[]
      }
      const sequence = raw.setBytes(
        userId,
        metadata.map(({ key, value }) => [key, Buffer.from(value, 'base64')]),
      )
      json(response, { details: details(orgId, sequence, Date.now()) })
    })
  }
}

async function listen(handler: RequestListener): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Load {
  readonly port: number
  readonly method: string
  readonly path: string
  readonly body: string | undefined
  readonly callers: number
}

/** Sends requests from a thread of its own, so that the server's thread does nothing but serve. */
function startClient(load: Load) {
  const worker = new Worker(new URL('./http-client.mjs', import.meta.url), { workerData: { ...load, token } })
  return {
    run: (count: number) =>
      new Promise<void>((resolve, reject) => {
        worker.once('message', (message: { error?: string }) =>
          message.error === undefined ? resolve() : reject(new Error(message.error)),
        )
        worker.postMessage(count)
      }),
    stop: async () => {
      await worker.terminate()
    },
  }
}
