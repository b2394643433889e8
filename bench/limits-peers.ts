import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFilled } from './filled'
import { concurrently, measure } from './measure'
import { betterAuthPeer, orgCreators } from './peers/better-auth'
import { leastSqlite } from './peers/least-sqlite'
import { users } from './workload'

/*
 * How far beside better-auth any program can come on SQLite: the same rows by the raw driver, with the caller's rights
 * checked, then ours. `node bench/node_modules/.cache/limits-peers.mjs`, once the bench was bundled.
 */

const folder = mkdtempSync(join(tmpdir(), 'indwell-limits-'))
const file = (name: string) => join(folder, `${name}.db`)

/** The owners are as in `benchPeers`. */
async function filled(name: string) {
  const { directory, system, ownerId, userIds } = await openFilled({ filename: file(name) })
  await system.members.add({ userId: ownerId, roles: ['IAM_OWNER'] })
  const { orgId } = await system.orgs.create({ name: 'Org' })
  const creatorIds: string[] = []
  for (let number = 0; number < orgCreators; number += 1) {
    const { userId } = await system.users.createMachine({ userName: `creator${number}`, name: 'Creator' })
    await system.members.add({ userId, roles: ['IAM_OWNER'] })
    creatorIds.push(userId)
  }
  return { directory, ownerId, userIds, orgId, creatorIds }
}

const theirs = await betterAuthPeer({ file: file('better-auth') }, users)
const { directory: other, ...its } = await filled('least')
await other.close()
const least = leastSqlite(file('least'))
const { directory, ...our } = await filled('indwell')
const inOrg = directory.as({ userId: our.ownerId, orgId: our.orgId })
const owner = directory.as({ userId: our.ownerId })
const of = (ids: readonly string[], number: number) => ids[number % ids.length]!

type Job = (number: number) => unknown
const jobs: Readonly<Record<string, Readonly<Record<string, Job>>>> = {
  'get user': {
    'better-auth': theirs.getUser,
    'raw, rights read': (n) => least.getUser(its.ownerId, of(its.userIds, n)),
    'raw, rights recalled': (n) => least.getUserRecalled(its.ownerId, of(its.userIds, n)),
    Indwell: (n) => owner.users.get(of(our.userIds, n)),
  },
  'create org': {
    'better-auth': theirs.createOrg,
    raw: (n) => least.createOrg(of(its.creatorIds, n), `Org ${n}`),
    Indwell: (n) => directory.as({ userId: of(our.creatorIds, n) }).orgs.create({ name: `Org ${n}` }),
  },
  'update org metadata': {
    'better-auth': theirs.updateOrgMetadata,
    raw: (n) => least.setOrgMetadata(its.ownerId, its.orgId, { plan: 'full', seats: n }),
    Indwell: (n) => inOrg.orgs.metadata(our.orgId).set({ metadata: { plan: 'full', seats: n } }),
  },
}

let unique = 0
const next = () => {
  unique += 1
  return unique
}
for (const [name, sides] of Object.entries(jobs)) {
  const contenders = Object.entries(sides).map(([side, job]) => ({
    name: side,
    run: (count: number) => concurrently(count, 1, () => job(next())),
  }))
  for (const { name: side, ratio, cpuRatio, opsPerSecond } of await measure(contenders)) {
    console.log(
      name.padEnd(20),
      side.padEnd(20),
      ratio.toFixed(1),
      cpuRatio.toFixed(1),
      `${Math.round(opsPerSecond)}/s`,
    )
  }
}
least.close()
await theirs.close()
await directory.close()
rmSync(folder, { recursive: true, force: true })
process.exit()
