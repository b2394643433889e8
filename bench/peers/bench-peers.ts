import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '../../test/start-postgres'
import { openFilled, type Source } from '../filled'
import { concurrently, measure } from '../measure'
import type { Row } from '../row'
import type { Wanted } from '../wanted'
import { users } from '../workload'
import { betterAuthPeer, orgCreators } from './better-auth'
import { emmettPeer } from './emmett'

interface Databases {
  readonly name: string
  readonly indwell: Source
  readonly betterAuth: Parameters<typeof betterAuthPeer>[0]
  readonly emmett: Parameters<typeof emmettPeer>[0]
}

const betterAuthNames = [
  'get user',
  'create user',
  'set metadata',
  'create org',
  'update org metadata',
  'check permission',
]
const appendName = 'append at expected sequence, emmett'

/** What others do in the same process, on databases of the same kind with the same settings. */
export async function benchPeers(wanted: Wanted): Promise<readonly Row[]> {
  const isWanted = (database: string) =>
    [...betterAuthNames.map((name) => `${name}, better-auth`), appendName].some((name) =>
      wanted({ name, database, callers: 1 }),
    )
  const rows: Row[] = []
  if (isWanted('sqlite')) {
    const folder = mkdtempSync(join(tmpdir(), 'indwell-bench-'))
    const file = (name: string) => join(folder, `${name}.db`)
    rows.push(
      ...(await besidePeers(wanted, {
        name: 'sqlite',
        indwell: { filename: file('indwell') },
        betterAuth: { file: file('better-auth') },
        emmett: { file: file('emmett') },
      })),
    )
    rmSync(folder, { recursive: true, force: true })
  }
  if (isWanted('postgres')) {
    const server = await startPostgres({ durable: true })
    const database = async (name: string) => {
      const client = new pg.Client({ connectionString: server.url })
      await client.connect()
      await client.query(`create database ${name}`)
      await client.end()
      return { connectionString: server.url.replace(/\/[^/]*$/, `/${name}`) }
    }
    rows.push(
      ...(await besidePeers(wanted, {
        name: 'postgres',
        indwell: { connectionString: server.url, max: 10 },
        betterAuth: await database('better_auth'),
        emmett: await database('emmett'),
      })),
    )
    await server.stop()
  }
  return rows
}

async function besidePeers(wanted: Wanted, databases: Databases): Promise<readonly Row[]> {
  const { directory, system, owner, ownerId, userIds } = await openFilled(databases.indwell)
  await system.members.add({ userId: ownerId, roles: ['IAM_OWNER'] })
  const { orgId } = await system.orgs.create({ name: 'Org' })
  const creators = await Promise.all(
    Array.from({ length: orgCreators }, async (_, number) => {
      const { userId } = await system.users.createMachine({ userName: `creator${number}`, name: 'Creator' })
      await system.members.add({ userId, roles: ['IAM_OWNER'] })
      return directory.as({ userId })
    }),
  )
  const inOrg = directory.as({ userId: ownerId, orgId })
  const auth = await betterAuthPeer(databases.betterAuth, users)
  const log = await emmettPeer(databases.emmett)
  const userOf = (number: number) => userIds[number % userIds.length]!
  // Like emmett's side, which begins with streams that are not there, ours need not ask where its streams end.
  let versions: Map<string, string> | undefined
  const readVersions = async () => {
    const found = await system.users.findSnapshots(userIds, [])
    return new Map(found.flatMap((each) => (each === undefined ? [] : [[each.user.userId, each.version] as const])))
  }

  // Both sides are told who calls and check what it may do; neither looks at a token or a password.
  const jobs = [
    { name: 'get user', theirs: auth.getUser, ours: (n: number) => owner.users.get(userOf(n)) },
    {
      name: 'create user',
      theirs: auth.createUser,
      ours: (n: number) => owner.users.createHuman({ firstName: 'Ada', lastName: 'New', email: `new${n}@example.com` }),
    },
    {
      name: 'set metadata',
      theirs: auth.setMetadata,
      ours: (n: number) => owner.users.metadata(userOf(n)).set({ metadata: { plan: 'full', seats: n } }),
    },
    {
      name: 'create org',
      theirs: auth.createOrg,
      ours: (n: number) => creators[n % orgCreators]!.orgs.create({ name: `Org ${n}` }),
    },
    {
      name: 'update org metadata',
      theirs: auth.updateOrgMetadata,
      ours: (n: number) => inOrg.orgs.metadata(orgId).set({ metadata: { plan: 'full', seats: n } }),
    },
    {
      name: 'check permission',
      theirs: auth.checkPermission,
      ours: () => inOrg.checkPermission('org.write'),
    },
  ].map((job) => ({ ...job, name: `${job.name}, better-auth` }))
  const append = {
    name: appendName,
    theirs: log.append,
    ours: async (n: number) => {
      versions ??= await readVersions()
      const userId = userOf(n)
      const ifVersion = versions.get(userId) ?? ''
      const set = { plan: { plan: 'full', seats: n } }
      versions.set(userId, (await system.users.metadata(userId).apply({ set }, { ifVersion })).sequence)
    },
  }

  let unique = 0
  const next = () => {
    unique += 1
    return unique
  }
  const rows: Row[] = []
  try {
    for (const { name, theirs, ours } of [...jobs, append]) {
      const row = { name, database: databases.name, callers: 1 }
      if (!wanted(row)) continue
      const [floor, own] = await measure([
        { name: 'theirs', run: (count) => concurrently(count, 1, () => theirs(next())) },
        { name: 'indwell', run: (count) => concurrently(count, 1, () => ours(next())) },
      ])
      rows.push({
        ...row,
        ratio: own!.ratio,
        cpuRatio: own!.cpuRatio,
        floorPerSecond: floor!.opsPerSecond,
        ownPerSecond: own!.opsPerSecond,
      })
    }
  } finally {
    await auth.close()
    await log.close()
    await directory.close()
  }
  return rows
}
