import type { DirectoryStorage } from '@indwell/core'
import fc from 'fast-check'
import { expect } from 'vitest'
import { logOf, openListened } from './unread-commits'

/** That sets by random callers, and at versions, leave the same answers and log on a storage and on one that has to read. */
export async function expectRefusedAsWithReads(storage: DirectoryStorage, numRuns: number): Promise<void> {
  const { checksUnread, ...reading } = storage
  expect(checksUnread).toBe(true)
  const role = fc.constantFrom('ORG_OWNER', 'ORG_USER_MANAGER', 'ORG_OWNER_VIEWER', 'IAM_OWNER', 'HOSTS_OWN')
  const situation = fc.record({
    state: fc.constantFrom('active', 'inactive', 'locked', 'gone'),
    home: fc.constantFrom('default', 'other'),
    homeIs: fc.constantFrom('active', 'inactive'),
    orgId: fc.constantFrom(undefined, 'default', 'other', 'gone'),
    across: fc.constantFrom(undefined, undefined, 'orgs' as const, 'instance' as const),
    anywhere: fc.option(role),
    there: fc.option(role),
    elsewhere: fc.option(role),
    expires: fc.constantFrom(undefined, 500, 5000),
    version: fc.constantFrom(undefined, 'newest', 'older', 'none'),
    subject: fc.constantFrom('user', 'org', 'own', 'nobody'),
  })
  await fc.assert(
    fc.asyncProperty(situation, async (given) => {
      const results = []
      for (const tried of [storage, reading]) {
        let now = 1_700_000_000_000
        let id = 0
        const { directory, system } = await openListened(tried, crypto.randomUUID(), {
          clock: () => now,
          newId: () => `id-${++id}`,
          roles: { HOSTS_OWN: ['user.write'] },
        })
        const other = await system.orgs.create({ name: 'Other' })
        const idOf = (org: string) => (org === 'default' ? directory.defaultOrgId : org === 'other' ? other.orgId : org)
        const { userId } = await system.users.createMachine({ userName: 'ada', name: 'Ada', orgId: idOf(given.home) })
        const { userId: bob } = await system.users.createHuman({ userName: 'bob' })
        const until = given.expires === undefined ? {} : { expiresAt: now + given.expires }
        if (given.anywhere?.startsWith('ORG') === false)
          await system.members.add({ userId, roles: [given.anywhere], ...until })
        for (const [org, held] of [
          ['default', given.there],
          ['other', given.elsewhere],
        ] as const) {
          if (held === null || held.startsWith('IAM')) continue
          await system.orgs.members(idOf(org)).add({ userId, roles: [held], ...until })
        }
        if (given.homeIs === 'inactive' && given.home === 'other') await system.orgs.deactivate(other.orgId)
        if (given.state === 'inactive') await system.users.deactivate(userId)
        if (given.state === 'locked') await system.users.lock(userId)
        if (given.state === 'gone') await system.users.delete(userId)
        const { orgId, across, version, subject } = given
        const acting = directory.as({
          userId,
          ...(orgId !== undefined && { orgId: idOf(orgId) }),
          ...(across !== undefined && { across }),
        })
        const metadata =
          subject === 'org'
            ? acting.orgs.metadata(directory.defaultOrgId)
            : acting.users.metadata(subject === 'own' ? userId : subject === 'user' ? bob : 'nobody')
        const answers = []
        for (const value of ['a', 'b', 'b']) {
          now += 1000
          const [found] = await system.users.findSnapshots([subject === 'own' ? userId : bob], [])
          const versions = { newest: found?.version ?? '1', older: '0', none: 'none' }
          const options = version === undefined ? {} : { ifVersion: versions[version as keyof typeof versions] }
          answers.push(
            await metadata.apply({ set: { plan: value } }, options).catch(({ name, code, reason, message }) => ({
              name,
              code,
              reason,
              message,
            })),
          )
        }
        const log = await logOf(directory)
        results.push({ answers, log: log.map(({ position, aggregate, ...event }) => event) })
      }
      const [unread, read] = results
      expect(unread?.answers).toEqual(read?.answers)
      expect(unread?.log.filter(ofDirectory)).toEqual(read?.log.filter(ofDirectory))
    }),
    { numRuns },
  )
}

/** The same of users and orgs that random callers make. */
export async function expectMadeAsWithReads(storage: DirectoryStorage, numRuns: number): Promise<void> {
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
  const { checksUnread, ...reading } = storage
  expect(checksUnread).toBe(true)
  const unreadOutcomes = new Set<string>()
  const listened: DirectoryStorage = {
    ...storage,
    commitUnread: async (instanceId, commits) => {
      const outcomes = await storage.commitUnread!(instanceId, commits)
      for (const { outcome } of outcomes) unreadOutcomes.add(outcome)
      return outcomes
    },
  }
  await fc.assert(
    fc.asyncProperty(situation, async (given) => {
      const results = []
      for (const tried of [listened, reading]) {
        let now = 1_700_000_000_000
        let id = 0
        const { directory, system, announced } = await openListened(tried, crypto.randomUUID(), {
          clock: () => now,
          newId: () => `id-${++id}`,
          roles: { HOSTS_OWN: ['user.write', 'org.create'] },
        })
        const other = await system.orgs.create({ name: 'Other' })
        const idOf = (org: string) => (org === 'default' ? directory.defaultOrgId : org === 'other' ? other.orgId : org)
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
    { numRuns },
  )
  expect([...unreadOutcomes].sort()).toEqual(['applied', 'declined'])
}

/** The instance has another id each time. */
const ofDirectory = ({ type }: { readonly type: string }) => !type.startsWith('instance.')
