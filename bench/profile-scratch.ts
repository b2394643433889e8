import { mkdtempSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHttpAdapter } from '@indwell/http-adapter'
import { storedTokens } from '@indwell/http-adapter/authenticators'
import { zitadel } from '@indwell/http-adapter/zitadel'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { bareNode, hosts } from './http/hosts'
import { startLoad } from './http/load'
import { rawJob } from './http/raw-job'
import { serve } from './http/serve'
import { rawSqlite } from './raw-sqlite'
import { fill } from './workload'

const token = 'a-token-that-only-the-bench-knows'
const bulk = JSON.stringify({
  metadata: [
    { key: 'a', value: 'MTIzNDU2' },
    { key: 'b', value: 'MTIzNDU2' },
  ],
})
const [, , hostName = 'node:http', workName = 'get', callers = '1', n = '20000', out] = process.argv
const folder = mkdtempSync(join(tmpdir(), 'indwell-prof-'))
const filename = join(folder, 'bench.db')
const { directory, system, ownerId, userIds } = await fill(sqliteStorage({ filename }))
await system.users.accessTokens(ownerId).create({ token })
const target = userIds[0]!
await system.users.metadata(target, 'zitadel').set({ key: new Uint8Array(16).fill(65) })
const raw = rawSqlite(filename)
const job = rawJob(raw)
const exchange = createHttpAdapter(directory, { faces: [zitadel()], authenticate: storedTokens(directory) })
const base = `/management/v1/users/${target}/metadata`
const work =
  workName === 'get' ? { method: 'GET', path: `${base}/key` } : { method: 'POST', path: `${base}/_bulk`, body: bulk }
const host = [bareNode, ...hosts].find((h) => h.name === hostName)!
const cpu: Record<string, number[]> = { bare: [], own: [] }
const served = { bare: await serve(await host.own(job)), own: await serve(await host.mounted(exchange)) }
const loads = Object.fromEntries(
  Object.entries(served).map(([k, { port }]) => [k, startLoad({ port, ...work, callers: Number(callers), token })]),
)
const N = Number(n)
for (const k of ['bare', 'own']) await loads[k]!.run(N / 4)
const session = new Session()
session.connect()
for (let i = 0; i < 7; i++)
  for (const k of i % 2 ? ['bare', 'own'] : ['own', 'bare']) {
    const c = process.cpuUsage()
    await loads[k]!.run(N / 8)
    const { user, system } = process.cpuUsage(c)
    cpu[k]!.push((user + system) / (N / 8))
  }
const med = (v: number[]) => [...v].sort((a, b) => a - b)[v.length >> 1]!
const min = (v: number[]) => Math.min(...v)
console.log(
  hostName,
  workName,
  callers,
  'cpu µs bare',
  med(cpu.bare!).toFixed(1),
  'own',
  med(cpu.own!).toFixed(1),
  'ratio',
  (med(cpu.bare!) / med(cpu.own!)).toFixed(3),
  'min ratio',
  (min(cpu.bare!) / min(cpu.own!)).toFixed(3),
)
if (out)
  for (const k of ['own', 'bare']) {
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: 200 })
    await session.post('Profiler.start')
    await loads[k]!.run(N)
    const { profile } = await session.post('Profiler.stop')
    writeFileSync(`${out}-${k}.cpuprofile`, JSON.stringify(profile))
  }
process.exit(0)
