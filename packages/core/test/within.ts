import { type DirectoryStorage, isDirectoryError, type JoinedDirectory } from '@indwell/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expectWhole } from './replay'
import { createWorld, type World } from './world'

/** The host's own way to its database, which has tables of ours and of its own. */
export interface Host {
  readonly storage: DirectoryStorage
  /** Whether the people are in the storage already. Default false. */
  readonly isFilled?: boolean
  /** Runs SQL without parameters, outside of transactions, and answers rows. */
  run(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  begin(): Promise<HostTransaction>
  close(): Promise<unknown>
}

export interface HostTransaction {
  /** What is handed to `within`. */
  readonly handle: unknown
  run(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  commit(): Promise<unknown>
  rollback(): Promise<unknown>
}

const invoices = 'create table invoice (number text primary key)'

const human = (userId: string) => ({ userId, orgId: 'acme', userName: userId })
const notOpen = { code: 'transaction_failed', reason: 'not_open' }

/** What holds within any transaction of a host. */
export function describeWithin(name: string, open: () => Promise<Host>): void {
  describe(`within ${name}`, () => {
    let host: Host
    let world: World
    let told: string[]
    let sent: string[]
    beforeEach(async () => {
      host = await open()
      sent = []
      world = await createWorld({
        storage: host.storage,
        isFilled: host.isFilled ?? false,
        sendCode: ({ to }) => void sent.push(to),
      })
      await host.run(invoices)
      told = []
      world.directory.on('*', ({ type, aggregate }) => void told.push(`${type} ${aggregate.id}`))
    })
    afterEach(() => host.close())

    const numbers = async (table: string) =>
      (await host.run(`select number from ${table} order by number`)).map((row) => row.number)
    const isThere = async (userId: string) => (await world.system.users.getOrUndefined(userId)) !== undefined
    const join = async () => {
      const transaction = await host.begin()
      return { transaction, joined: world.directory.within(transaction.handle) }
    }
    const asSystem = (joined: Pick<JoinedDirectory, 'asSystem'>) => joined.asSystem('host')

    it('who is erased leaves nothing in the log if it commits, and all of it if not', async () => {
      await world.system.users.update('bob', { nickName: 'Robby' })
      await world.system.users.update('eve', { nickName: 'Evita' })
      told.length = 0
      for (const end of ['rollback', 'commit'] as const) {
        const before = await world.feed()
        const { transaction, joined } = await join()
        const { users } = asSystem(joined)
        await users.createHuman({ ...human('carl'), nickName: 'Charly' })
        await users.erase('carl')
        await users.erase('bob')
        await users.anonymise('eve')
        expect(await users.getOrUndefined('bob')).toBeUndefined()
        expect((await users.history('bob')).map(({ type }) => type)).toEqual(['user.erased'])
        await transaction[end]()

        if (end === 'rollback') {
          expect(await joined.announce()).toBe(0)
          expect(await world.feed()).toEqual(before)
        } else {
          await joined.announce()
          // Of the creation nothing is left to tell of.
          expect(told).not.toContain('user.human.added carl')
          expect(told).toEqual(expect.arrayContaining(['user.erased carl', 'user.erased bob', 'user.anonymised eve']))
          expect(JSON.stringify(await world.feed())).not.toMatch(/Robby|Charly|Evita/)
          await expectWhole(host.storage, world.directory.instanceId)
        }
      }
    })

    it('what is written commits with the rows of the host, and is told of when the host says so', async () => {
      const { transaction, joined } = await join()
      await transaction.run(`insert into invoice (number) values ('before')`)
      const { users } = asSystem(joined)
      await users.createHuman({ ...human('carl'), email: 'carl@acme.example' })
      await transaction.run(`insert into invoice (number) values ('after')`)
      await users.metadata('carl').set({ plan: 'pro' })
      expect(await users.metadata('carl').values()).toEqual({ plan: 'pro' })
      expect((await users.list({ filter: { op: 'equals', field: 'userName', value: 'carl' } })).items).toHaveLength(1)
      expect(told).toEqual([])
      await transaction.commit()

      expect(told).toEqual([])
      expect(await isThere('carl')).toBe(true)
      expect(await joined.announce()).toBe(3)

      expect(told).toEqual(['user.human.added carl', 'user.human.email.code.added carl', 'user.metadata.set carl'])
      await expect.poll(() => sent).toEqual(['carl@acme.example'])
      expect(await joined.announce()).toBe(0)
      expect(told).toHaveLength(3)
      expect(await numbers('invoice')).toEqual(['after', 'before'])
    })

    it('what is written goes with the rows of the host, and nobody is told', async () => {
      const before = await world.feed()
      const { transaction, joined } = await join()
      await transaction.run(`insert into invoice (number) values ('1')`)
      await asSystem(joined).users.createHuman({ ...human('carl'), email: 'carl@acme.example' })
      await asSystem(joined).users.metadata('bob').set({ plan: 'pro' })
      await transaction.rollback()

      expect(await joined.announce()).toBe(0)
      // Gets the numbers that the others had.
      await world.system.users.createHuman(human('dora'))
      expect(await joined.announce()).toBe(0)

      expect(told).toEqual(['user.human.added dora'])
      expect(sent).toEqual([])
      expect(await numbers('invoice')).toEqual([])
      expect(await isThere('carl')).toBe(false)
      expect(await world.system.users.metadata('bob').values()).toEqual({})
      expect((await world.feed()).slice(0, -1)).toEqual(before)
    })

    it('a call that is refused changes nothing and leaves the transaction as it was', async () => {
      const { transaction, joined } = await join()
      const { users } = asSystem(joined)
      await transaction.run(`insert into invoice (number) values ('1')`)
      await users.createHuman(human('carl'))
      await expect(users.createHuman({ ...human('dora'), userName: 'CARL' })).rejects.toMatchObject({
        code: 'already_exists',
      })
      await expect(users.createHuman(human('bob'))).rejects.toMatchObject({ code: 'already_exists' })
      await expect(users.update('nobody', { firstName: 'N' })).rejects.toMatchObject({ code: 'not_found' })
      await expect(users.update('carl', { firstName: '' })).rejects.toMatchObject({ code: 'invalid_input' })
      await expect(users.lock('carl').then(() => users.lock('carl'))).rejects.toMatchObject({ code: 'invalid_state' })
      const stale = { ifVersion: '1' }
      await expect(users.update('carl', { firstName: 'C' }, stale)).rejects.toMatchObject({ code: 'version_conflict' })
      await expect(joined.as({ userId: 'eve' }).users.lock('bob')).rejects.toMatchObject({ code: 'permission_denied' })
      await transaction.run(`insert into invoice (number) values ('2')`)
      await transaction.commit()
      await joined.announce()

      expect(await numbers('invoice')).toEqual(['1', '2'])
      expect(await isThere('carl')).toBe(true)
      expect(told).toEqual(['user.human.added carl', 'user.locked carl'])
    })

    it('permissions that were granted there count there', async () => {
      const { transaction, joined } = await join()
      await expect(joined.as({ userId: 'bob' }).users.lock('robot')).rejects.toMatchObject({
        code: 'permission_denied',
      })
      await asSystem(joined)
        .orgs.members('acme')
        .update('bob', { roles: ['ORG_OWNER'] })
      await joined.as({ userId: 'bob' }).users.lock('robot')
      await transaction.rollback()

      expect(await world.bob.checkPermission('user.write')).toMatchObject({ allowed: false })
    })

    it('calls that are made at once take turns', async () => {
      const { transaction, joined } = await join()
      const { users } = asSystem(joined)
      const again = asSystem(world.directory.within(transaction.handle))
      await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          n % 4 === 3
            ? expect(users.createHuman(human('bob'))).rejects.toMatchObject({ code: 'already_exists' })
            : (n % 2 === 0 ? users : again.users).metadata('bob').set({ [`key${n}`]: n }),
        ),
      )
      await transaction.commit()

      expect(Object.keys(await world.system.users.metadata('bob').values())).toHaveLength(15)
      const sequences = (await world.feed()).filter(({ aggregate }) => aggregate.id === 'bob').map((e) => e.sequence)
      expect(sequences).toEqual(sequences.map((_, place) => String(place + 1)))
    })

    it('a nested transaction that throws takes its own along, and leaves what was there before', async () => {
      const { transaction, joined } = await join()
      await asSystem(joined).users.createHuman(human('carl'))
      const broken = joined.transaction(async (inner) => {
        await asSystem(inner).users.createHuman(human('dora'))
        await transaction.run(`insert into invoice (number) values ('inner')`)
        await inner.transaction(async (innermost) => {
          await asSystem(innermost).users.createHuman(human('emil'))
        })
        throw new Error('the host changed its mind')
      })
      await expect(broken).rejects.toThrow('the host changed its mind')
      const kept = await joined.transaction(async (inner) => {
        await asSystem(inner).users.createHuman(human('fred'))
        const gone = inner.transaction(async (innermost) => {
          await asSystem(innermost).users.createHuman(human('gina'))
          await asSystem(innermost).users.createHuman(human('gina'))
        })
        await expect(gone).rejects.toMatchObject({ code: 'already_exists' })
        return 'kept'
      })
      expect(kept).toBe('kept')
      await asSystem(joined).users.createHuman(human('hugo'))
      await transaction.commit()
      await joined.announce()

      expect(told).toEqual(['carl', 'fred', 'hugo'].map((id) => `user.human.added ${id}`))
      expect(await Promise.all(['carl', 'dora', 'emil', 'fred', 'gina', 'hugo'].map(isThere))).toEqual(
        [true, false, false, true, false, true], //
      )
      expect(await numbers('invoice')).toEqual([])
    })

    it('the outer one is not to be called while a nested one is under way, nor a nested one that has ended', async () => {
      const { transaction, joined } = await join()
      let ended = joined as Pick<JoinedDirectory, 'asSystem'>
      await joined.transaction(async (inner) => {
        ended = inner
        const nestedOpen = { code: 'transaction_failed', reason: 'nested_open' }
        await expect(asSystem(joined).users.get('bob')).rejects.toMatchObject(nestedOpen)
        await expect(asSystem(joined).users.lock('bob')).rejects.toMatchObject(nestedOpen)
        await expect(joined.transaction(async () => {})).rejects.toMatchObject(nestedOpen)
      })
      await expect(asSystem(ended).users.get('bob')).rejects.toMatchObject(notOpen)
      await asSystem(joined).users.lock('bob')
      await transaction.commit()
      expect((await world.system.users.get('bob')).state).toBe('locked')
    })

    it('says so where the transaction has ended', async () => {
      for (const end of ['commit', 'rollback'] as const) {
        const { transaction, joined } = await join()
        await asSystem(joined).users.metadata('bob').set({ end })
        await transaction[end]()
        await expect(asSystem(joined).users.lock('bob')).rejects.toMatchObject(notOpen)
        await expect(joined.transaction(async () => {})).rejects.toMatchObject(notOpen)
      }
      expect(await world.system.users.metadata('bob').values()).toEqual({ end: 'commit' })
    })

    it('refuses what is no transaction', () => {
      for (const handle of [undefined, null, 5, 'trx', {}, [], () => {}]) {
        let thrown: unknown
        try {
          world.directory.within(handle)
        } catch (error) {
          thrown = error
        }
        expect(isDirectoryError(thrown)).toBe(true)
        expect(thrown).toMatchObject({ code: 'transaction_failed', reason: 'unsupported' })
      }
    })

    it('an idempotency key counts once the transaction is committed', async () => {
      const once = { idempotencyKey: 'k1' }
      const first = await join()
      await asSystem(first.joined).users.createHuman(human('carl'), once)
      await first.transaction.rollback()
      const second = await join()
      const { users } = asSystem(second.joined)
      const answer = await users.createHuman(human('carl'), once)
      expect(await users.createHuman(human('carl'), once)).toEqual(answer)
      await second.transaction.commit()

      expect(await world.system.users.createHuman(human('carl'), once)).toMatchObject({ userId: 'carl' })
      const events = (await world.feed()).filter(({ aggregate }) => aggregate.id === 'carl')
      expect(events.map(({ type }) => type)).toEqual(['user.human.added'])
    })

    it('searches by indexes find what was written there', async () => {
      await world.storage.addMetadataIndexes('default', [{ subjectType: 'user', namespace: 'app', path: ['plan'] }])
      const find = (directory: ReturnType<typeof asSystem>) =>
        directory.users.list({
          filter: { op: 'metadata', namespace: 'app', path: ['plan'], test: { op: 'equals', value: 'pro' } },
        })
      const { transaction, joined } = await join()
      const within = asSystem(joined)
      await within.users.metadata('bob').set({ plan: 'pro' })
      expect((await find(within)).items.map(({ userId }) => userId)).toEqual(['bob'])
      await transaction.commit()
      expect((await find(world.system)).items.map(({ userId }) => userId)).toEqual(['bob'])
    })

    describe('a transaction of the directory itself', () => {
      it('commits when its work is done, and tells then', async () => {
        const answer = await world.directory.transaction(async (transaction) => {
          await transaction.asSystem('host').users.createHuman({ ...human('carl'), email: 'carl@acme.example' })
          await transaction.transaction((inner) => inner.asSystem('host').users.lock('bob'))
          expect(told).toEqual([])
          return 'done'
        })
        expect(answer).toBe('done')
        expect(told).toEqual(['user.human.added carl', 'user.human.email.code.added carl', 'user.locked bob'])
        await expect.poll(() => sent).toEqual(['carl@acme.example'])
        expect(await isThere('carl')).toBe(true)
      })

      it('is rolled back when its work throws, and lets the error through', async () => {
        const error = new Error('changed its mind')
        let left: JoinedDirectory | undefined
        const broken = world.directory.transaction(async (transaction) => {
          left = transaction as unknown as JoinedDirectory
          await transaction.asSystem('host').users.createHuman(human('carl'))
          throw error
        })
        await expect(broken).rejects.toBe(error)
        await expect(left!.asSystem('host').users.get('bob')).rejects.toMatchObject(notOpen)
        expect(told).toEqual([])
        expect(await isThere('carl')).toBe(false)
      })

      it('refuses calls that its work did not wait for', async () => {
        let late: Promise<unknown> | undefined
        await world.directory.transaction(async (transaction) => {
          late = transaction.asSystem('host').users.metadata('bob').set({ late: true })
          late.catch(() => {})
        })
        await expect(late).rejects.toMatchObject(notOpen)
        expect(await world.system.users.metadata('bob').values()).toEqual({})
      })
    })
  })
}
