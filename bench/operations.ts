import { createIdSource } from '../packages/core/src/ids'
import { concurrently, measure, writingRoundMs } from './measure'
import type { Row } from './row'
import type { Wanted } from './wanted'
import { keysPerUser, type Workload } from './workload'

type Answer = unknown

/** The same operations, as a program of its own would do them with the driver alone. */
export interface RawOperations {
  getUser(userId: string): Answer
  getEntry(userId: string, key: string): Answer
  listUsers(): Answer
  checkPermission(userId: string): Answer
  /** The user, once its caller's rights are checked. */
  getUserAs?(callerId: string, userId: string): Answer
  set(userId: string, entries: readonly (readonly [string, unknown])[]): Answer
  /** With an id of the directory's making, so that both sides add to the same ends of the same indexes. */
  createUser(userId: string, userName: string, email: string, orgId: string): Answer
}

interface Operation {
  readonly name: string
  readonly writes?: true
  raw(number: number): Answer
  ours(number: number): Promise<Answer>
}

/** Each operation against the raw driver doing the same on the same tables, with 1 and with 50 callers. */
export async function benchOperations(
  database: string,
  workload: Workload,
  raw: RawOperations,
  wanted: Wanted,
): Promise<readonly Row[]> {
  const { directory, system, owner, ownerId, userIds } = workload
  const orgId = directory.defaultOrgId
  const newId = createIdSource(directory.now, directory.randomBytes)
  let unique = 0
  const userOf = (number: number) => userIds[number % userIds.length]!
  const keyOf = (number: number) => `key${number % keysPerUser}`
  const nextNumber = () => {
    unique += 1
    return unique
  }
  const value = () => ({ plan: 'full', seats: nextNumber() })
  const ten = () => Array.from({ length: 10 }, (_, key) => [`key${key}`, value()] as const)

  const operations: Operation[] = [
    { name: 'get user', raw: (n: number) => raw.getUser(userOf(n)), ours: (n: number) => system.users.get(userOf(n)) },
    {
      name: 'get metadata',
      raw: (n: number) => raw.getEntry(userOf(n), keyOf(n)),
      ours: (n: number) => system.users.metadata(userOf(n)).get(keyOf(n)),
    },
    { name: 'list 100 users', raw: () => raw.listUsers(), ours: () => system.users.list({ limit: 100 }) },
    {
      name: 'set metadata',
      writes: true,
      raw: (n: number) => raw.set(userOf(n), [[keyOf(n), value()]]),
      ours: (n: number) => system.users.metadata(userOf(n)).set({ [keyOf(n)]: value() }),
    },
    {
      name: 'bulk set 10',
      writes: true,
      raw: (n: number) => raw.set(userOf(n), ten()),
      ours: (n: number) => system.users.metadata(userOf(n)).set(ten()),
    },
    {
      name: 'create user',
      writes: true,
      raw: () => {
        const name = `new${nextNumber()}`
        return raw.createUser(newId(), name, `${name}@example.com`, orgId)
      },
      ours: () => {
        const userName = `new${nextNumber()}`
        return system.users.createHuman({
          orgId,
          userName,
          firstName: 'Ada',
          lastName: 'New',
          email: `${userName}@example.com`,
        })
      },
    },
    {
      name: 'check permission',
      raw: () => raw.checkPermission(ownerId),
      ours: () => owner.checkPermission('user.write'),
    },
  ]

  const { getUserAs } = raw
  if (getUserAs !== undefined) {
    operations.push({
      name: 'get user, checked',
      raw: (n: number) => getUserAs(ownerId, userOf(n)),
      ours: (n: number) => owner.users.get(userOf(n)),
    })
  }

  const rows: Row[] = []
  for (const operation of operations) {
    for (const callers of [1, 50]) {
      if (!wanted({ name: operation.name, database, callers })) continue
      const [floor, own] = await measure(
        [
          { name: 'raw', run: (count) => concurrently(count, callers, operation.raw) },
          { name: 'indwell', run: (count) => concurrently(count, callers, operation.ours) },
        ],
        operation.writes && database === 'sqlite' ? writingRoundMs : undefined,
      )
      rows.push({
        name: operation.name,
        database,
        callers,
        ratio: own!.ratio,
        cpuRatio: own!.cpuRatio,
        floorPerSecond: floor!.opsPerSecond,
        ownPerSecond: own!.opsPerSecond,
      })
    }
  }
  return rows
}
