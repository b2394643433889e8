import {
  createDirectory,
  type Directory,
  type DirectoryStorage,
  type UpdatedRow,
  type UpdateWhereOptions,
  type UpdateWhereProgress,
  type Where,
  type WhereChange,
} from '@indwell/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import '../../../test/property-seed'

type UserWhere = Where<'user'>
type UserChange = WhereChange<'user'>

export function describeUpdateWhere(name: string, open: () => Promise<DirectoryStorage>, runs: number): void {
  describe(`updateWhere on ${name}`, () => {
    let storage: DirectoryStorage
    let directory: Directory
    /** Done once, before the next commit. */
    let before: (() => Promise<unknown>) | undefined
    /** Done once, behind the next commit. */
    let behind: (() => unknown) | undefined
    let commits = 0
    const system = () => directory.asSystem('test')
    const users = () => system().users

    beforeAll(async () => {
      storage = await open()
      const commit: DirectoryStorage['commit'] = async (instanceId, asked) => {
        const [first, last] = [before, behind]
        before = behind = undefined
        await first?.()
        commits += asked.length
        const outcomes = await storage.commit(instanceId, asked)
        last?.()
        return outcomes
      }
      directory = await createDirectory({ storage: { ...storage, commit } })
    })
    afterAll(() => directory.close())

    /** Users of their own org, with `n` in `app`: 1, 2, 3 … */
    let groups = 0
    async function group(size: number): Promise<{ readonly orgId: string; readonly ids: readonly string[] }> {
      groups += 1
      const orgId = `org-${groups}`
      await system().orgs.create({ orgId, name: orgId })
      const ids = Array.from({ length: size }, (_, index) => `${orgId}-${String(index + 1).padStart(3, '0')}`)
      const create = (userId: string, index: number) =>
        users().createHuman({ userId, orgId, userName: userId, metadata: { app: { n: index + 1 } } })
      await Promise.all(ids.map(create))
      return { orgId, ids }
    }

    const valuesOf = async (ids: readonly string[], key: string) =>
      Promise.all(ids.map(async (id) => (await users().metadata(id).values())[key]))
    const newest = async () => (await storage.readEvents('default', { limit: 1, descending: true }))[0]?.position

    /** What a run told. */
    function told() {
      const progress: UpdateWhereProgress[] = []
      return {
        progress,
        rows: (): readonly UpdatedRow[] => progress.flatMap(({ rows }) => rows),
        onProgress: (one: UpdateWhereProgress) => void progress.push(one),
      }
    }

    it('changes records and metadata of all that match, in one commit, and tells each', async () => {
      const { orgId, ids } = await group(4)
      await users().update(ids[1]!, { nickName: 'N', metadata: { app: { set: { n: 12 } } } })
      const { rows, onProgress } = told()
      commits = 0
      const answer = await users().updateWhere(
        { orgId, metadata: { n: { gte: 2 } } },
        { nickName: 'N', metadata: { app: { increment: { n: 10 } }, crm: { set: { seen: true } } } },
        { onProgress, reason: 'raise' },
      )
      expect(answer).toEqual({ matched: 3, changed: 3, unchanged: 0, failed: 0, failures: [] })
      expect(commits).toBe(1)
      expect(rows()).toEqual([
        { id: ids[1], outcome: 'changed', changed: ['app.n', 'crm.seen'] },
        ...ids.slice(2).map((id) => ({ id, outcome: 'changed', changed: ['nickName', 'app.n', 'crm.seen'] })),
      ])
      expect(await valuesOf(ids, 'n')).toEqual([1, 22, 13, 14])
      const events = await system().events({ subject: { type: 'user', id: ids[3]! }, limit: 10 })
      expect(events.slice(-3).map(({ type, sequence, actor }) => [type, sequence, actor.reason])).toEqual([
        ['user.human.profile.changed', '3', 'raise'],
        ['user.metadata.set', '4', 'raise'],
        ['user.metadata.set', '5', 'raise'],
      ])

      const again = await users().updateWhere({ orgId }, { nickName: 'N' })
      expect(again).toMatchObject({ matched: 4, changed: 1, unchanged: 3 })
      commits = 0
      expect(await users().updateWhere({ orgId }, { nickName: 'N' })).toMatchObject({ changed: 0, unchanged: 4 })
      expect(commits).toBe(0)
    })

    it('stores nothing where one row of one commit is refused, and leaves that row out of batches', async () => {
      const { orgId, ids } = await group(4)
      const robot = `${orgId}-002r`
      await users().createMachine({ userId: robot, orgId, userName: robot, name: 'R' })
      const last = await newest()
      await expect(users().updateWhere({ orgId }, { nickName: 'A' })).rejects.toMatchObject({
        code: 'invalid_state',
        reason: 'user_not_human',
      })
      // Of several that want one name, one gets it.
      await expect(users().updateWhere({ orgId, type: 'human' }, { userName: `${orgId}-x` })).rejects.toMatchObject({
        code: 'already_exists',
        subject: 'user_name',
      })
      expect(await newest()).toBe(last)

      const { progress, onProgress } = told()
      const options = { mode: 'batches', batchSize: 2, onProgress } as const
      expect(await users().updateWhere({ orgId }, { nickName: 'A' }, options)).toEqual({
        matched: 5,
        changed: 4,
        unchanged: 0,
        failed: 1,
        failures: [{ id: robot, outcome: 'failed', changed: [], code: 'invalid_state', problem: expect.any(String) }],
      })
      expect(progress.map(({ matched, failed, rows }) => [matched, failed, rows.length])).toEqual([
        [0, 0, 0],
        [2, 0, 2],
        [4, 1, 2],
        [5, 1, 1],
      ])
      expect(progress.map(({ resumeFrom }) => typeof resumeFrom)).toEqual(['string', 'string', 'string', 'undefined'])
      const named = await users().updateWhere({ orgId, type: 'human' }, { userName: `${orgId}-x` }, options)
      expect(named).toMatchObject({ changed: 1, failed: 3 })
      expect(await users().get(ids[0]!)).toMatchObject({ nickName: 'A', userName: `${orgId}-x` })
    })

    it('refuses more rows in one commit than 500', async () => {
      const orgId = 'large'
      await system().orgs.create({ orgId, name: orgId })
      const ids = Array.from({ length: 501 }, (_, index) => `large-${index}`)
      await Promise.all(ids.map((clientId) => system().clients.create({ clientId, orgId, name: 'Shop' })))
      const { clients } = system()
      const last = await newest()
      await expect(clients.updateWhere({ orgId }, { name: 'Store' })).rejects.toMatchObject({
        code: 'limit_exceeded',
        limitName: 'update_where.rows',
        limit: 500,
      })
      expect(await newest()).toBe(last)
      const options = { mode: 'batches', batchSize: 500 } as const
      expect(await clients.updateWhere({ orgId }, { name: 'Store' }, options)).toMatchObject({ changed: 501 })
      const store = { orgId, name: 'Store', clientId: { lt: 'large-200' } }
      expect(await clients.updateWhere(store, { metadata: { client: { set: { a: 1 } } } })).toMatchObject({ failed: 0 })
    })

    it('changes no row that was changed meanwhile so that it matches no more, and loses no write of others', async () => {
      const { orgId, ids } = await group(3)
      for (const mode of ['atomic', 'batches'] as const) {
        const changed = users().metadata(ids[mode === 'atomic' ? 0 : 1]!)
        before = () => changed.apply({ set: { left: true }, increment: { n: 100 } })
        const where = { orgId, metadata: { left: { exists: false } } } as const
        await users().updateWhere(where, { metadata: { app: { increment: { n: 10 } } } }, { mode })
      }
      expect(await valuesOf(ids, 'n')).toEqual([101, 112, 23])
      // Memberships are part of a question as well, though they write nothing to the user.
      before = () => system().orgs.members(orgId).add({ userId: ids[0]!, roles: [] })
      const none = { orgId, memberships: { none: {} } } as const
      expect(await users().updateWhere(none, { nickName: 'none' })).toMatchObject({ matched: 2 })
    })

    it('counts every increment once while others write to the same rows', async () => {
      const { orgId, ids } = await group(6)
      const one = { metadata: { app: { increment: { n: 1 } } } }
      const others = async () => {
        for (let round = 0; round < 5; round += 1) {
          await Promise.all(ids.map((id) => users().metadata(id).increment('n')))
        }
      }
      await Promise.all([
        others(),
        users().updateWhere({ orgId }, one, { mode: 'batches', batchSize: 2 }),
        users().updateWhere({ orgId }, one),
      ])
      expect(await valuesOf(ids, 'n')).toEqual([8, 9, 10, 11, 12, 13])
    })

    it('goes on where it was killed, in another process, and does no batch twice', async () => {
      const { orgId, ids } = await group(7)
      const change = { metadata: { app: { increment: { n: 100 } } } }
      const rows: UpdatedRow[] = []
      let resumeFrom: string | undefined
      const run = async (killAt: number): Promise<boolean> => {
        let left = killAt
        const unlessKilled = () => {
          if (left === 0) throw new Error('killed')
        }
        const other = await createDirectory({
          storage: {
            ...storage,
            load(instanceId, reads) {
              unlessKilled()
              return storage.load(instanceId, reads)
            },
            async commit(instanceId, asked) {
              const outcomes = await storage.commit(instanceId, asked)
              left -= 1
              // Stored, but nobody hears of it.
              unlessKilled()
              return outcomes
            },
          },
        })
        const options: UpdateWhereOptions = {
          mode: 'batches',
          batchSize: 2,
          resumeFrom,
          onProgress(progress) {
            rows.push(...progress.rows)
            resumeFrom = progress.resumeFrom
          },
        }
        try {
          expect(await other.asSystem('run').users.updateWhere({ orgId }, change, options)).toMatchObject({
            matched: 7,
            changed: 7,
          })
          return true
        } catch (error) {
          expect(error).toEqual(new Error('killed'))
          return false
        }
      }
      let kills = 0
      while (!(await run(1 + (kills % 2)))) kills += 1
      expect(kills).toBeGreaterThan(2)
      expect(await valuesOf(ids, 'n')).toEqual([101, 102, 103, 104, 105, 106, 107])
      expect(rows.map(({ id }) => id)).toEqual(ids)
    })

    it('ends between two batches when it is given up, and says from where to go on', async () => {
      const { orgId, ids } = await group(4)
      const controller = new AbortController()
      let resumeFrom: string | undefined
      const change = { metadata: { app: { set: { n: 0 } } } }
      const options = { mode: 'batches', batchSize: 1 } as const
      const run = users().updateWhere({ orgId }, change, {
        ...options,
        signal: controller.signal,
        onProgress(progress) {
          resumeFrom = progress.resumeFrom
          if (progress.changed === 2) controller.abort(new Error('enough'))
        },
      })
      await expect(run).rejects.toThrow('enough')
      expect(await valuesOf(ids, 'n')).toEqual([0, 0, 3, 4])
      expect(await users().updateWhere({ orgId }, change, { ...options, resumeFrom })).toMatchObject({ changed: 4 })
      expect(await valuesOf(ids, 'n')).toEqual([0, 0, 0, 0])
    })

    it('does it once under an idempotency key', async () => {
      const { orgId, ids } = await group(2)
      const change = { metadata: { app: { increment: { n: 1 } } } }
      const options = { idempotencyKey: `once-${orgId}` }
      const first = await users().updateWhere({ orgId }, change, options)
      expect(await users().updateWhere({ orgId }, change, options)).toEqual(first)
      expect(await valuesOf(ids, 'n')).toEqual([2, 3])
    })

    it('changes what the caller may see and write, and refuses who may do neither', async () => {
      const [own, other] = [await group(3), await group(1)]
      const [owner, plain] = own.ids
      await system()
        .orgs.members(own.orgId)
        .add({ userId: owner!, roles: ['ORG_OWNER'] })
      const change = { nickName: 'seen' }
      const everywhere = directory.as({ userId: owner!, across: 'orgs' })
      const both = { orgId: { in: [own.orgId, other.orgId] } }
      for (const caller of [directory.as({ userId: owner! }), everywhere]) {
        expect(await caller.users.updateWhere(both, change)).toMatchObject({ matched: 3 })
      }
      for (const mode of ['atomic', 'batches'] as const) {
        const stranger = directory.as({ userId: plain! })
        for (const of of [stranger.users, stranger.orgs, stranger.clients]) {
          const refused = of.updateWhere({}, { metadata: { app: { set: { a: 1 } } } }, { mode })
          await expect(refused).rejects.toMatchObject({ code: 'permission_denied' })
        }
      }
      const orgs = await system().orgs.updateWhere(both, { metadata: { org: { set: { a: 1 } } } })
      expect(orgs).toMatchObject({ matched: 2, changed: 2 })
    })

    const refused: readonly (readonly [object, object, object, string])[] = [
      [{ nothing: 1 }, { nickName: 'a' }, {}, 'where.nothing'],
      [{ userName: undefined }, { nickName: 'a' }, {}, 'where.userName'],
      [{}, {}, {}, 'change'],
      [{}, JSON.parse('{"__proto__":{}}'), {}, '__proto__'],
      [{}, { nickName: 7 }, {}, 'nickName'],
      [{}, { nickname: 'a' }, {}, 'nickname'],
      [{}, { nickName: 'a\0' }, {}, 'nickName'],
      [{}, { emailCode: 'return' }, {}, 'emailCode'],
      [{}, { metadata: { app: { increment: { n: Number.NaN } } } }, {}, 'n'],
      [{}, { metadata: { app: { sets: {} } } }, {}, 'sets'],
      [{}, { metadata: { 'No Name': { set: { a: 1 } } } }, {}, 'namespace'],
      [{}, { metadata: { app: null } }, {}, ''],
      [{}, { nickName: 'a' }, { mode: 'some' }, 'mode'],
      [{}, { nickName: 'a' }, { batch: 1 }, 'batch'],
      [{}, { nickName: 'a' }, { batchSize: 10 }, 'batchSize'],
      [{}, { nickName: 'a' }, { mode: 'batches', batchSize: 501 }, 'batchSize'],
      [{}, { nickName: 'a' }, { mode: 'batches', batchSize: 0.5 }, 'batchSize'],
      [{}, { nickName: 'a' }, { mode: 'batches', idempotencyKey: 'k' }, 'idempotencyKey'],
      [{}, { nickName: 'a' }, { mode: 'batches', resumeFrom: 'x' }, 'resumeFrom'],
      [{}, { nickName: 'a' }, { mode: 'batches', resumeFrom: '' }, 'resumeFrom'],
      [{}, { nickName: 'a' }, { reason: '\ud800' }, 'reason'],
    ]
    it.each(refused)('refuses %o, %o, %o', async (where, change, options, path) => {
      const last = await newest()
      await expect(users().updateWhere(where, change as UserChange, options)).rejects.toMatchObject({
        code: 'invalid_input',
        path,
      })
      expect(await newest()).toBe(last)
    })

    it('goes on with nothing but the same question and change, as long as it can know what was done', async () => {
      let now = Date.now()
      const timed = await createDirectory({ storage, clock: () => now, idempotencyWindowMs: 1000 })
      let resumeFrom: string | undefined
      const onProgress = (progress: UpdateWhereProgress) => {
        resumeFrom ??= progress.resumeFrom
      }
      const run = (where: UserWhere, nickName: string, from?: string) =>
        timed.asSystem('t').users.updateWhere(where, { nickName }, { mode: 'batches', onProgress, resumeFrom: from })
      await run({ userName: 'nobody' }, 'a')
      const invalid = { code: 'invalid_input', path: 'resumeFrom' }
      await expect(run({ userName: 'nobody' }, 'b', resumeFrom)).rejects.toMatchObject(invalid)
      await expect(run({ userName: 'no one' }, 'a', resumeFrom)).rejects.toMatchObject(invalid)
      expect(await run({ userName: 'nobody' }, 'a', resumeFrom)).toMatchObject({ matched: 0 })
      now += 1000
      await expect(run({ userName: 'nobody' }, 'a', resumeFrom)).rejects.toMatchObject(invalid)
    })

    it('tells before what it would do, and stores nothing of it', async () => {
      const change = fc.record<UserChange>(
        {
          nickName: fc.constantFrom('a', null),
          userName: fc.constantFrom('taken', 'free'),
          metadata: fc.record({
            app: fc.record(
              {
                set: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom(1, 2), { maxKeys: 2 }),
                increment: fc.constant({ n: 1 }),
                rename: fc.constant({ n: 'm' }),
              },
              { requiredKeys: [] },
            ),
          }),
        },
        { requiredKeys: ['metadata'] },
      )
      const where = fc.constantFrom<UserWhere>({}, { metadata: { n: { gt: 1 } } }, { type: 'human' })
      const mode = fc.constantFrom('atomic' as const, 'batches' as const)
      await fc.assert(
        fc.asyncProperty(where, change, mode, async (where, change, mode) => {
          const { orgId, ids } = await group(3)
          await users().createMachine({ userId: `${orgId}-m`, orgId, userName: `${orgId}-taken`, name: 'M' })
          await users().metadata(ids[0]!).set({ a: 1, n: 'text' })
          const { userName } = change
          const done = { ...change, ...(userName !== undefined && { userName: `${orgId}-${userName}` }) }
          const of = { and: [{ orgId }, where] }
          const run = async (dryRun: boolean) => {
            const { rows, onProgress } = told()
            const options = { mode, onProgress, dryRun } as const
            const answer = await users()
              .updateWhere(of, done, options)
              .catch(({ code, path, subject, reason }) => ({ code, path, subject, reason }))
            return { answer, rows: rows() }
          }
          const last = await newest()
          const rehearsed = await run(true)
          expect(await newest()).toBe(last)
          expect(await run(false)).toEqual(rehearsed)
        }),
        { numRuns: runs },
      )
    })
  })
}
