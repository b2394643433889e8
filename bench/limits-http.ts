import { mkdtempSync, rmSync } from 'node:fs'
import type { IncomingMessage, RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDirectory, type Directory } from '@indwell/core'
import { createHttpAdapter, type Face, toNodeHandler } from '@indwell/http-adapter'
import { storedTokens } from '@indwell/http-adapter/authenticators'
import { zitadel } from '@indwell/http-adapter/zitadel'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { fillElsewhere } from './filled'
import { bareNode } from './http/hosts'
import { startLoad } from './http/load'
import { type RawJob, rawJob } from './http/raw-job'
import { rawStatements } from './http/raw-statements'
import { serve } from './http/serve'
import { measure } from './measure'

/*
 * How near a bulk set over HTTP by one caller can come to the bare server's, by what stands between: each side does what
 * the one before it does, and more. `node bench/node_modules/.cache/limits-http.mjs`, once the bench was bundled.
 */

const token = 'a-token-that-only-the-bench-knows'
const entry = (key: string) => ({ key, value: 'MTIzNDU2' })
const body = JSON.stringify({ metadata: [entry('a'), entry('b')] })
/** Before anything is measured: V8 compiles what a server runs over the first ten thousand requests. */
const warmUp = 10_000

/** The bare server's job without Indwell, as any program does it that may also have a database behind a network. */
function withPromises(job: RawJob): RequestListener {
  const answer = async (request: IncomingMessage) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    await new Promise((resolve) => setImmediate(resolve))
    const caller = await admit(job, request.headers.authorization)
    return JSON.stringify(
      await set(job, caller, userIdOf(request.url ?? ''), JSON.parse(String(Buffer.concat(chunks)))),
    )
  }
  return (request, response) => {
    const send = (text: string) => {
      const head = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
      response.writeHead(200, { ...head, 'cache-control': 'no-store' }).end(text)
    }
    answer(request).then(send, () => response.writeHead(500).end())
  }
}

/** The same behind our adapter: headers, limits, bodies and hang-ups as it takes them, nothing of the vendor's API. */
function behindAdapter(job: RawJob): Face {
  return {
    name: 'raw',
    open: () => async (request) => {
      const bytes = await request.body()
      await new Promise((resolve) => setImmediate(resolve))
      const caller = await admit(job, request.headers.authorization)
      const written = await set(job, caller, userIdOf(request.url), JSON.parse(String(bytes)))
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
      return { status: 200, headers, body: JSON.stringify(written) }
    },
  }
}

/** Indwell's core and storage behind the same adapter: what is left is what the vendor's API takes to decode and encode. */
function coreBehindAdapter(directory: Directory): Face {
  return {
    name: 'core',
    open: () => async (request) => {
      const { metadata } = JSON.parse(String(await request.body())) as { metadata: { key: string; value: string }[] }
      await new Promise((resolve) => setImmediate(resolve))
      const { userId = '' } = (await directory.authenticate((request.headers.authorization ?? '').slice(7))) ?? {}
      const entries = directory.as({ userId }).users.metadata(userIdOf(request.url), 'zitadel')
      const written = await entries.apply({
        set: metadata.map(({ key, value }) => [key, Buffer.from(value, 'base64')] as const),
      })
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
      return { status: 200, headers, body: JSON.stringify(written) }
    },
  }
}

const admit = async (job: RawJob, authorization: string | undefined) => job.admit(authorization)
const set = async (job: RawJob, ...args: Parameters<RawJob['setEntries']>) => job.setEntries(...args)
const userIdOf = (url: string) => url.split('/')[4] ?? ''

const folder = mkdtempSync(join(tmpdir(), 'indwell-limits-'))
const filename = join(folder, 'bench.db')
const path = `/management/v1/users/${fillElsewhere({ filename }, token).userIds[0]}/metadata/_bulk`
const directory = await createDirectory({ storage: sqliteStorage({ filename }) })
const raw = rawStatements(filename)
const job = rawJob(raw)
const ours = (face: Face) =>
  toNodeHandler(createHttpAdapter(directory, { faces: [face], authenticate: storedTokens(directory) }))

const sides: readonly (readonly [name: string, listener: RequestListener])[] = [
  ['bare node:http', await bareNode.own(job)],
  ['with promises', withPromises(job)],
  ['behind the adapter', ours(behindAdapter(job))],
  ['core instead of SQL', ours(coreBehindAdapter(directory))],
  ['Indwell', ours(zitadel())],
]
const served = await Promise.all(sides.map(([, listener]) => serve(listener)))
const loads = served.map(({ port }) => startLoad({ port, method: 'POST', path, body, callers: 1, token }))
try {
  for (const { run } of loads) await run(warmUp)
  const measured = await measure(loads.map(({ run }, index) => ({ name: sides[index]![0], run })))
  for (const { name, ratio, cpuRatio, opsPerSecond } of measured) {
    console.log(name.padEnd(20), ratio.toFixed(2), cpuRatio.toFixed(2), `${Math.round(opsPerSecond)}/s`)
  }
} finally {
  await Promise.all(loads.map(({ stop }) => stop()))
  await Promise.all(served.map(({ close }) => close()))
  raw.close()
  await directory.close()
  rmSync(folder, { recursive: true, force: true })
}
process.exit()
