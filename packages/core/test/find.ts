import {
  type ActingDirectory,
  createDirectory,
  type Directory,
  type DirectoryStorage,
  type FindQuery,
  type FoundMany,
  type OrderBy,
  type Where,
} from '@indwell/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import '../../../test/property-seed'

export type UserWhere = Where<'user'>

/** All pages of a query, one after the other; `between` is done before each but the first. */
async function pagesOf(users: ActingDirectory['users'], query: FindQuery<'user'>, between = async () => {}) {
  const ids: string[] = []
  for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
    if (!first) await between()
    const page = await users.find({ ...query, after })
    ids.push(...page.items.map(({ userId }) => userId))
    after = page.next
  }
  return ids
}

const mapped = <T>({ found, missing }: FoundMany<T>, idOf: (one: T) => string) => [found.map(idOf), missing]

export function describeFind(name: string, open: () => Promise<DirectoryStorage>, runs: number): void {
  describe(`getMany on ${name}`, () => {
    let directory: Directory
    let loads = 0
    beforeAll(async () => {
      const storage = await open()
      const load: DirectoryStorage['load'] = (instanceId, reads) => {
        loads += 1
        return storage.load(instanceId, reads)
      }
      directory = await createDirectory({ storage: { ...storage, load } })
      const { users, orgs, clients } = directory.asSystem('test')
      for (const orgId of ['acme', 'umbrella']) {
        await orgs.create({ orgId, name: orgId })
        for (const index of [1, 2]) {
          await users.createHuman({ userId: `${orgId}-${index}`, orgId, userName: `${orgId}-${index}` })
          await clients.create({ clientId: `${orgId}-${index}`, orgId, name: 'Shop' })
        }
      }
      await orgs.members('acme').add({ userId: 'acme-1', roles: ['ORG_OWNER'] })
    })
    afterAll(() => directory.close())

    it('answers in the order of the ids, names those that are missing, and asks the storage once', async () => {
      const { users, orgs, clients } = directory.asSystem('test')
      const ids = ['umbrella-1', 'nobody', 'acme-2', 'acme-1', 'acme-2', '']
      for (const ask of [
        async () => mapped(await users.getMany(ids), ({ userId }) => userId),
        async () => mapped(await clients.getMany(ids), ({ clientId }) => clientId),
      ]) {
        loads = 0
        expect(await ask()).toEqual([
          ['umbrella-1', 'acme-2', 'acme-1', 'acme-2'],
          ['nobody', ''],
        ])
        expect(loads).toBe(1)
      }
      loads = 0
      expect(mapped(await orgs.getMany(['umbrella', 'x', 'acme']), ({ orgId }) => orgId)).toEqual([
        ['umbrella', 'acme'],
        ['x'],
      ])
      expect(loads).toBe(1)
      loads = 0
      const many = Array.from({ length: 1000 }, (_, index) => `none-${index}`)
      expect((await users.getMany(many)).missing).toEqual(many)
      expect(loads).toBeLessThanOrEqual(2)
      expect(await users.getMany([])).toEqual({ found: [], missing: [] })
    })

    it('shows nobody more than its reads do: what may not be seen is missing', async () => {
      const caller = directory.as({ userId: 'acme-1', across: 'orgs' })
      const ids = ['umbrella-1', 'acme-2']
      expect(mapped(await caller.users.getMany(ids), ({ userId }) => userId)).toEqual([['acme-2'], ['umbrella-1']])
      expect(mapped(await caller.clients.getMany(ids), ({ clientId }) => clientId)).toEqual([
        ['acme-2'],
        ['umbrella-1'],
      ])
      expect(mapped(await caller.orgs.getMany(['umbrella', 'acme']), ({ orgId }) => orgId)).toEqual([
        ['acme'],
        ['umbrella'],
      ])
      const stranger = directory.as({ userId: 'umbrella-1' })
      for (const of of [stranger.users, stranger.orgs, stranger.clients]) {
        await expect(of.getMany(['acme'])).rejects.toMatchObject({ code: 'permission_denied' })
      }
    })

    it('refuses what is no list of ids, by its place', async () => {
      const { users } = directory.asSystem('test')
      // @ts-expect-error no list
      await expect(users.getMany('acme-1')).rejects.toMatchObject({ code: 'invalid_input', path: 'ids' })
      // @ts-expect-error no text
      await expect(users.getMany(['acme-1', 7])).rejects.toMatchObject({ code: 'invalid_input', path: 'ids.1' })
      await expect(users.getMany(['\0'])).rejects.toMatchObject({ code: 'invalid_input', path: 'ids.0' })
      const tooMany = users.getMany(Array(1001).fill('acme-1'))
      await expect(tooMany).rejects.toMatchObject({ code: 'limit_exceeded', limitName: 'ids' })
    })
  })

  describe(`users.find on ${name}`, () => {
    let directory: Directory
    let system: ActingDirectory
    let now = 1000
    beforeAll(async () => {
      directory = await createDirectory({ storage: await open(), clock: () => now })
      system = directory.asSystem('test')
      await system.orgs.create({ orgId: 'acme', name: 'Acme' })
      await system.orgs.create({ orgId: 'umbrella', name: 'Umbrella' })
      const create = async (
        userId: string,
        app: Record<string, string | number | boolean | null | object>,
        rest: { firstName?: string; email?: string; orgId?: string } = {},
      ) => {
        now += 1000
        const metadata = { app: JSON.parse(JSON.stringify(app)) }
        await system.users.createHuman({ userId, orgId: 'acme', userName: userId, metadata, ...rest })
      }
      await create(
        'ada',
        { plan: 'pro', seats: 5, tags: ['early', 'paying'] },
        { firstName: 'Ada', email: 'ADA@x.org' },
      )
      await create('bob', { plan: 'free', seats: 9, marks: [1, 20], nothing: null }, { firstName: 'Bob' })
      await create('cleo', { plan: 'team', address: { city: 'Oslo', zip: null } }, { email: 'cleo@y.org' })
      await create('dan', { plan: 7, '100%': true, on: false }, { orgId: 'umbrella', firstName: 'Dan%' })
      await system.users.metadata('dan', 'other').set({ plan: 'pro' })
      await system.users.lock('bob')
      await system.orgs.members('umbrella').add({ userId: 'ada', roles: [] })
    })
    afterAll(() => directory.close())

    const all = ['ada', 'bob', 'cleo', 'dan']
    const except = (...ids: string[]) => all.filter((id) => !ids.includes(id))
    const cases: readonly (readonly [where: UserWhere, ids: readonly string[]])[] = [
      [{}, all],
      [{ userName: 'ada' }, ['ada']],
      [{ userName: { in: ['ada', 'dan', 'nobody'] } }, ['ada', 'dan']],
      [{ userName: { in: [] } }, []],
      [{ userName: { in: ['ADA', 'Dan'], ignoreCase: true } }, ['ada', 'dan']],
      [{ userName: { prefix: 'c' } }, ['cleo']],
      [{ userName: { gte: 'b', lt: 'cleo' } }, ['bob']],
      [{ userName: { gt: 'b', lte: 'cleo', contains: 'l' } }, ['cleo']],
      [{ firstName: { suffix: '%' } }, ['dan']],
      [{ firstName: null }, ['cleo']],
      [{ firstName: { exists: true } }, except('cleo')],
      [{ firstName: { exists: false } }, ['cleo']],
      [{ not: { firstName: { prefix: 'A' } } }, except('ada')],
      [{ email: { eq: 'ada@X.org', ignoreCase: true } }, ['ada']],
      [{ emailVerified: false, email: { suffix: '.org' } }, ['ada', 'cleo']],
      [{ state: 'locked' }, ['bob']],
      [{ state: { in: ['active'] } }, except('bob')],
      [{ createdAt: { gt: new Date(2000), lte: 4000 } }, ['bob', 'cleo']],
      [{ createdAt: { in: [2000, new Date(3000)] } }, ['ada', 'bob']],
      [{ updatedAt: { gte: 5000 } }, ['bob', 'dan']],
      [{ or: [{ userName: 'ada' }, { orgId: 'umbrella' }] }, ['ada', 'dan']],
      [{ or: [] }, []],
      [{ and: [] }, all],
      [{ and: [{ orgId: 'acme' }, { not: { userName: 'ada' } }] }, ['bob', 'cleo']],
      [{ memberships: { some: { orgId: 'umbrella' } } }, ['ada']],
      [{ memberships: { some: {} } }, ['ada']],
      [{ memberships: { none: {} } }, except('ada')],
      [{ metadata: { plan: 'pro' } }, ['ada']],
      [{ metadata: { plan: { in: ['pro', 'team', 7] } } }, except('bob')],
      [{ metadata: { plan: { in: [] } } }, []],
      [{ metadata: { plan: { prefix: 'FR', ignoreCase: true } } }, ['bob']],
      [{ metadata: { plan: { exists: true } } }, all],
      [{ metadata: { plan: { gt: 'a' } } }, except('dan')],
      [{ metadata: { seats: { gte: 5, lt: 9 } } }, ['ada']],
      [{ metadata: { seats: { gte: 5 }, plan: 'free' } }, ['bob']],
      [{ metadata: { tags: { has: 'early' } } }, ['ada']],
      [{ metadata: { tags: 'paying' } }, ['ada']],
      [{ metadata: { tags: { contains: 'ear' } } }, ['ada']],
      // One item has to be in the range, not one above its lower end and another below its upper end.
      [{ metadata: { marks: { gte: 2, lte: 19 } } }, []],
      [{ metadata: { marks: { gte: 2, lte: 20 } } }, ['bob']],
      [{ metadata: { nothing: { exists: true } } }, []],
      [{ metadata: { nothing: { exists: false } } }, all],
      [{ metadata: { address: { at: { city: 'Oslo', zip: { exists: false } } } } }, ['cleo']],
      [{ metadata: { address: { exists: true } } }, ['cleo']],
      [{ metadata: { '100%': true, on: false } }, ['dan']],
      [{ metadataIn: { other: { plan: 'pro' } } }, ['dan']],
      [{ not: { metadata: { plan: 'pro' } } }, except('ada')],
    ]
    it.each(cases.map(([where, ids]) => [JSON.stringify(where), where, ids] as const))('finds by %s', async (...c) => {
      const [, where, ids] = c
      expect(await pagesOf(system.users, { where, limit: 1 })).toEqual(ids)
    })

    it('orders by several members, null smallest, ties by id, over any pages', async () => {
      const orders: readonly (readonly [OrderBy<'user'> | OrderBy<'user'>[], readonly string[]])[] = [
        [{ createdAt: 'desc' }, ['dan', 'cleo', 'bob', 'ada']],
        [{ userId: 'desc' }, ['dan', 'cleo', 'bob', 'ada']],
        [{ email: 'asc' }, ['bob', 'dan', 'ada', 'cleo']],
        [{ email: 'desc' }, ['cleo', 'ada', 'bob', 'dan']],
        [
          [{ orgId: 'desc' }, { email: 'desc' }],
          ['dan', 'cleo', 'ada', 'bob'],
        ],
        [
          [{ email: 'asc' }, { userName: 'desc' }],
          ['dan', 'bob', 'ada', 'cleo'],
        ],
      ]
      for (const [orderBy, ids] of orders) {
        for (const limit of [1, 2, 3, 4]) expect(await pagesOf(system.users, { orderBy, limit })).toEqual(ids)
      }
    })

    it('says on no last page that there is another', async () => {
      expect(await system.users.find({ limit: 4 })).not.toHaveProperty('next')
      expect(await system.users.find({ limit: 3 })).toHaveProperty('next')
      expect(await system.users.find({ where: { userName: 'nobody' } })).toEqual({ items: [] })
    })

    it('shows a caller what its lists show it', async () => {
      const ada = directory.as({ userId: 'ada', across: 'orgs' })
      expect(await pagesOf(ada.users, { limit: 1 })).toEqual(['ada'])
      await expect(directory.as({ userId: 'ada' }).users.find()).rejects.toMatchObject({ code: 'permission_denied' })
    })

    it('takes a cursor for its own query alone, whatever the order of the members of that', async () => {
      const query = { where: { userName: { gt: 'a' }, orgId: 'acme' }, limit: 1 } as const
      const { next } = await system.users.find(query)
      const after = String(next)

      const page = await system.users.find({ where: { orgId: 'acme', userName: { gt: 'a' } }, limit: 2, after })
      expect(page.items.map(({ userId }) => userId)).toEqual(['bob', 'cleo'])
      for (const other of [
        { where: { userName: { gt: 'b' }, orgId: 'acme' } },
        { ...query, orderBy: { userName: 'asc' } },
      ] as const) {
        await expect(system.users.find({ ...other, after })).rejects.toMatchObject({
          code: 'invalid_input',
          path: 'after',
        })
      }
      const forged = (...position: unknown[]) => {
        const [print] = JSON.parse(Buffer.from(after, 'base64url').toString()) as [string]
        return Buffer.from(JSON.stringify([print, ...position])).toString('base64url')
      }
      for (const cursor of [
        '',
        'x',
        '%',
        'bnVsbA',
        'A'.repeat(30_000),
        forged(),
        forged(1),
        forged(null),
        forged('a', 'b'),
      ]) {
        const refused = system.users.find({ ...query, after: cursor })
        await expect(refused).rejects.toMatchObject({ path: 'after', problem: expect.stringContaining('cursor') })
      }
      expect((await system.users.find({ ...query, after: forged('\0') })).items).toBeDefined()
    })

    it('neither repeats nor loses who stays, whatever comes, goes and moves between pages', async () => {
      const change = fc.record({
        verb: fc.constantFrom('create', 'delete', 'rename'),
        index: fc.nat(11),
        mark: fc.constantFrom('0', '4', '9'),
      })
      let run = 0
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(change, { maxLength: 3 }), { minLength: 1, maxLength: 8 }),
          fc.integer({ min: 1, max: 4 }),
          fc.constantFrom<readonly OrderBy<'user'>[]>(
            [],
            [{ userId: 'desc' }],
            [{ nickName: 'asc' }],
            [{ nickName: 'desc' }],
            [{ nickName: 'asc' }, { createdAt: 'desc' }],
            [{ createdAt: 'desc' }],
          ),
          async (batches, limit, orderBy) => {
            run += 1
            const orgId = `org-${run}`
            await system.orgs.create({ orgId, name: orgId })
            const ids = Array.from({ length: 12 }, (_, index) => `${orgId}-${String(index).padStart(2, '0')}`)
            for (const [index, userId] of ids.entries()) {
              now += index % 3
              await system.users.createHuman({ userId, orgId, userName: userId })
              if (index % 2 === 0) await system.users.update(userId, { nickName: String(index % 5) })
            }
            const touched = new Set<string>()
            const left = [...batches]
            const found = await pagesOf(system.users, { where: { orgId }, orderBy, limit }, async () => {
              for (const [place, { verb, index, mark }] of (left.shift() ?? []).entries()) {
                const userId = ids[index]!
                now += 1
                if (verb === 'create') {
                  const newId = `${orgId}-${mark}${left.length}${place}`
                  touched.add(newId)
                  await system.users.createHuman({ userId: newId, orgId, userName: newId, nickName: mark })
                } else if (!touched.has(userId)) {
                  touched.add(userId)
                  if (verb === 'delete') await system.users.delete(userId)
                  else await system.users.update(userId, { nickName: mark === '4' ? null : mark })
                }
              }
            })
            const untouched = (list: readonly string[]) => list.filter((userId) => !touched.has(userId))
            expect(untouched(found).sort()).toEqual(untouched(ids))
          },
        ),
        { numRuns: runs },
      )
    })
  })
}
