import type { CodeMessage, DirectoryStorage } from '@indwell/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { logOf, openListened } from '../../../test/unread-commits'
import { postgresStorage } from '../src/index'

describe('users and orgs that callers make', () => {
  let database: PostgresDatabase
  let storages: DirectoryStorage[]

  beforeAll(async () => {
    database = await createPostgresDatabase()
    storages = Array.from({ length: 3 }, () => postgresStorage({ connectionString: database.url, max: 4 }))
    await storages[0]!.migrate()
  })
  afterAll(async () => {
    await Promise.all(storages.map((storage) => storage.close()))
    await database.drop()
  })

  it('come to what they come to with reads, and are refused alike', async () => {
    const role = fc.constantFrom('ORG_OWNER', 'ORG_USER_MANAGER', 'ORG_OWNER_VIEWER', 'IAM_OWNER', 'HOSTS_OWN')
    const situation = fc.record({
      state: fc.constantFrom('active', 'active', 'inactive', 'locked', 'gone', 'moved'),
      home: fc.constantFrom('default', 'other'),
      homeIs: fc.constantFrom('active', 'active', 'inactive', 'gone'),
      orgId: fc.constantFrom(undefined, undefined, 'default', 'other', 'gone'),
      across: fc.constantFrom(undefined, undefined, undefined, 'orgs' as const, 'instance' as const),
      anywhere: fc.option(role, { freq: 2 }),
      there: fc.option(role, { freq: 2 }),
      elsewhere: fc.option(role, { freq: 2 }),
      expires: fc.constantFrom(undefined, undefined, 500, 2500),
      made: fc.array(
        fc.record({
          what: fc.constantFrom('human', 'machine', 'org'),
          name: fc.constantFrom('eve', 'EVE', 'kim', '!', 'lee@other.localhost', 'a"b\\c'),
          orgId: fc.constantFrom(undefined, undefined, 'default', 'other', 'gone'),
          chosen: fc.constantFrom(undefined, undefined, undefined, 'id', ''),
          admins: fc.constantFrom<'caller' | 'none' | 'other' | 'wrong' | undefined>(
            ...([undefined, undefined, 'caller', 'none', 'other', 'wrong'] as const),
          ),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    })
    const { checksUnread, ...reading } = storages[0]!
    expect(checksUnread).toBe(true)
    const unreadOutcomes = new Set<string>()
    const listened: DirectoryStorage = {
      ...storages[0]!,
      commitUnread: async (instanceId, commits) => {
        const outcomes = await storages[0]!.commitUnread!(instanceId, commits)
        for (const { outcome } of outcomes) unreadOutcomes.add(outcome)
        return outcomes
      },
    }
    await fc.assert(
      fc.asyncProperty(situation, async (given) => {
        const results = []
        for (const storage of [listened, reading]) {
          let now = 1_700_000_000_000
          let id = 0
          const { directory, system, announced } = await openListened(storage, crypto.randomUUID(), {
            clock: () => now,
            newId: () => `id-${++id}`,
            roles: { HOSTS_OWN: ['user.write', 'org.create'] },
          })
          const other = await system.orgs.create({ name: 'Other' })
          const idOf = (org: string) =>
            org === 'default' ? directory.defaultOrgId : org === 'other' ? other.orgId : org
          const { userId } = await system.users.createMachine({ userName: 'ada', name: 'Ada', orgId: idOf(given.home) })
          const { userId: bob } = await system.users.createHuman({ userName: 'bob' })
          const until = given.expires === undefined ? {} : { expiresAt: now + given.expires }
          if (given.anywhere?.startsWith('ORG') === false)
            await system.members.add({ userId, roles: [given.anywhere], ...until })
          const join = async () => {
            for (const [org, held] of [
              ['default', given.there],
              ['other', given.elsewhere],
            ] as const) {
              if (held === null || held.startsWith('IAM')) continue
              await system.orgs.members(idOf(org)).add({ userId, roles: [held], ...until })
            }
          }
          await join()
          // From here on its org is known, or seems to be.
          await directory.as({ userId }).checkPermission('user.read')
          if (given.state === 'inactive') await system.users.deactivate(userId)
          if (given.state === 'locked') await system.users.lock(userId)
          if (given.state === 'gone' || given.state === 'moved') await system.users.delete(userId)
          if (given.state === 'moved') {
            const orgId = idOf(given.home === 'other' ? 'default' : 'other')
            await system.users.createMachine({ userId, userName: 'ada', name: 'Ada', orgId })
            await join()
          }
          if (given.home === 'other' && given.homeIs === 'inactive') await system.orgs.deactivate(other.orgId)
          if (given.home === 'other' && given.homeIs === 'gone') await system.orgs.delete(other.orgId)
          const { orgId, across } = given
          const acting = directory.as({
            userId,
            ...(orgId !== undefined && { orgId: idOf(orgId) }),
            ...(across !== undefined && { across }),
          })
          const answers = []
          for (const { what, name, orgId, chosen, admins } of given.made) {
            now += 1000
            const inOrg = { ...(orgId !== undefined && { orgId: idOf(orgId) }) }
            const withId = { ...(chosen !== undefined && { userId: chosen }) }
            const make = () => {
              if (what === 'human') {
                const metadata = { app: { plan: 'gold', seats: [name] } }
                return acting.users.createHuman({ userName: name, firstName: name, metadata, ...inOrg, ...withId })
              }
              if (what === 'machine') {
                return acting.users.createMachine({ userName: name, name: 'Robot', ...inOrg, ...withId })
              }
              const named = {
                caller: [{ userId }],
                none: [],
                other: [{ userId: bob }],
                wrong: [{ userId, roles: ['IAM_OWNER'] }],
              }
              return acting.orgs.create({ name, ...(admins !== undefined && { admins: named[admins] }) })
            }
            answers.push(await make().catch(({ name, code, reason, message }) => ({ name, code, reason, message })))
          }
          const log = (await logOf(directory)).map(({ position, aggregate, ...event }) => event)
          const told = announced.map(({ type, sequence, owner, payload, createdAt }) => {
            return { type, sequence, owner, payload, createdAt }
          })
          const users = (await system.users.list({ limit: 100 })).items
          const orgs = (await system.orgs.list({ limit: 100 })).items
          results.push({ answers, log: log.filter(ofDirectory), told: told.filter(ofDirectory), users, orgs })
        }
        expect(results[0]).toEqual(results[1])
      }),
      { numRuns: 60 },
    )
    expect([...unreadOutcomes].sort()).toEqual(['applied', 'declined'])
  })

  it('go with an org that is removed at the same time, or come too late', async () => {
    const instanceId = crypto.randomUUID()
    const { system, directory } = await openListened(storages[0]!, instanceId)
    const { userId } = await system.users.createMachine({ userName: 'ada', name: 'Ada' })
    await system.members.add({ userId, roles: ['IAM_OWNER'] })
    const other = (await openListened(storages[1]!, instanceId)).directory
    await other.as({ userId }).checkPermission('user.write')
    for (let round = 0; round < 8; round++) {
      const { orgId } = await system.orgs.create({ name: `org ${round}` })
      const writing = (async () => {
        for (let n = 0; ; n++) {
          await other.as({ userId, orgId }).users.createMachine({ userName: `robot ${round} ${n}`, name: 'Robot' })
        }
      })().catch((error: unknown) => error)
      await system.orgs.delete(orgId)
      expect(await writing).toMatchObject({ code: 'permission_denied', reason: 'unknown_org' })
      const log = await logOf(directory)
      const removal = log.findIndex(({ type, aggregate }) => type === 'org.removed' && aggregate.id === orgId)
      expect(removal).toBeGreaterThan(log.findLastIndex(({ owner }, index) => owner === orgId && index !== removal))
      expect((await system.users.list({ limit: 1000 })).items.filter((user) => user.orgId === orgId)).toEqual([])
    }
  })

  it('of one name from many processes: one is made, and all others are told that it is taken', async () => {
    const instanceId = crypto.randomUUID()
    const { system } = await openListened(storages[0]!, instanceId)
    const { userId } = await system.users.createMachine({ userName: 'ada', name: 'Ada' })
    await system.members.add({ userId, roles: ['IAM_OWNER'] })
    const acting = await Promise.all(
      storages.map(async (storage) => (await openListened(storage, instanceId)).directory.as({ userId })),
    )
    for (const caller of acting) await caller.checkPermission('user.write')
    for (let round = 0; round < 10; round++) {
      const made = await Promise.allSettled([
        ...acting.map((caller) => caller.users.createMachine({ userName: `robot${round}`, name: 'Robot' })),
      ])
      const refused = made.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
      expect(refused).toHaveLength(acting.length - 1)
      for (const error of refused) expect(error).toMatchObject({ code: 'already_exists' })
      const orgs = await Promise.allSettled(acting.map((caller) => caller.orgs.create({ name: `org ${round}` })))
      expect(orgs.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    }
  })

  it('send the codes of who was made, and none of who was not', async () => {
    const sent: CodeMessage[] = []
    const { system, directory } = await openListened(storages[0]!, crypto.randomUUID(), {
      sendCode: (message) => void sent.push(message),
    })
    const { userId } = await system.users.createMachine({ userName: 'ada', name: 'Ada' })
    await system.members.add({ userId, roles: ['IAM_OWNER'] })
    const ada = directory.as({ userId })
    await ada.checkPermission('user.write')
    const eve = { userName: 'eve', email: 'eve@x.example' }
    const { userId: made } = await ada.users.createHuman(eve)
    await expect(ada.users.createHuman(eve)).rejects.toMatchObject({ code: 'already_exists' })
    await new Promise(setImmediate)
    expect(sent).toMatchObject([{ userId: made, orgId: directory.defaultOrgId, to: 'eve@x.example' }])
    await ada.users.verifyEmail(made, sent[0]!.code)
  })

  it('hold for a caller that loses its role only until then', async () => {
    const { system, directory } = await openListened(storages[0]!, crypto.randomUUID())
    const { userId } = await system.users.createMachine({ userName: 'ada', name: 'Ada' })
    await system.members.add({ userId, roles: ['IAM_OWNER'] })
    const ada = directory.as({ userId })
    await ada.orgs.create({ name: 'One' })
    await ada.orgs.create({ name: 'Two' })
    await system.members.remove(userId)
    await expect(ada.orgs.create({ name: 'Three' })).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(ada.users.createHuman({ userName: 'eve' })).rejects.toMatchObject({ code: 'permission_denied' })
  })
})

/** The instance has another id each time. */
const ofDirectory = ({ type }: { readonly type: string }) => !type.startsWith('instance.')
