import { createDirectory } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { countingPool } from './counting-pool'

describe('what a directory asks of Postgres', () => {
  let database: PostgresDatabase
  let pool: pg.Pool
  let counting: ReturnType<typeof countingPool>

  beforeAll(async () => {
    database = await createPostgresDatabase()
    pool = new pg.Pool({ connectionString: database.url, max: 5 })
    counting = countingPool(pool)
  })

  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  async function openAcme(userLoginMustBeDomain = false) {
    const directory = await createDirectory({
      storage: postgresStorage({ pool: counting.pool }),
      instanceId: crypto.randomUUID(),
      userLoginMustBeDomain,
    })
    const system = directory.asSystem('test')
    const { userId: ada } = await system.users.createMachine({ userName: 'ada', name: 'Ada' })
    const { userId: bob } = await system.users.createHuman({ userName: 'bob' })
    await system.orgs.members(directory.defaultOrgId).add({ userId: ada, roles: ['ORG_OWNER'] })
    return {
      directory,
      system,
      acting: directory.as({ userId: ada }),
      wherever: directory.as({ userId: ada, across: 'orgs' }),
      bob,
    }
  }

  async function textsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
    const before = counting.texts.length
    await work()
    return counting.texts.slice(before)
  }

  const countStatements = async (work: () => Promise<unknown>) => (await textsOf(work)).length

  it('sets metadata in one statement, permission check included, and removes some in two', async () => {
    const { acting, directory, bob } = await openAcme()

    expect(await countStatements(() => acting.users.metadata(bob).set({ plan: 'pro' }))).toBe(1)
    expect(await countStatements(() => acting.users.metadata(bob).set({ plan: 'team', seats: 3 }))).toBe(1)
    expect(await countStatements(() => acting.orgs.metadata(directory.defaultOrgId).set({ plan: 'pro' }))).toBe(1)
    expect(await countStatements(() => acting.users.metadata(bob).apply({ set: { a: 1 }, remove: ['plan'] }))).toBe(2)
  })

  it('sets metadata of a named version in one statement, and says in two more that it is another', async () => {
    const { system, acting, bob } = await openAcme()
    const { sequence } = await system.users.metadata(bob).set({ plan: 'pro' })
    const write = (caller: typeof system, ifVersion: string | string[]) =>
      caller.users.metadata(bob).apply({ set: { plan: crypto.randomUUID() } }, { ifVersion })

    expect(await countStatements(() => write(system, sequence))).toBe(1)
    const newest = String(BigInt(sequence) + 1n)
    expect(await countStatements(() => write(acting, newest))).toBe(1)
    expect(
      await countStatements(() => expect(write(system, newest)).rejects.toMatchObject({ code: 'version_conflict' })),
    ).toBe(2)
  })

  it('makes a user or an org in one statement, permission check included, for a caller that was read before', async () => {
    const { acting, directory, system } = await openAcme()
    const owner = await system.users.createMachine({ userName: 'owner', name: 'Owner' })
    await system.members.add({ userId: owner.userId, roles: ['IAM_OWNER'] })
    const founder = directory.as(owner)
    const named = directory.as({ userId: owner.userId, orgId: directory.defaultOrgId })
    const person = (userName: string) => ({ userName, metadata: { app: { a: 1 } } })

    expect(await countStatements(() => acting.users.createHuman(person('eve')))).toBe(2)
    expect(await countStatements(() => acting.users.createHuman(person('kim')))).toBe(1)
    expect(await countStatements(() => acting.users.createMachine({ userName: 'robot', name: 'Robot' }))).toBe(1)
    expect(await countStatements(() => founder.orgs.create({ name: 'Globex' }))).toBe(2)
    expect(await countStatements(() => founder.orgs.create({ name: 'Initech' }))).toBe(1)
    expect(await countStatements(() => named.orgs.create({ name: 'Hooli' }))).toBe(1)
    expect(await countStatements(() => named.users.createHuman(person('lee')))).toBe(1)
    // What has to be looked at beside the caller is read with it.
    expect(await countStatements(() => acting.users.createHuman({ userName: 'ada@acme.example' }))).toBe(2)
    expect(await countStatements(() => acting.users.createHuman({ userId: 'chosen' }))).toBe(2)
  })

  it('says in more statements why it makes no user or org', async () => {
    const { acting, directory } = await openAcme()
    await acting.users.createHuman({ userName: 'eve' })
    const refused = (code: string, work: Promise<unknown>) => expect(work).rejects.toMatchObject({ code })

    expect(await countStatements(() => refused('permission_denied', acting.orgs.create({ name: 'Globex' })))).toBe(2)
    expect(await countStatements(() => refused('already_exists', acting.users.createHuman({ userName: 'eve' })))).toBe(
      4,
    )
    const elsewhere = { userName: 'kim', orgId: 'elsewhere' }
    expect(await countStatements(() => refused('not_found', acting.users.createHuman(elsewhere)))).toBe(1)
    const nowhere = directory.as({ userId: 'nobody' })
    expect(
      await countStatements(() => refused('unauthenticated', nowhere.users.createHuman({ userName: 'kim' }))),
    ).toBe(1)
  })

  it('makes many users at once for one that goes ahead and a read and a statement for all others', async () => {
    const { acting } = await openAcme()
    await acting.checkPermission('user.write')
    const names = Array.from({ length: 20 }, (_, number) => `user${number}`)

    const made = () => Promise.all(names.map((userName) => acting.users.createHuman({ userName })))
    expect(await countStatements(made)).toBe(3)
  })

  it('makes users of any org and connection by the same statements', async () => {
    const { directory, system, acting } = await openAcme(true)
    const { orgId } = await system.orgs.create({ name: 'Other' })
    const make = (caller: typeof system, connection: string, rest: object = {}) =>
      textsOf(() =>
        caller.users.createHuman({
          userName: connection,
          email: 'ada@example.com',
          username: 'ada',
          connection,
          ...rest,
        }),
      )

    // Who calls is read once.
    await make(acting, 'none')
    expect(await make(acting, 'second')).toEqual(await make(acting, 'first'))
    const inDefaultOrg = await make(system, 'third', { orgId: directory.defaultOrgId })
    expect(await make(system, 'fourth', { orgId })).toEqual(inDefaultOrg)
  })

  it('finds users with what belongs to them in three statements, however many they are', async () => {
    const { system, acting, directory } = await openAcme()
    for (let index = 0; index < 30; index += 1) {
      const { userId } = await system.users.createHuman({
        userName: `user-${index}`,
        metadata: { app: { plan: 'pro' } },
      })
      await system.orgs.members(directory.defaultOrgId).add({ userId, roles: ['ORG_OWNER_VIEWER'] })
    }
    const where = { userName: { prefix: 'user-' } }
    const include = { metadata: ['app', 'user'], memberships: true } as const
    for (const limit of [1, 30]) {
      const find = (caller: typeof system, query: object) => async () => {
        const { items } = await caller.users.find({ where, include, limit, ...query })
        expect(items.map((user) => [user.metadata.app.plan, user.memberships.length])).toEqual(
          Array.from({ length: limit }, () => ['pro', 1]),
        )
      }
      // The page, then entries and memberships, then the orgs of those.
      expect(await countStatements(find(system, {}))).toBe(3)
      // Who asks is read before, and with the memberships.
      expect(await countStatements(find(acting, {}))).toBe(4)
      const plain = () => system.users.find({ where, include: { metadata: { app: ['plan'] } }, limit })
      expect(await countStatements(plain)).toBe(2)
    }
  })

  it('answers what a caller may in one statement, however much is asked', async () => {
    const { acting, wherever, directory, bob } = await openAcme()
    const on = { type: 'user', id: bob } as const
    const questions = ['user.read', 'user.write', 'user.delete', 'org.read', 'iam.read'].flatMap((permission) => [
      { permission },
      { permission, on },
      { permission, on: directory.defaultOrgId },
      { permission, on: { type: 'client', id: 'none' } as const },
    ])

    for (const ada of [acting, wherever]) {
      expect(await countStatements(() => ada.can('user.write', on))).toBe(1)
      expect(await countStatements(() => ada.canAll(questions))).toBe(1)
    }
  })

  it('sets metadata in one statement where nobody has to be asked, and in two where nothing changes', async () => {
    const { system, bob } = await openAcme()
    const metadata = system.users.metadata(bob)

    expect(await countStatements(() => metadata.set({ plan: 'pro' }))).toBe(1)
    expect(await countStatements(() => metadata.set({ plan: 'team', seats: 3, more: null }))).toBe(1)
    expect(await countStatements(() => metadata.set({ plan: 'team', seats: 4 }))).toBe(1)
    expect(await countStatements(() => metadata.set({ plan: 'team', seats: 4 }))).toBe(2)
    expect(await countStatements(() => metadata.apply({ set: { seats: 5 }, remove: ['plan'] }))).toBe(2)
    expect(
      await countStatements(() =>
        system.users
          .metadata('nobody')
          .set({ plan: 'pro' })
          .catch(() => {}),
      ),
    ).toBe(1)
  })

  it('sets an entry that an index holds with a read, and all others without', async () => {
    const { directory, system, bob } = await openAcme()
    const byPlan = { subjectType: 'user', namespace: 'app', path: ['plan'] } as const
    const storage = postgresStorage({ pool: counting.pool })
    await createDirectory({ storage, instanceId: directory.instanceId, metadataIndexes: [byPlan] })
    const metadata = system.users.metadata(bob)
    // The first that is set tells this storage of the index.
    await metadata.set({ seats: 1 })

    expect(await countStatements(() => metadata.set({ seats: 2 }))).toBe(1)
    expect(await countStatements(() => metadata.set({ seats: 3, plan: 'pro' }))).toBe(2)
    expect(await countStatements(() => system.orgs.metadata(directory.defaultOrgId).set({ plan: 'pro' }))).toBe(1)
  })

  it('reads an entry or a user in one statement, permission check included', async () => {
    const { acting, bob } = await openAcme()
    await acting.users.metadata(bob).set({ plan: 'pro' })

    expect(await countStatements(() => acting.users.metadata(bob).get('plan'))).toBe(1)
    expect(await countStatements(() => acting.users.get(bob))).toBe(1)
    expect(await countStatements(() => acting.checkPermission('user.write'))).toBe(1)
  })

  it('lists members in five statements, however many they are', async () => {
    const { directory, acting } = await openAcme()
    const list = async (limit: number) => {
      const { items } = await acting.orgs.members().list({
        filter: { op: 'text', field: 'user.userName', method: 'starts-with', value: 'm', ignoreCase: true },
        sort: [{ field: 'user.orgId', descending: true }],
        limit,
        count: true,
      })
      expect(items).toHaveLength(limit)
    }
    const system = directory.asSystem('test')
    for (let number = 0; number < 30; number++) {
      const { userId } = await system.users.createMachine({ userName: `m${number}`, name: 'M' })
      await system.orgs.members(directory.defaultOrgId).add({ userId, roles: ['ORG_OWNER'] })
    }

    // The permission, the org, the page, the count, and the users of the page.
    expect(await countStatements(() => list(1))).toBe(5)
    expect(await countStatements(() => list(30))).toBe(5)
  })

  it('needs no more for a call that works wherever its subjects live', async () => {
    const { wherever, bob } = await openAcme()

    expect(await countStatements(() => wherever.users.metadata(bob).set({ plan: 'pro' }))).toBe(2)
    expect(await countStatements(() => wherever.users.metadata(bob).get('plan'))).toBe(1)
    expect(await countStatements(() => wherever.users.get(bob))).toBe(1)
    expect(await countStatements(() => wherever.users.update(bob, { nickName: 'B' }))).toBe(2)
  })

  it('asks once who may touch metadata of the org of the call', async () => {
    const { acting } = await openAcme()

    expect(await countStatements(() => acting.orgs.metadata().set({ plan: 'pro' }))).toBe(3)
    expect(await countStatements(() => acting.orgs.metadata().get('plan'))).toBe(2)
  })

  it('asks once for what fifty callers ask in one turn, and commits once for them', async () => {
    const { acting, bob } = await openAcme()
    const keys = Array.from({ length: 50 }, (_, index) => `key${index}`)

    expect(
      await countStatements(() => Promise.all(keys.map((key) => acting.users.metadata(bob).set({ [key]: 1 })))),
    ).toBe(2)
    expect(await countStatements(() => Promise.all(keys.map((key) => acting.users.metadata(bob).get(key))))).toBe(1)
  })

  it('sets metadata of fifty users in two statements where nobody has to be asked, of thirty in one', async () => {
    const { system } = await openAcme()
    const ids = Array.from({ length: 50 }, (_, number) => `user${number}`)
    for (const userId of ids) await system.users.createHuman({ userId, userName: `${userId} of fifty` })
    const setOf = (some: readonly string[]) => () =>
      Promise.all(some.map((userId) => system.users.metadata(userId).set({ plan: `${userId} of ${some.length}` })))

    expect(await countStatements(setOf(ids))).toBe(2)
    expect(await countStatements(setOf(ids.slice(0, 30)))).toBe(1)
    expect(await system.users.metadata('user49').get('plan')).toMatchObject({ value: 'user49 of 50' })
  })
})
