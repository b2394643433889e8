import {
  type ActingDirectory,
  createDirectory,
  type Directory,
  type DirectoryStorage,
  defineMetadata,
  type FindQuery,
  type UnindexedCondition,
  type Where,
} from '@indwell/core'
import * as v from 'valibot'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

const metadata = defineMetadata({
  user: {
    plan: { schema: v.picklist(['free', 'pro', 'team']), default: 'free', indexed: true },
    seats: { schema: v.number(), indexed: true },
    score: { schema: v.number(), read: ['system'] },
    invite: { schema: v.string(), expiresAfterMs: 1000 },
    note: v.string(),
  },
  'user.user': { colour: v.string() },
  org: { tier: { schema: v.picklist(['basic', 'gold']), indexed: true }, secret: { schema: v.string(), read: [] } },
  client: { kind: v.string(), secret: { schema: v.string(), read: [] } },
})

interface Page {
  readonly items: readonly object[]
  readonly next?: string
}

type Kind = 'user' | 'org' | 'client' | 'member'

async function pagesOf<K extends Kind>(
  find: (query: FindQuery<K>) => Promise<Page>,
  query: FindQuery<K>,
  id: string,
): Promise<readonly unknown[]> {
  const ids: unknown[] = []
  for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
    const page = await find({ ...query, after })
    ids.push(...page.items.map((item) => (item as Readonly<Record<string, unknown>>)[id]))
    after = page.next
  }
  return ids
}

/** Orgs, clients and members that are found, what is included, and what no index finds, whatever database it is. */
export function describeFindOfKinds(name: string, open: () => Promise<DirectoryStorage>): void {
  describe(`find on ${name}`, () => {
    const asked = { loads: 0, searches: 0 }
    const warnings: UnindexedCondition[] = []
    let now = 1000
    let directory: Directory
    let system: ActingDirectory
    // The same directory, with the types of its metadata.
    let typed: Awaited<ReturnType<typeof openDirectory>>

    async function openDirectory() {
      const storage = await open()
      const counting: DirectoryStorage = {
        ...storage,
        load(instanceId, reads) {
          asked.loads += 1
          return storage.load(instanceId, reads)
        },
        search(instanceId, search) {
          asked.searches += 1
          return storage.search(instanceId, search)
        },
      }
      return createDirectory({
        storage: counting,
        metadata,
        clock: () => now,
        onUnindexed: (condition) => warnings.push(condition),
      })
    }

    beforeAll(async () => {
      typed = await openDirectory()
      directory = typed as Directory
      system = directory.asSystem('test')
      const { orgs, users, clients, members } = system
      for (const [orgId, orgName] of [
        ['acme', 'Acme'],
        ['umbrella', 'Umbrella'],
        ['zeta', 'acme zeta'],
      ] as const) {
        now += 1000
        await orgs.create({ orgId, name: orgName })
      }
      await orgs.metadata('acme').set({ tier: 'gold', secret: 'x' })
      await orgs.metadata('zeta').set({ tier: 'basic' })
      for (const [clientId, orgId, kind] of [
        ['web', 'acme', 'spa'],
        ['cli', 'acme', 'native'],
        ['app', 'umbrella', 'native'],
      ] as const) {
        now += 1000
        await clients.create({ clientId, orgId, name: `${clientId}!`, metadata: { client: { kind } } })
      }
      for (const userId of ['ada', 'bob', 'cleo']) {
        now += 1000
        await users.createHuman({ userId, orgId: 'acme', userName: userId, email: `${userId}@acme.example` })
      }
      await users.createMachine({ userId: 'robot', orgId: 'umbrella', userName: 'robot', name: 'Robot' })
      await users.metadata('ada').set({ plan: 'pro', seats: 5, score: 9, note: 'n', invite: 'soon' })
      await users.metadata('ada', 'user').set({ colour: 'red' })
      await users.metadata('bob').set({ seats: 2, score: 1 })
      await users.metadata('bob', 'user').set({ colour: 'blue' })
      await users.metadata('bob', 'other').set({ x: 1 })
      await users.metadata('robot').set({ plan: 'team' })
      await orgs.members('acme').add({ userId: 'ada', roles: ['ORG_OWNER'] })
      await orgs.members('acme').add({ userId: 'robot', roles: ['ORG_OWNER_VIEWER'] })
      await orgs.members('acme').add({ userId: 'bob', roles: ['ORG_OWNER_VIEWER'], expiresAt: now + 1_000_000 })
      await orgs.members('umbrella').add({ userId: 'ada', roles: ['ORG_OWNER_VIEWER'] })
      await members.add({ userId: 'cleo', roles: ['IAM_OWNER'] })
    })
    afterAll(() => directory.close())
    beforeEach(() => {
      warnings.length = 0
      Object.assign(asked, { loads: 0, searches: 0 })
    })

    const orgCases: readonly (readonly [where: FindQuery<'org'>['where'], ids: readonly string[]])[] = [
      [{ name: { prefix: 'acme', ignoreCase: true } }, ['acme', 'zeta']],
      [{ name: { in: ['Umbrella', 'Acme'] } }, ['acme', 'umbrella']],
      [{ createdAt: { gt: 2000 } }, ['umbrella', 'zeta']],
      [{ metadata: { tier: { in: ['gold', 'basic'] } } }, ['acme', 'zeta']],
      [{ metadataIn: { org: { tier: 'gold' } }, state: 'active' }, ['acme']],
      [{ or: [{ orgId: 'acme' }, { not: { metadata: { tier: { exists: true } } } }] }, ['acme', 'umbrella']],
    ]
    it.each(orgCases)('finds orgs by %j', async (where, ids) => {
      const ours = { and: [{ orgId: { in: ['acme', 'umbrella', 'zeta'] } }, where ?? {}] }
      expect(await pagesOf<'org'>(system.orgs.find, { where: ours, limit: 1 }, 'orgId')).toEqual(ids)
    })

    it('orders orgs, and clients by when they came unless told otherwise', async () => {
      const where = { orgId: { in: ['acme', 'umbrella', 'zeta'] } }
      expect(await pagesOf<'org'>(system.orgs.find, { where, orderBy: { name: 'desc' }, limit: 2 }, 'orgId')).toEqual([
        'zeta',
        'umbrella',
        'acme',
      ])
      const clientIds = (query: FindQuery<'client'>) =>
        pagesOf<'client'>(system.clients.find, { limit: 1, ...query }, 'clientId')
      expect(await clientIds({})).toEqual(['web', 'cli', 'app'])
      expect(await clientIds({ orderBy: [{ orgId: 'desc' }, { name: 'asc' }] })).toEqual(['app', 'cli', 'web'])
      expect(await clientIds({ where: { metadata: { kind: 'native' }, orgId: 'acme' } })).toEqual(['cli'])
      expect(await clientIds({ where: { name: { suffix: '!' }, not: { clientId: 'cli' } } })).toEqual(['web', 'app'])
    })

    const memberCases: readonly (readonly [where: FindQuery<'member'>['where'], ids: readonly string[]])[] = [
      [{}, ['ada', 'bob', 'robot']],
      [{ roles: { has: 'ORG_OWNER' } }, ['ada']],
      [{ not: { roles: { has: 'ORG_OWNER' } }, user: { type: 'human' } }, ['bob']],
      [{ user: { email: { suffix: '@ACME.example', ignoreCase: true } } }, ['ada', 'bob']],
      [{ user: { email: null } }, ['robot']],
      [{ user: { orgId: 'umbrella', userName: { in: ['robot', 'ada'] } } }, ['robot']],
      [{ expiresAt: { exists: true } }, ['bob']],
      [{ or: [{ expiresAt: null, userId: 'ada' }, { user: { userName: 'bob' } }] }, ['ada', 'bob']],
    ]
    it.each(memberCases)('finds members by %j', async (where, ids) => {
      const { find } = system.orgs.members('acme')
      expect(await pagesOf<'member'>(find, { ...(where && { where }), limit: 1 }, 'userId')).toEqual(ids)
    })

    it('finds members in order, each with its user, in their place alone', async () => {
      const { find } = system.orgs.members('acme')
      expect(await pagesOf<'member'>(find, { orderBy: { expiresAt: 'desc' }, limit: 1 }, 'userId')).toEqual([
        'bob',
        'ada',
        'robot',
      ])
      const [ada] = (await find({ where: { userId: 'ada' } })).items
      expect(ada).toMatchObject({ roles: ['ORG_OWNER'], user: { email: 'ada@acme.example', loginNames: ['ada'] } })
      expect(await pagesOf<'member'>(system.members.find, {}, 'userId')).toEqual(['cleo'])
    })

    it('finds users by a role that they hold in an org', async () => {
      const ids = (some: NonNullable<Where<'user'>['memberships']>['some'] & object) =>
        pagesOf<'user'>(system.users.find, { where: { memberships: { some } } }, 'userId')
      expect(await ids({ roles: { has: 'ORG_OWNER_VIEWER' } })).toEqual(['ada', 'bob', 'robot'])
      expect(await ids({ orgId: 'acme', roles: { has: 'ORG_OWNER_VIEWER' } })).toEqual(['bob', 'robot'])
      expect(await ids({ orgId: 'umbrella', roles: { has: 'ORG_OWNER' } })).toEqual([])
      const ada = directory.as({ userId: 'ada' })
      const where = { memberships: { some: { roles: { has: 'ORG_OWNER_VIEWER' } } } }
      // What she is in another org is not told where she works in this one.
      expect(await pagesOf<'user'>(ada.users.find, { where }, 'userId')).toEqual(['bob'])
    })

    it('shows a caller what its lists show it', async () => {
      const ada = directory.as({ userId: 'ada', across: 'orgs' })
      expect(await pagesOf<'org'>(ada.orgs.find, { limit: 1 }, 'orgId')).toEqual(['acme', 'umbrella'])
      expect(await pagesOf<'client'>(ada.clients.find, { limit: 1 }, 'clientId')).toEqual(['web', 'cli', 'app'])
      expect(await pagesOf<'client'>(directory.as({ userId: 'ada' }).clients.find, {}, 'clientId')).toEqual([
        'web',
        'cli',
      ])
      await expect(directory.as({ userId: 'ada' }).orgs.find()).rejects.toMatchObject({ code: 'permission_denied' })
      await expect(ada.orgs.members('zeta').find()).rejects.toMatchObject({ code: 'not_found' })
      for (const { find } of [ada.orgs, ada.clients]) {
        const hidden = find({ where: { metadata: { secret: 'x' } } })
        await expect(hidden).rejects.toMatchObject({ code: 'permission_denied', reason: 'metadata_key' })
      }
    })

    it('refuses what a kind does not have, by its place, and the cursor of another kind', async () => {
      const { next } = await system.clients.find({ limit: 1 })
      const refused: readonly (readonly [
        query: object,
        path: string,
        of?: { find(query: object): Promise<unknown> },
      ])[] = [
        [{ where: { metadata: {} } }, 'where.metadata', system.members],
        [{ where: { memberships: {} } }, 'where.memberships', system.members],
        [{ where: { user: { phone: '1' } } }, 'where.user.phone', system.members],
        [{ where: { user: 'ada' } }, 'where.user', system.members],
        [{ where: { roles: 'ORG_OWNER' } }, 'where.roles', system.members],
        [{ where: { roles: { contains: 'OWNER' } } }, 'where.roles.contains', system.members],
        [{ where: { roles: {} } }, 'where.roles', system.members],
        [{ where: { roles: { has: 7 } } }, 'where.roles.has', system.members],
        [{ include: { metadata: ['app'] } }, 'include.metadata', system.members],
        [{ where: { memberships: {} } }, 'where.memberships', system.orgs],
        [{ where: { user: {} } }, 'where.user', system.clients],
        [{ orderBy: { user: 'asc' } }, 'orderBy.user', system.members],
        [{ after: next }, 'after', system.orgs],
        [{ include: { memberships: true } }, 'include.memberships', system.orgs],
        [{ include: { memberships: 1 } }, 'include.memberships'],
        [{ include: { metadata: true } }, 'include.metadata'],
        [{ include: { metadata: ['App'] } }, 'namespace'],
        [{ include: { metadata: [7] } }, 'namespace'],
        [{ include: { metadata: { app: 'plan' } } }, 'include.metadata.app'],
        [{ include: { metadata: { app: [''] } } }, 'key'],
        [{ include: { metadata: undefined } }, 'include.metadata'],
        [{ include: { roles: true } }, 'include.roles'],
        [{ include: JSON.parse('{"__proto__":true}') }, 'include.__proto__'],
        [{ include: [] }, 'include'],
        [{ unindexed: 'warm' }, 'unindexed'],
      ]
      for (const [query, path, of = system.users] of refused) {
        await expect(of.find(query), JSON.stringify(query)).rejects.toMatchObject({ code: 'invalid_input', path })
      }
      const many = Array.from({ length: 11 }, (_, index) => `n${index}`)
      const tooMany = system.users.find({ include: { metadata: many } })
      await expect(tooMany).rejects.toMatchObject({ code: 'limit_exceeded', limitName: 'include.namespaces' })
    })

    it('includes metadata and memberships, whatever the page holds, by one search and two reads', async () => {
      const { users } = typed.asSystem('test')
      const include = { metadata: { app: true, user: ['colour', 'none'] }, memberships: true } as const
      for (const limit of [1, 3]) {
        Object.assign(asked, { loads: 0, searches: 0 })
        const page = await users.find({ where: { userId: { in: ['ada', 'bob', 'robot'] } }, include, limit })
        expect(asked).toEqual({ searches: 1, loads: 2 })
        expect(page.items).toHaveLength(limit)
        const [ada, bob] = page.items
        expect(ada?.metadata).toEqual({
          app: { plan: 'pro', seats: 5, score: 9, note: 'n', invite: 'soon' },
          user: { colour: 'red' },
        })
        expect(ada?.memberships.map(({ orgName, roles }) => [orgName, roles])).toEqual([
          ['Acme', ['ORG_OWNER']],
          ['Umbrella', ['ORG_OWNER_VIEWER']],
        ])
        if (limit === 3)
          expect(bob?.metadata).toEqual({ app: { seats: 2, score: 1, plan: 'free' }, user: { colour: 'blue' } })
      }
      asked.loads = 0
      expect((await users.find({ include: { metadata: ['app'] }, limit: 100 })).items[0]?.metadata.app.seats).toBe(5)
      expect(asked.loads).toBe(1)
      expect((await users.find({ include: { metadata: ['app'] }, where: { userId: 'x' } })).items).toEqual([])
      const [plain] = (await users.find({ include: {}, limit: 1 })).items
      expect(plain).not.toHaveProperty('metadata')
      expect(plain).not.toHaveProperty('memberships')
    })

    it('includes metadata of orgs and clients', async () => {
      const { items } = await system.orgs.find({ where: { orgId: 'acme' }, include: { metadata: ['org'] } })
      expect(items.map((org) => org.metadata)).toEqual([{ org: { tier: 'gold', secret: 'x' } }])
      const found = await system.clients.find({ include: { metadata: { client: ['kind'] } } })
      expect(found.items.map((client) => client.metadata.client.kind)).toEqual(['spa', 'native', 'native'])
    })

    it('includes nothing that the caller may not read by itself', async () => {
      const ada = directory.as({ userId: 'ada' })
      const include = { metadata: { app: ['plan', 'score'], user: true }, memberships: true } as const
      const [first] = (await ada.users.find({ where: { userId: 'ada' }, include })).items
      expect(first?.metadata).toEqual({ app: { plan: 'pro' }, user: { colour: 'red' } })
      // What she is in another org is not told where she works in this one.
      expect(first?.memberships.map(({ orgId }) => orgId)).toEqual(['acme'])
      const [org] = (
        await directory.as({ userId: 'ada', across: 'orgs' }).orgs.find({ include: { metadata: ['org'] } })
      ).items
      expect(org?.metadata).toEqual({ org: { tier: 'gold' } })

      // Bob is a member no more and finds himself: what people may read of themselves, and no more.
      await system.orgs.members('acme').remove('bob')
      const bob = directory.as({ userId: 'bob', across: 'orgs' })
      const { items } = await bob.users.find({ include: { metadata: ['app', 'user', 'other'] } })
      expect(items.map((user) => [user.userId, user.metadata])).toEqual([
        ['bob', { app: {}, user: { colour: 'blue' }, other: {} }],
      ])
      const denied = directory.as({ userId: 'ada' }).users.find({ include: { metadata: ['auth0-jobs'] } })
      await expect(denied).rejects.toMatchObject({ code: 'permission_denied' })
      now += 2000
      const [expired] = (
        await system.users.find({ where: { userId: 'ada' }, include: { metadata: { app: ['invite'] } } })
      ).items
      expect(expired?.metadata).toEqual({ app: {} })
      now -= 2000
    })

    it('refuses keys that no declared index finds where it shall, naming the place and how to declare one', async () => {
      const { users, orgs } = system
      const refuse = { unindexed: 'refuse' } as const
      await users.find({ where: { metadata: { plan: { in: ['pro'] }, seats: { gte: 1 } } }, ...refuse })
      await users.find({ where: { firstName: { contains: 'x' } }, ...refuse })
      await expect(users.find({ where: { or: [{ metadata: { note: 'n' } }] }, ...refuse })).rejects.toMatchObject({
        code: 'invalid_input',
        path: 'where.or.0.metadata.note',
        problem:
          "is not indexed: declare indexed: true for 'note' in defineMetadata, or metadataIndexes: [{ subjectType: 'user', namespace: 'app', path: ['note'] }] in createDirectory",
      })
      const inner = users.find({ where: { metadata: { plan: { at: { a: 1 } } } }, ...refuse })
      await expect(inner).rejects.toMatchObject({ path: 'where.metadata.plan.a' })
      const part = users.find({ where: { metadata: { plan: { contains: 'r' } } }, ...refuse })
      await expect(part).rejects.toMatchObject({ problem: 'is not found by an index: none finds parts of texts' })
      // A key of the same name of another kind is another one.
      await expect(orgs.find({ where: { metadataIn: { app: { plan: 'pro' } } }, ...refuse })).rejects.toMatchObject({
        path: 'where.metadataIn.app.plan',
      })
      expect(warnings).toEqual([])
    })

    it('warns of them whom it is told to, and answers', async () => {
      const where = { metadata: { plan: { suffix: 'o' }, note: 'n' } } as const
      const { items } = await system.users.find({ where, unindexed: 'warn' })
      expect(items.map(({ userId }) => userId)).toEqual(['ada'])
      expect(warnings.map((warning) => [warning.where, warning.reason, warning.index.path])).toEqual([
        ['where.metadata.note', 'undeclared', ['note']],
        ['where.metadata.plan', 'operator', ['plan']],
      ])
      await system.users.find({ where })
      expect(warnings).toHaveLength(2)
    })

    it('explains which index serves which condition, in words of the database', async () => {
      const explained = await system.users.explain({
        where: { orgId: 'acme', metadata: { plan: 'pro', note: 'n' }, firstName: 'Ada' },
      })
      const indexOf = Object.fromEntries(explained.conditions.map((one) => [one.where, one]))
      expect(indexOf['where.metadata.plan']).toMatchObject({
        index: expect.stringContaining('indexed_value'),
        metadataIndex: 'ready',
      })
      expect(indexOf['where.metadata.note']).toMatchObject({ index: undefined, metadataIndex: 'undeclared' })
      expect(indexOf['where.firstName']).toMatchObject({ index: undefined })
      expect(explained.indexes).toContain(indexOf['where.metadata.plan']?.index)
      expect(explained.statement).toMatch(/^select/)
      expect(explained.plan.join('\n')).toContain(indexOf['where.metadata.plan']?.index)

      const named = await system.users.explain({ where: { userId: 'ada', not: { userId: 'x' } } })
      expect(named.conditions).toEqual([
        { where: 'where.not.userId', index: undefined },
        { where: 'where.userId', index: expect.stringMatching(/user/) },
      ])
      const metadata = { plan: 'pro', seats: { exists: false } }
      const turned = await system.users.explain({ where: { metadata, not: { metadata: { plan: 'x' } } } })
      expect(turned.conditions).toEqual([
        { where: 'where.metadata.plan', index: expect.any(String), metadataIndex: 'ready' },
        { where: 'where.metadata.seats', index: undefined, metadataIndex: 'ready' },
        { where: 'where.not.metadata.plan', index: undefined, metadataIndex: 'ready' },
      ])
      const places = [
        await system.orgs.explain({ where: { orgId: 'acme' } }),
        await system.clients.explain({ where: { clientId: 'web' } }),
        await system.orgs.members('acme').explain({ where: { userId: 'ada' } }),
      ]
      for (const { conditions } of places)
        expect(conditions).toEqual([expect.objectContaining({ index: expect.any(String) })])
    })

    it('takes the org of the user that a member is for no column of the member', async () => {
      const { conditions } = await system.orgs.members('acme').explain({ where: { user: { orgId: 'acme' } } })
      expect(conditions).toEqual([{ where: 'where.user.orgId', index: undefined }])
    })

    it('explains to who may read the instance, and asks as the caller would', async () => {
      const cleo = directory.as({ userId: 'cleo', orgId: 'acme' })
      expect((await cleo.users.explain({ where: { userName: 'ada' } })).conditions[0]?.where).toBe('where.userName')
      const ada = directory.as({ userId: 'ada' })
      const denied = ada.users.explain({ where: { userName: 'ada' } })
      await expect(denied).rejects.toMatchObject({ code: 'permission_denied', permission: 'iam.read' })
      await expect(cleo.users.explain({ where: { metadata: { score: 1 } } })).rejects.toMatchObject({
        code: 'permission_denied',
      })
      const explaining = directory.transaction((within) => within.asSystem('test').users.explain())
      await expect(explaining).rejects.toMatchObject({ code: 'storage_unavailable', reason: 'failed' })
    })
  })

  it(`a directory on ${name} says what becomes of unindexed keys, and a query otherwise`, async () => {
    const storage = await open()
    const wrong: readonly object[] = [{ unindexed: 'no' }, { unindexed: 'warn' }]
    for (const options of wrong) {
      await expect(createDirectory({ storage, ...options })).rejects.toMatchObject({ path: 'unindexed' })
    }
    const directory = await createDirectory({ storage, unindexed: 'refuse' })
    const { users } = directory.asSystem('test')
    const where = { metadata: { plan: 'pro' } }
    await expect(users.find({ where })).rejects.toMatchObject({ path: 'where.metadata.plan' })
    expect(await users.find({ where, unindexed: 'allow' })).toEqual({ items: [] })
    await expect(users.find({ where, unindexed: 'warn' })).rejects.toMatchObject({ path: 'unindexed' })
    // Lists are not asked, and nor are the faces, which go by them.
    const filter = { op: 'metadata', namespace: 'app', path: ['plan'], test: { op: 'equals', value: 'pro' } } as const
    expect(await users.list({ filter })).toEqual({ items: [] })
    await directory.close()
  })
}
