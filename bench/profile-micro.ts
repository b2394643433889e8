import { mkdtempSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHttpAdapter } from '@indwell/http-adapter'
import { storedTokens } from '@indwell/http-adapter/authenticators'
import { zitadel } from '@indwell/http-adapter/zitadel'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { rawJob } from './http/raw-job'
import { rawSqlite } from './raw-sqlite'
import { fill } from './workload'

const token = 'a-token-that-only-the-bench-knows'
const folder = mkdtempSync(join(tmpdir(), 'indwell-prof-'))
const filename = join(folder, 'bench.db')
const { directory, system, ownerId, userIds } = await fill(sqliteStorage({ filename }))
await system.users.accessTokens(ownerId).create({ token })
const target = userIds[0]!
await system.users.metadata(target, 'zitadel').set({ key: new Uint8Array(16).fill(65) })
const raw = rawSqlite(filename)
const job = rawJob(raw)
const exchange = createHttpAdapter(directory, { faces: [zitadel()], authenticate: storedTokens(directory) })
const auth = createHttpAdapter(directory, { faces: [zitadel()], authenticate: async () => ({ userId: ownerId }) })
const base = `/management/v1/users/${target}/metadata`
let r = 0
const bulk = () => {
  r++
  const value = Buffer.from(String(r).padStart(6, '0')).toString('base64')
  return JSON.stringify({
    metadata: [
      { key: 'a', value },
      { key: 'b', value },
    ],
  })
}
const headers = Object.assign(Object.create(null), {
  host: 'x',
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
})
const signal = new AbortController().signal
const get = () => ({ method: 'GET', url: `${base}/key`, headers, body: async () => new Uint8Array(), signal })
const post = () => ({ method: 'POST', url: `${base}/_bulk`, headers, body: async () => Buffer.from(bulk()), signal })
const a1 = directory.as({ userId: ownerId })
const works: Record<string, () => unknown> = {
  'raw get': () => {
    job.admit(headers.authorization)
    return JSON.stringify(job.getEntry(target, 'key'))
  },
  'exchange get': () => exchange(get()),
  'exchange get, no token': () => auth(get()),
  'directory.authenticate': () => directory.authenticate(token),
  'core get as': () => directory.as({ userId: ownerId }).users.metadata(target, 'zitadel').get('key'),
  'core get as (kept)': () => a1.users.metadata(target, 'zitadel').get('key'),
  'core get system': () => system.users.metadata(target, 'zitadel').get('key'),
  'raw bulk': () => {
    job.admit(headers.authorization)
    return JSON.stringify(job.setEntries(target, JSON.parse(bulk())))
  },
  'exchange bulk': () => exchange(post()),
  'core bulk as': () => {
    r++
    const v = Buffer.from(String(r))
    return directory
      .as({ userId: ownerId })
      .users.metadata(target, 'zitadel')
      .apply({
        set: [
          ['a', v],
          ['b', v],
        ],
      })
  },
}
const [, , prof, filter] = process.argv
const names = Object.keys(works).filter((n) => !filter || n.includes(filter))
const res: Record<string, number[]> = {}
const run = async (n: string, N: number) => {
  const w = works[n]!
  for (let i = 0; i < N; i++) await w()
}
for (const n of names) await run(n, 4000)
const N = 2000
for (let i = 0; i < 11; i++)
  for (const n of names) {
    const c = process.cpuUsage()
    await run(n, N)
    const { user, system: s } = process.cpuUsage(c)
    ;(res[n] ??= []).push((user + s) / N)
  }
const med = (v: number[]) => [...v].sort((a, b) => a - b)[v.length >> 1]!
for (const n of names) console.log(n.padEnd(26), med(res[n]!).toFixed(1), Math.min(...res[n]!).toFixed(1))
if (prof) {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 100 })
  await session.post('Profiler.start')
  await run(names[0]!, 40000)
  const { profile } = await session.post('Profiler.stop')
  writeFileSync(prof, JSON.stringify(profile))
}
process.exit(0)
