import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create, toBinary } from '@bufbuild/protobuf'
import { createDirectory } from '@indwell/core'
import { zitadelGrpc } from '@indwell/grpc-adapter'
import { createHttpAdapter, type Exchange, toNodeHandler } from '@indwell/http-adapter'
import { storedTokens } from '@indwell/http-adapter/authenticators'
import { zitadel } from '@indwell/http-adapter/zitadel'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { GetUserMetadataRequestSchema } from '@zitadel/proto/zitadel/management_pb.js'
import { fillElsewhere } from '../filled'
import { type Load, startLoad } from '../http/load'
import { rawStatements } from '../http/raw-statements'
import { type Served, serve } from '../http/serve'
import { measure } from '../measure'
import type { Row } from '../row'
import type { Wanted } from '../wanted'
import { getMetadataPath, serveBare } from './bare-server'

const token = 'a-token-that-only-the-bench-knows'
const callerCounts = [1, 50]

/** Our gRPC face beside a server of `@grpc/grpc-js` that does the same with the raw driver, and gRPC-web beside our JSON. */
export async function benchGrpc(wanted: Wanted): Promise<readonly Row[]> {
  const rowsOf = (name: string) => callerCounts.map((callers) => ({ name, database: 'sqlite', callers })).filter(wanted)
  const [native, web] = [rowsOf('grpc get metadata'), rowsOf('grpc-web get metadata')]
  if (native.length + web.length === 0) return []

  const folder = mkdtempSync(join(tmpdir(), 'indwell-bench-'))
  const filename = join(folder, 'bench.db')
  const { userIds } = fillElsewhere({ filename }, token)
  const target = userIds[0]!
  const directory = await createDirectory({ storage: sqliteStorage({ filename }) })
  const raw = rawStatements(filename)
  const authenticate = storedTokens(directory)
  const exchange = createHttpAdapter(directory, { faces: [zitadel(), zitadelGrpc()], authenticate })
  const jsonExchange = createHttpAdapter(directory, { faces: [zitadel()], authenticate })

  const message = toBinary(
    GetUserMetadataRequestSchema,
    create(GetUserMetadataRequestSchema, { id: target, key: 'key' }),
  )
  const frame = Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]).toString('latin1')
  const post = { method: 'POST', path: getMetadataPath, body: frame }
  const rows: Row[] = []
  try {
    for (const row of native) {
      const load = { ...post, callers: row.callers, token, script: 'grpc-client' } as const
      const served = await Promise.all([serveBare(raw), serveHttp2(exchange)])
      rows.push({ ...row, ...(await beside(served, [load, load])) })
    }
    for (const row of web) {
      const { callers } = row
      const get = { method: 'GET', path: `/management/v1/users/${target}/metadata/key`, callers, token }
      const call = { ...post, contentType: 'application/grpc-web+proto', callers, token }
      const served = await Promise.all([serve(toNodeHandler(jsonExchange)), serve(toNodeHandler(exchange))])
      rows.push({ ...row, ...(await beside(served, [get, call])) })
    }
  } finally {
    raw.close()
    await directory.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return rows
}

/** The second to the first. */
async function beside(served: readonly Served[], works: readonly Omit<Load, 'port'>[]) {
  const loads = served.map(({ port }, index) => startLoad({ ...works[index]!, port }))
  try {
    const [floor, measured] = await measure(loads.map(({ run }, index) => ({ name: index ? 'indwell' : 'other', run })))
    return {
      ratio: measured!.ratio,
      cpuRatio: measured!.cpuRatio,
      floorPerSecond: floor!.opsPerSecond,
      ownPerSecond: measured!.opsPerSecond,
    }
  } finally {
    await Promise.all(loads.map(({ stop }) => stop()))
    await Promise.all(served.map(({ close }) => close()))
  }
}

async function serveHttp2(exchange: Exchange): Promise<Served> {
  const server = createHttp2Server(toNodeHandler(exchange))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    // The client has gone before.
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
