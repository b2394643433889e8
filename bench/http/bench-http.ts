import { mkdtempSync, rmSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDirectory, type Directory } from '@indwell/core'
import { createHttpAdapter, type Face, toNodeHandler } from '@indwell/http-adapter'
import { storedTokens } from '@indwell/http-adapter/authenticators'
import { zitadel } from '@indwell/http-adapter/zitadel'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { fillElsewhere } from '../filled'
import { measure } from '../measure'
import type { Row, RowName } from '../row'
import type { Wanted } from '../wanted'
import { bareNode, hosts } from './hosts'
import { startLoad } from './load'
import { rawJob } from './raw-job'
import { rawStatements } from './raw-statements'
import { serve } from './serve'

const token = 'a-token-that-only-the-bench-knows'
const bulk = JSON.stringify({
  metadata: [
    { key: 'a', value: 'MTIzNDU2' },
    { key: 'b', value: 'MTIzNDU2' },
  ],
})

interface Work {
  readonly method: string
  readonly path: string
  readonly body?: string
}

/** Our ZITADEL face in each host beside a route of that host's own, which does the same work with the raw driver. */
export async function benchHttp(wanted: Wanted): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'indwell-bench-'))
  const filename = join(folder, 'bench.db')
  const [userId] = fillElsewhere({ filename }, token).userIds
  const directory = await createDirectory({ storage: sqliteStorage({ filename }) })
  const raw = rawStatements(filename)
  const job = rawJob(raw)
  const exchange = createHttpAdapter(directory, { faces: [zitadel()], authenticate: storedTokens(directory) })

  const base = `/management/v1/users/${userId}/metadata`
  const works = [
    { name: 'get metadata', method: 'GET', path: `${base}/key` },
    { name: 'bulk set 2', method: 'POST', path: `${base}/_bulk`, body: bulk },
  ]
  const cases = works.flatMap(({ name, ...work }) =>
    [bareNode, ...hosts].flatMap((host) =>
      [1, 50].map((callers) => ({
        row: { name: host === bareNode ? `http ${name}` : `${host.name} ${name}`, database: 'sqlite', callers },
        host,
        work,
      })),
    ),
  )

  const rows: Row[] = []
  try {
    if (wanted(withoutDatabase)) rows.push(await beside(withoutDatabase, fixed, fixedAdapter(directory), fixedWork))
    for (const { row, host, work } of cases.filter(({ row }) => wanted(row))) {
      rows.push(await beside(row, await host.own(job), await host.mounted(exchange), work))
    }
  } finally {
    raw.close()
    await directory.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return rows
}

async function beside(name: RowName, bare: RequestListener, own: RequestListener, work: Work): Promise<Row> {
  const served = await Promise.all([serve(bare), serve(own)])
  const loads = served.map(({ port }) => startLoad({ port, ...work, callers: name.callers, token }))
  try {
    for (const { run } of loads) await run(warmUp)
    const [floor, measured] = await measure(loads.map(({ run }, index) => ({ name: index ? 'indwell' : 'bare', run })))
    return {
      ...name,
      ratio: name === withoutDatabase ? measured!.cpuRatio : measured!.ratio,
      cpuRatio: measured!.cpuRatio,
      floorPerSecond: floor!.opsPerSecond,
      ownPerSecond: measured!.opsPerSecond,
    }
  } finally {
    await Promise.all(loads.map(({ stop }) => stop()))
    await Promise.all(served.map(({ close }) => close()))
  }
}

/** V8 compiles what a server runs over the first thousands of requests: neither side is measured meanwhile. */
const warmUp = 5_000
const withoutDatabase: RowName = { name: 'http without a database, by CPU', database: 'none', callers: 50 }
const fixedWork: Work = { method: 'GET', path: '/fixed' }
const fixedText = JSON.stringify({ metadata: { key: 'key', value: 'QUFBQUFBQUFBQUFBQUFBQQ==' } })

const fixed: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(fixedText) })
  response.end(fixedText)
}

/** A face that answers the same text: what is left is what the adapter does for every request. */
function fixedAdapter(directory: Directory): RequestListener {
  const response = { status: 200, headers: { 'content-type': 'application/json' }, body: fixedText }
  const face: Face = {
    name: 'fixed',
    open: () => async () => response,
  }
  return toNodeHandler(createHttpAdapter(directory, { faces: [face] }))
}
