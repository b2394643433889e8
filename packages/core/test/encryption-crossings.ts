import { randomBytes } from 'node:crypto'
import {
  createDirectory,
  type DirectoryOptions,
  type DirectoryStorage,
  defineMetadata,
  type JsonValue,
  type StoredEvent,
  type Tracing,
} from '@indwell/core'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expectNoTrace } from '../../../test/dumped-database'
import type { HostTransaction } from './within'

/** A database in which a host has transactions of its own, and what is stored in it. */
export interface CrossedDatabase {
  readonly storage: DirectoryStorage
  begin(): Promise<Omit<HostTransaction, 'run'>>
  dump(): Promise<readonly Uint8Array[]>
  close(): Promise<unknown>
}

const metadata = defineMetadata({
  user: {
    taxId: { schema: v.string(), encrypted: { blindIndex: true }, unique: true },
    note: { schema: v.custom<JsonValue>(() => true), encrypted: true },
  },
})

/** What is in the clear for whoever may read it is so inside of transactions, hooks and spans, and nowhere else. */
export function describeEncryptionCrossings(name: string, open: () => Promise<CrossedDatabase>): void {
  describe(`encrypted metadata on ${name}`, () => {
    let database: CrossedDatabase
    let keys: Map<string, Uint8Array>
    let keyProvider: { currentKeyId: string; key(id: string): Promise<Uint8Array | undefined>; indexKey(): Uint8Array }
    beforeEach(async () => {
      database = await open()
      keys = new Map([
        ['k1', randomBytes(32)],
        ['k2', randomBytes(32)],
      ])
      const indexKey = randomBytes(32)
      // Late, as from a service: what a transaction needs must not have been asked for before by chance.
      const key = (id: string) =>
        new Promise<Uint8Array | undefined>((resolve) => setTimeout(() => resolve(keys.get(id)), 1))
      keyProvider = { currentKeyId: 'k1', key, indexKey: () => indexKey }
    })
    afterEach(() => database.close())

    async function openWorld(options: Partial<DirectoryOptions> = {}) {
      const given = { storage: database.storage, metadata, keyProvider, ...(options as object) }
      const directory = await createDirectory(given)
      const system = directory.asSystem('test')
      const { userId } = await system.users.createHuman({ userId: 'ada', userName: 'ada' })
      await system.users.createHuman({ userId: 'bob', userName: 'bob' })
      return { directory, system, ada: system.users.metadata(userId) }
    }
    const having = (taxId: string) => ({ where: { metadata: { taxId } } })

    it.each(['commit', 'rollback'] as const)(
      'is read, found, counted and unique in a transaction of the host, and stands or goes with its %s',
      async (end) => {
        const { directory, system, ada } = await openWorld()
        await ada.set({ taxId: 'Geheimnis-before', note: ['Geheimnis-list'] })
        const told: string[] = []
        directory.on('user.metadata.set', ({ payload }) => void told.push(JSON.stringify(payload)))
        const transaction = await database.begin()
        const joined = directory.within(transaction.handle)
        const { users } = joined.asSystem('host')
        const [hers, his] = [users.metadata('ada'), users.metadata('bob')]

        expect(await hers.values()).toEqual({ taxId: 'Geheimnis-before', note: ['Geheimnis-list'] })
        await expect(his.set({ taxId: 'Geheimnis-before' })).rejects.toMatchObject({ code: 'already_exists' })
        await hers.set({ taxId: 'Geheimnis-within' })
        await hers.append('note', 'Geheimnis-more')
        expect((await hers.set({ taxId: 'Geheimnis-within' })).changed).toEqual([])
        await his.set({ taxId: 'Geheimnis-before' })
        expect((await users.find(having('Geheimnis-within'))).items.map(({ userId }) => userId)).toEqual(['ada'])
        expect((await users.find(having('Geheimnis-before'))).items.map(({ userId }) => userId)).toEqual(['bob'])
        const refused = joined.transaction(async (inner) => {
          await inner.asSystem('inner').users.metadata('ada').set({ taxId: 'Geheimnis-inner' })
          throw new Error('not this')
        })
        await expect(refused).rejects.toThrow('not this')
        expect((await hers.get('taxId')).value).toBe('Geheimnis-within')
        expect(JSON.stringify(await users.history('ada'))).toContain('Geheimnis-more')
        await transaction[end]()

        expect(await joined.announce()).toBe(end === 'commit' ? 3 : 0)
        expect(told).toEqual(
          end === 'commit'
            ? ['within', 'more', 'before'].map((part) => expect.stringContaining(`Geheimnis-${part}`))
            : [],
        )
        expect(await ada.values()).toEqual(
          end === 'commit'
            ? { taxId: 'Geheimnis-within', note: ['Geheimnis-list', 'Geheimnis-more'] }
            : { taxId: 'Geheimnis-before', note: ['Geheimnis-list'] },
        )
        expect((await system.users.find(having('Geheimnis-inner'))).items).toEqual([])
        await expectNoTrace(database, 'Geheimnis-')
      },
    )

    it('of a key that is not to be had refuses a call in a transaction, and the transaction goes on', async () => {
      const { directory, ada } = await openWorld()
      keyProvider.currentKeyId = 'gone'
      const transaction = await database.begin()
      const { users } = directory.within(transaction.handle).asSystem('host')
      await users.metadata('ada').set({ plain: 1 })
      await expect(users.metadata('ada').set({ note: 'Geheimnis-1' })).rejects.toMatchObject({
        reason: 'metadata_key_missing',
      })
      keyProvider.currentKeyId = 'k2'
      await users.metadata('ada').set({ note: 'Geheimnis-2' })
      await transaction.commit()
      expect(await ada.values()).toEqual({ plain: 1, note: 'Geheimnis-2' })
      await expectNoTrace(database, 'Geheimnis-')
    })

    it('is in the clear for hooks, for what they read and write in the transaction, and gone with what they refuse', async () => {
      const seen: string[] = []
      const told: string[] = []
      const { system, ada } = await openWorld({
        hooks: {
          async inTransaction({ events, directory }) {
            for (const { type, aggregate, payload } of events) {
              if (type !== 'user.metadata.set') continue
              seen.push(JSON.stringify(payload))
              const entries = directory.asSystem('hook').users.metadata(aggregate.id)
              const { note } = await entries.values()
              if (note === 'Geheimnis-no') throw new Error('refused')
              await entries.set({ taxId: `Geheimnis-of-${String(note)}` })
            }
          },
          afterCommit: (events: readonly StoredEvent[]) => {
            told.push(...events.map(({ payload }) => JSON.stringify(payload)))
          },
        },
      })
      told.length = 0
      await ada.set({ note: 'Geheimnis-yes' })
      await expect(ada.set({ note: 'Geheimnis-no' })).rejects.toMatchObject({ code: 'hook_refused' })

      expect(seen).toEqual(['yes', 'no'].map((part) => expect.stringContaining(`Geheimnis-${part}`)))
      expect(told).toEqual([
        expect.stringContaining('"Geheimnis-yes"'),
        expect.stringContaining('"Geheimnis-of-Geheimnis-yes"'),
      ])
      expect(await ada.values()).toEqual({ note: 'Geheimnis-yes', taxId: 'Geheimnis-of-Geheimnis-yes' })
      expect((await system.users.find(having('Geheimnis-of-Geheimnis-yes'))).items).toHaveLength(1)
      await expectNoTrace(database, 'Geheimnis-')
    })

    it('under an idempotency key in a transaction is written once, and its answer is kept sealed', async () => {
      const { directory, ada } = await openWorld()
      const once = { idempotencyKey: 'Geheimnis-key' }
      const answers: unknown[] = []
      for (let count = 0; count < 2; count++) {
        await directory.transaction(async (joined) => {
          const entries = joined.asSystem('host').users.metadata('ada')
          answers.push(await entries.set({ note: 'Geheimnis-once' }, once))
        })
      }
      expect(answers[1]).toEqual(answers[0])
      expect((await ada.get('note')).value).toBe('Geheimnis-once')
      await expectNoTrace(database, 'Geheimnis-')
    })

    it('is rotated as any other that was written in a transaction', async () => {
      const { directory, ada } = await openWorld()
      await directory.transaction(async (joined) => {
        await joined.asSystem('host').users.metadata('ada').set({ taxId: 'Geheimnis-1', note: 'Geheimnis-2' })
      })
      keyProvider.currentKeyId = 'k2'
      expect(await directory.reencryptMetadata()).toMatchObject({ entries: 2, events: 2, unreadable: 0 })
      keys.delete('k1')
      const again = await createDirectory({ storage: database.storage, metadata, keyProvider })
      const values = await again.transaction(async (joined) => joined.asSystem('host').users.metadata('ada').values())
      expect(values).toEqual(await ada.values())
      expect(values).toEqual({ taxId: 'Geheimnis-1', note: 'Geheimnis-2' })
    })

    it('is told to whoever traces by no call, question, outcome or error', async () => {
      const traced: unknown[] = []
      const begin = (what: object) => {
        traced.push(what)
        return { run: <T>(work: () => T) => work(), end: (outcome: object) => void traced.push(outcome) }
      }
      const tracing: Tracing = {
        caller: () => 'caller',
        within: (_, work) => work(),
        beginCall: begin,
        beginAsk: begin,
      }
      const { directory, system, ada } = await openWorld({ tracing })
      await ada.set({ taxId: 'Geheimnis-1', note: 'Geheimnis-2' })
      await expect(system.users.metadata('bob').set({ taxId: 'Geheimnis-1' })).rejects.toThrow()
      await expect(ada.set({ taxId: { wrong: 'Geheimnis-3' } as never })).rejects.toThrow()
      await system.users.find(having('Geheimnis-1'))
      await directory.transaction(async (joined) => {
        const entries = joined.asSystem('host').users.metadata('ada')
        await entries.set({ note: 'Geheimnis-4' })
        expect((await entries.get('note')).value).toBe('Geheimnis-4')
      })
      await directory.reencryptMetadata()
      const operations = traced.flatMap((what) => (what as { readonly operation?: string }).operation ?? [])
      expect(new Set(operations)).toEqual(new Set(['load', 'search', 'commit']))
      expect(traced).toContainEqual({ errorType: 'already_exists' })
      expect(JSON.stringify(traced)).not.toContain('Geheimnis')
      await expectNoTrace(database, 'Geheimnis-')
    })
  })
}
