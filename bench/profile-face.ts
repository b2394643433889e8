import { createHttpAdapter, toNodeHandler } from '@indwell/http-adapter'
import { zitadel } from '@indwell/http-adapter/zitadel'

const entry = {
  key: 'key',
  value: new Uint8Array(16).fill(65),
  sequence: '5',
  createdAt: 1760000000123,
  changedAt: 1760000000123,
  orgId: '123456789012345678',
}
const access = { get: async () => entry, apply: async () => entry }
const caller = { users: { metadata: () => access } }
const directory: any = { as: () => caller, randomBytes: () => new Uint8Array(8), now: Date.now }
const exchange = createHttpAdapter(directory, { faces: [zitadel()], authenticate: async () => ({ userId: 'x' }) })
const base = `/management/v1/users/123456789012345678/metadata`
const headers = Object.assign(Object.create(null), {
  host: 'x',
  authorization: `Bearer abcdefgh`,
  'content-type': 'application/json',
})
const signal = new AbortController().signal
const bytes = Buffer.from(
  JSON.stringify({
    metadata: [
      { key: 'a', value: 'MTIzNDU2' },
      { key: 'b', value: 'MTIzNDU2' },
    ],
  }),
)
const get = () => exchange({ method: 'GET', url: `${base}/key`, headers, body: async () => new Uint8Array(), signal })
const post = () => exchange({ method: 'POST', url: `${base}/_bulk`, headers, body: async () => bytes, signal })
const works: Record<string, () => unknown> = {
  'face get': get,
  'face post': post,
  'JSON floor': () =>
    JSON.stringify({
      metadata: {
        key: entry.key,
        value: Buffer.from(entry.value).toString('base64'),
        details: {
          sequence: entry.sequence,
          creationDate: new Date(entry.createdAt).toISOString(),
          changeDate: new Date(entry.changedAt).toISOString(),
          resourceOwner: entry.orgId,
        },
      },
    }),
}
const { Session } = await import('node:inspector/promises')
const { writeFileSync } = await import('node:fs')
const res: Record<string, number[]> = {}
const run = async (w: () => unknown, N: number) => {
  for (let i = 0; i < N; i++) await w()
}
for (const n in works) await run(works[n]!, 20000)
for (let i = 0; i < 15; i++)
  for (const n in works) {
    const c = process.cpuUsage()
    await run(works[n]!, 5000)
    const { user, system: s } = process.cpuUsage(c)
    ;(res[n] ??= []).push((user + s) / 5000)
  }
for (const n in works)
  console.log(n.padEnd(20), Math.min(...res[n]!).toFixed(2), [...res[n]!].sort((a, b) => a - b)[7]!.toFixed(2))
const [, , which, out] = process.argv
if (out) {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 50 })
  await session.post('Profiler.start')
  await run(works[which!]!, 200000)
  const { profile } = await session.post('Profiler.stop')
  writeFileSync(out, JSON.stringify(profile))
}
process.exit(0)
