import pg from 'pg'
import { createIdSource } from '../packages/core/src/ids'
import { startPostgres } from '../test/start-postgres'
import { openFilled } from './filled'
import { leastPostgres, setMany, setOfOne } from './least-postgres'
import { concurrently, measure } from './measure'
import { betterAuthPeer, orgCreators } from './peers/better-auth'
import { emmettPeer } from './peers/emmett'
import { rawPostgres } from './raw-postgres'
import { keysPerUser, users } from './workload'

/*
 * How near the rows of Postgres that write can come to their marks: beside what each is measured by, the least program that
 * keeps what Indwell promises (`least-postgres.ts`), and Indwell, in turns. `node bench/node_modules/.cache/limits-postgres-writes.mjs`,
 * once the bench was bundled; with a part of a row's name for some.
 */

const server = await startPostgres({ durable: true })
const workload = await openFilled({ connectionString: server.url, max: 10 })
const { directory, system, owner, ownerId, userIds } = workload
await system.members.add({ userId: ownerId, roles: ['IAM_OWNER'] })
const { orgId } = await system.orgs.create({ name: 'Org' })
const inOrg = directory.as({ userId: ownerId, orgId })
const founders = await Promise.all(
  Array.from({ length: orgCreators }, async (_, number) => {
    const { userId } = await system.users.createMachine({ userName: `creator${number}`, name: 'Creator' })
    await system.members.add({ userId, roles: ['IAM_OWNER'] })
    return { userId, acting: directory.as({ userId }) }
  }),
)
const raw = rawPostgres(server.url)
const least = leastPostgres(server.url)
const ofMany = least.gathered(2, setMany, least.setMany)
const ofOne = least.gathered(1, setOfOne, least.setOfOne)
const auth = await betterAuthPeer(await database('better_auth'), users)
const log = await emmettPeer(await database('emmett'))

let unique = 0
const next = () => {
  unique += 1
  return unique
}
const newId = createIdSource(directory.now, directory.randomBytes)
const value = () => ({ plan: 'full', seats: next() })
const userOf = (number: number) => userIds[number % userIds.length]!
const keyOf = (number: number) => `key${number % keysPerUser}`
const founder = (number: number) => founders[number % orgCreators]!
const [rawId, leastId, ownId] = userIds as readonly [string, string, string]
const snapshots = await system.users.findSnapshots(userIds, [])
const versions = () => new Map(snapshots.map((found) => [found!.user.userId, found!.version]))

type Job = (number: number) => unknown

const rows: readonly (readonly [name: string, callers: number, other: Job, least: Job, ours: Job])[] = [
  [
    'set metadata, raw pg',
    1,
    (n) => raw.set(userOf(n), [[keyOf(n), value()]]),
    (n) => least.set(userOf(n), keyOf(n), value()),
    (n) => system.users.metadata(userOf(n)).set({ [keyOf(n)]: value() }),
  ],
  [
    'set metadata, raw pg',
    50,
    (n) => raw.set(userOf(n), [[keyOf(n), value()]]),
    (n) => ofMany({ userId: userOf(n), key: keyOf(n), value: value() }),
    (n) => system.users.metadata(userOf(n)).set({ [keyOf(n)]: value() }),
  ],
  [
    'set metadata of one user, raw pg',
    64,
    (n) => raw.set(rawId, [[`writer${n % 64}`, value()]]),
    (n) => ofOne({ userId: leastId, key: `writer${n % 64}`, value: value() }),
    (n) => system.users.metadata(ownId).set({ [`writer${n % 64}`]: value() }),
  ],
  [
    'create user, better-auth',
    1,
    () => auth.createUser(next()),
    () => least.createUser(ownerId, newId(), directory.defaultOrgId, `new${next()}@example.com`),
    () => owner.users.createHuman({ firstName: 'Ada', lastName: 'New', email: `new${next()}@example.com` }),
  ],
  [
    'set metadata, better-auth',
    1,
    () => auth.setMetadata(next()),
    (n) => least.setAs(ownerId, 'user', userOf(n), 'metadata', value()),
    (n) => owner.users.metadata(userOf(n)).set({ metadata: value() }),
  ],
  [
    'create org, better-auth',
    1,
    () => auth.createOrg(next()),
    (n) => least.createOrg(founder(n).userId, newId(), `Org ${next()}`),
    (n) => founder(n).acting.orgs.create({ name: `Org ${next()}` }),
  ],
  [
    'update org metadata, better-auth',
    1,
    () => auth.updateOrgMetadata(next()),
    () => least.setAs(ownerId, 'org', orgId, 'metadata', value()),
    () => inOrg.orgs.metadata(orgId).set({ metadata: value() }),
  ],
  ['append at expected sequence, emmett', 1, () => log.append(next()), appendLeast(), appendOurs()],
]

/** Users of their own on either side: each knows the versions that it wrote. */
function appendLeast(): Job {
  const known = versions()
  return async (n) => {
    const id = userIds[(n * 2) % userIds.length]!
    known.set(id, await least.set(id, 'plan', value(), known.get(id)))
  }
}

function appendOurs(): Job {
  const known = versions()
  return async (n) => {
    const id = userIds[(n * 2 + 1) % userIds.length]!
    const { sequence } = await system.users
      .metadata(id)
      .apply({ set: { plan: value() } }, { ifVersion: known.get(id)! })
    known.set(id, sequence)
  }
}

async function database(name: string) {
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return { connectionString: server.url.replace(/\/[^/]*$/, `/${name}`) }
}

const [part = ''] = process.argv.slice(2)
try {
  // Appends come first: the others move the versions that they know.
  for (const [name, callers, ...jobs] of [...rows].reverse()) {
    if (!name.includes(part)) continue
    const sides = jobs.map((job, index) => ({
      name: String(index),
      run: (count: number) => concurrently(count, callers, job),
    }))
    const [other, floor, own] = await measure(sides)
    const said = [`least ${floor!.ratio.toFixed(2)}`, `indwell ${own!.ratio.toFixed(2)}`]
    const byCpu = `by CPU ${floor!.cpuRatio.toFixed(2)} ${own!.cpuRatio.toFixed(2)}`
    const perSecond = [other, floor, own].map((side) => Math.round(side!.opsPerSecond)).join(' ')
    console.log(name.padEnd(40), String(callers).padStart(2), ...said, byCpu, `${perSecond}/s`)
  }
} finally {
  await Promise.all([raw.close(), least.close(), auth.close(), log.close(), directory.close()])
  await server.stop()
}
process.exit()
