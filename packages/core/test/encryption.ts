import { randomBytes } from 'node:crypto'
import {
  createDirectory,
  type DirectoryOptions,
  type DirectoryStorage,
  defineMetadata,
  type JsonValue,
  type KeyProvider,
  type MetadataValue,
  type UnreadableMetadata,
} from '@indwell/core'
import fc from 'fast-check'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DumpedDatabase, expectNoTrace, holdsTrace } from '../../../test/dumped-database'
import '../../../test/property-seed'
import { openVault } from '../src/encryption/open-vault'
import { sealedStorage } from '../src/encryption/sealed-storage'
import { compileRules } from '../src/metadata-definition/metadata-rules'
import { uniqueClaim } from '../src/metadata-definition/unique-claims'
import { rowsOfLog, storedRows } from './rows-of-log'

const text = v.string()
const any = v.custom<JsonValue | Uint8Array>(() => true)
const plain = { taxId: text, iban: text, list: any, count: v.number(), open: text } as const
const sealed = {
  taxId: { schema: text, encrypted: { blindIndex: true }, unique: true },
  iban: { schema: text, encrypted: true },
  list: { schema: any, encrypted: { blindIndex: true } },
  count: { schema: v.number(), encrypted: true },
  open: text,
} as const
const before = defineMetadata({ user: { ...plain, taxId: { schema: text, unique: true, indexed: true } } })
const metadata = defineMetadata({
  user: sealed,
  'user.user': { hobby: { schema: any, encrypted: true } },
  'user.zitadel': { pin: { schema: any, encrypted: true } },
  org: { vat: { schema: text, encrypted: { blindIndex: true } } },
  client: { secret: { schema: text, encrypted: true } },
})

const sources = { indexes: [], randomBytes, clock: Date.now, warn: () => {} }

/** Keys in memory, by id. */
function providerOf(ids: readonly string[]): KeyProvider & {
  readonly keys: Map<string, Uint8Array>
  currentKeyId: string
  readonly unreadable: UnreadableMetadata[]
} {
  const indexKey = randomBytes(32)
  const unreadable: UnreadableMetadata[] = []
  const keys = new Map(ids.map((id) => [id, randomBytes(32)]))
  return {
    keys,
    unreadable,
    currentKeyId: ids[0]!,
    key: (id) => keys.get(id),
    indexKey: () => indexKey,
    onUnreadable: (found) => unreadable.push(found),
  }
}

export function describeEncryption(name: string, openDatabase: () => Promise<DumpedDatabase>): void {
  describe(`encrypted metadata on ${name}`, () => {
    let database: DumpedDatabase
    let storage: DirectoryStorage
    let instances = 0
    beforeAll(async () => {
      database = await openDatabase()
      storage = database.open()
      await storage.migrate()
    })
    afterAll(async () => {
      await storage.close()
      await database.close()
    })

    /** An instance of its own in the database. */
    async function openWorld(provider = providerOf(['k1']), options: Partial<DirectoryOptions> = {}) {
      const instanceId = `world-${++instances}`
      const open = () =>
        createDirectory({
          storage,
          instanceId,
          metadata,
          keyProvider: provider,
          migrate: false,
          ...(options as object),
        })
      const directory = await open()
      const system = directory.asSystem('test')
      const { userId } = await system.users.createHuman({ userName: 'ada' })
      return { instanceId, directory, system, provider, userId, ada: system.users.metadata(userId), open }
    }

    const rawEntry = async (instanceId: string, userId: string, key: string, namespace = 'app') => {
      const [found] = await storage.load(instanceId, [
        { read: 'entry', key: { subjectType: 'user', subjectId: userId, namespace, key } },
      ])
      return found as { readonly value: { readonly json: string }; readonly sequence: string }
    }

    it('answers values through every way out, and stores none of them', async () => {
      const { directory, system, userId, ada, instanceId, open } = await openWorld()
      const secret = (part: string) => `Geheimnis-${part}-0815`
      const events: unknown[] = []
      directory.on('user.metadata.set', ({ payload }) => void events.push(payload))
      await ada.set({ taxId: secret('set') })
      await ada.merge({ iban: secret('merge') })
      await ada.apply({ set: { list: [secret('list'), { in: secret('deep') }] }, remove: ['open'] })
      await ada.update('list', (value) => [...(value as JsonValue[]), secret('update')])
      await ada.append('list', secret('append'))
      await ada.patch([{ op: 'add', path: '/list/-', value: secret('patch') }])
      await system.users.metadata(userId, 'user').set({ hobby: { name: secret('hobby') } })
      await system.users.metadata(userId, 'zitadel').set({ pin: Buffer.from(secret('bytes')) })
      await system.users.metadata(userId).set({ iban: secret('once') }, { idempotencyKey: 'a request' })
      const orgs = await system.orgs.create({ name: 'Acme', metadata: { org: { vat: secret('org') } } })
      const client = await system.clients.create({ name: 'Shop', metadata: { client: { secret: secret('client') } } })
      const { userId: bob } = await system.users.createHuman({
        userName: 'bob',
        metadata: { app: { taxId: secret('first') } },
      })
      await directory.transaction(async (joined) => {
        await joined
          .asSystem('trx')
          .users.metadata(bob)
          .set({ iban: secret('trx') })
        expect((await joined.asSystem('trx').users.metadata(bob).get('iban')).value).toBe(secret('trx'))
      })

      expect((await ada.get('taxId')).value).toBe(secret('set'))
      const list = ['list', 'update', 'append', 'patch'].map(secret)
      expect(await ada.values()).toMatchObject({
        taxId: secret('set'),
        iban: secret('once'),
        list: [list[0], { in: secret('deep') }, ...list.slice(1)],
      })
      expect((await ada.list()).items.map(({ key }) => key)).toEqual(['taxId', 'iban', 'list'])
      expect((await system.users.metadata(userId, 'zitadel').get('pin')).value).toEqual(
        new Uint8Array(Buffer.from(secret('bytes'))),
      )
      const [snapshot] = await system.users.findSnapshots([userId], ['app', 'user'])
      expect(JSON.stringify(snapshot)).toContain(secret('hobby'))
      expect((await system.orgs.metadata(orgs.orgId).get('vat')).value).toBe(secret('org'))
      expect((await system.clients.metadata(client.clientId).get('secret')).value).toBe(secret('client'))
      const told = JSON.stringify(await system.events({ subject: { type: 'user', id: userId } }))
      const history = JSON.stringify(await system.users.history(userId, { key: 'iban' }))
      const asOf = JSON.stringify(await system.users.asOf(userId, { time: directory.now() }))
      let exported = ''
      for await (const part of system.users.exportSubject(userId)) exported += JSON.stringify(part)
      let followed = ''
      const end = new AbortController()
      for await (const change of directory.changes({ signal: end.signal, subject: { type: 'user', id: userId } })) {
        followed += JSON.stringify(change)
        if (followed.includes(secret('once'))) break
      }
      for (const [out, part] of [
        [told, 'merge'],
        [history, 'once'],
        [asOf, 'once'],
        [exported, 'hobby'],
        [followed, 'set'],
        [JSON.stringify(events), 'set'],
      ] as const) {
        expect(out).toContain(secret(part))
      }
      for (const out of [told, history, asOf, exported, followed, JSON.stringify(events)])
        expect(out).not.toContain('$d')

      await ada.revert({ time: directory.now() - 1 })
      await directory.purgeHistory({ before: directory.now() })
      expect((await (await open()).asSystem('test').users.metadata(userId).get('taxId')).value).toBe(secret('set'))
      const raw = JSON.stringify(await storage.readEvents(instanceId, { limit: 1000 }))
      expect(raw).toContain('$d')
      await expectNoTrace(database, 'Geheimnis-')
      for (const part of ['set', 'first', 'org', 'bytes']) await expectNoTrace(database, secret(part))
      // What is not encrypted is found: the search for traces can find something.
      await ada.set({ open: 'Offenes-4711' })
      expect(await holdsTrace(database, 'Offenes-4711')).toBe(true)
    })

    it('keeps rows to be what the events come to', async () => {
      const { directory, userId, ada, instanceId, provider } = await openWorld(providerOf(['k1', 'k2']))
      await ada.set({ taxId: 'x', list: [1, 'a'], open: 'o' })
      await ada.set({ list: 'b' })
      await directory.purgeHistory({ before: directory.now() })
      await ada.set({ iban: 'later' })
      provider.currentKeyId = 'k2'
      await directory.reencryptMetadata()
      const rules = compileRules(metadata)
      const vault = await openVault({ ...sources, instanceId, rules, provider })
      const opened = sealedStorage(storage, vault!)
      const events = await opened.readEvents(instanceId, { limit: 100 })
      expect(events.some(({ type }) => type.endsWith('.folded'))).toBe(true)
      const { entry } = await storedRows(opened, instanceId, [{ subjectType: 'user', subjectId: userId }])
      expect(entry.map(({ key }) => key).sort()).toEqual(['iban', 'list', 'open', 'taxId'])
      expect(entry).toEqual(rowsOfLog(events).entry)
    })

    it('writes nothing for a value that is there, and says so by no other version', async () => {
      const { ada } = await openWorld()
      const { sequence } = await ada.set({ taxId: 'x', list: [1] })
      expect(await ada.set({ taxId: 'x', list: [1] })).toMatchObject({ sequence, changed: [] })
      expect(await ada.set({ taxId: 'x' })).toMatchObject({ sequence, changed: [] })
      expect((await ada.set({ taxId: 'y' })).changed).toEqual(['taxId'])
    })

    it('counts and refuses by what is meant, not by what is stored', async () => {
      const { ada } = await openWorld()
      await Promise.all([1, 2, 3].map((by) => ada.increment('count', by)))
      expect((await ada.get('count')).value).toBe(6)
      await ada.set({ iban: 'x' })
      await expect(ada.increment('iban')).rejects.toMatchObject({ reason: 'metadata_not_a_number' })
      await expect(ada.set({ taxId: 'y' }, { ifAbsent: ['iban'] as never })).rejects.toMatchObject({
        code: 'version_conflict',
      })
    })

    it('finds equal values by a blind index, in lists too, and refuses to be asked anything else', async () => {
      const { system, ada, userId, directory } = await openWorld()
      const { userId: bob } = await system.users.createHuman({ userName: 'bob' })
      await ada.set({ taxId: 'DE 1', list: ['red', [2, true], { blue: 1 }] })
      await system.users.metadata(bob).set({ taxId: 'DE 2', list: 2 })
      const ids = async (where: object) =>
        (await system.users.find({ where: where as never })).items.map((user) => user.userId).sort()
      expect(await ids({ metadata: { taxId: 'DE 1' } })).toEqual([userId])
      expect(await ids({ metadata: { taxId: { in: ['DE 1', 'DE 2', 'DE 3'] } } })).toEqual([userId, bob].sort())
      expect(await ids({ metadata: { list: 2 } })).toEqual([userId, bob].sort())
      expect(await ids({ metadata: { list: '2' } })).toEqual([])
      expect(await ids({ metadata: { list: { has: 'red' } } })).toEqual([userId])
      expect(await ids({ and: [{ metadata: { list: true } }, { not: { metadata: { taxId: 'DE 2' } } }] })).toEqual([
        userId,
      ])
      const filter = {
        op: 'metadata' as const,
        namespace: 'app',
        path: ['taxId'],
        test: { op: 'text' as const, method: 'equals' as const, value: 'DE 2', ignoreCase: false },
      }
      expect((await system.users.list({ filter })).items.map((user) => user.userId)).toEqual([bob])
      expect((await directory.metadataIndexes.list()).map(({ path, state }) => [...path, state])).toContainEqual([
        'taxId',
        '$i',
        'ready',
      ])

      for (const [where, path] of [
        [{ metadata: { taxId: { prefix: 'DE' } } }, 'taxId'],
        [{ metadata: { taxId: { eq: 'de 1', ignoreCase: true } } }, 'taxId'],
        [{ metadata: { taxId: { gt: 'A' } } }, 'taxId'],
        [{ metadata: { taxId: { exists: true } } }, 'taxId'],
        [{ metadata: { list: { at: { blue: 1 } } } }, 'list.blue'],
        [{ metadata: { list: { at: { $i: 'x' } } } }, 'list.$i'],
        [{ metadata: { iban: 'x' } }, 'iban'],
        [{ not: { metadata: { iban: { exists: false } } } }, 'iban'],
      ] as const) {
        await expect(ids(where)).rejects.toMatchObject({ code: 'invalid_input', path })
      }
      const all = { op: 'metadata' as const, namespace: 'app', path: [], test: { op: 'exists' as const } }
      await expect(system.users.list({ filter: all })).rejects.toMatchObject({ code: 'invalid_input', path: 'app' })
    })

    it('takes a blind index for one where searches without an index are refused', async () => {
      const { system, ada } = await openWorld(providerOf(['k1']), { unindexed: 'refuse' })
      await ada.set({ taxId: 'Klartext-1', open: 'here' })
      const find = (where: object) => system.users.find({ where: { metadata: where } as never })
      expect((await find({ taxId: 'Klartext-1' })).items).toHaveLength(1)
      expect((await find({ taxId: { in: ['Klartext-1', 'other'] } })).items).toHaveLength(1)
      await expect(find({ open: 'here' })).rejects.toMatchObject({ code: 'invalid_input' })
    })

    it('holds unique values apart, and gives them free', async () => {
      const { system, ada, instanceId } = await openWorld()
      const { userId: bob } = await system.users.createHuman({ userName: 'bob' })
      const his = system.users.metadata(bob)
      await ada.set({ taxId: 'one' })
      await expect(his.set({ taxId: 'one' })).rejects.toMatchObject({ code: 'already_exists', key: 'taxId' })
      await ada.set({ taxId: 'two' })
      await his.set({ taxId: 'one' })
      await system.users.delete(bob)
      await ada.set({ taxId: 'one' })
      expect((await rawEntry(instanceId, (await ada.get('taxId')).orgId, 'taxId')) ?? 'none').toBe('none')
    })

    it('refuses envelopes that were moved or changed, at that key alone', async () => {
      const { system, ada, userId, instanceId, provider, directory } = await openWorld()
      const { userId: bob } = await system.users.createHuman({ userName: 'bob' })
      const his = system.users.metadata(bob)
      await ada.set({ taxId: 'ada', iban: 'ada', open: 'o' })
      await his.set({ taxId: 'bob', iban: 'bob' })
      const put = async (subject: string, key: string, json: string) => {
        const { sequence } = await rawEntry(instanceId, subject, key)
        const entries = [{ namespace: 'app', key, sequence, value: { json } }]
        await storage.rewriteEvents(instanceId, { type: 'user', id: subject }, { replace: [], entries })
      }
      const hers = (await rawEntry(instanceId, userId, 'taxId')).value.json
      const unreadable = { code: 'invalid_state', reason: 'metadata_unreadable', path: 'taxId' }

      await put(bob, 'taxId', hers)
      await expect(his.get('taxId')).rejects.toMatchObject(unreadable)
      await expect(his.find('taxId')).rejects.toMatchObject(unreadable)
      expect(await his.values()).toEqual({ iban: 'bob' })
      expect((await his.list()).items.map(({ key }) => key)).toEqual(['iban'])
      expect(provider.unreadable[0]).toEqual({
        subjectType: 'user',
        subjectId: bob,
        namespace: 'app',
        key: 'taxId',
        keyId: 'k1',
        reason: 'damaged',
      })
      await put(userId, 'iban', hers)
      await expect(ada.get('iban')).rejects.toMatchObject({ reason: 'metadata_unreadable', path: 'iban' })
      await put(userId, 'taxId', `${hers.slice(0, 40)}${hers[40] === 'A' ? 'B' : 'A'}${hers.slice(41)}`)
      await expect(ada.get('taxId')).rejects.toMatchObject(unreadable)
      await expect(ada.update('taxId', () => 'z')).rejects.toMatchObject(unreadable)
      expect(await ada.values()).toEqual({ open: 'o' })

      // What cannot be read can be set, removed, reverted and erased.
      await ada.set({ taxId: 'new' })
      expect((await ada.get('taxId')).value).toBe('new')
      await ada.remove('iban')
      await his.remove('taxId')
      expect(await his.find('taxId')).toBeUndefined()
      expect(JSON.stringify(await system.users.history(bob))).toContain('taxId')
      await system.users.delete(bob)
      expect((await directory.reencryptMetadata()).entries).toBe(0)
    })

    it('refuses an envelope of another instance', async () => {
      const provider = providerOf(['k1'])
      const [one, other] = [await openWorld(provider), await openWorld(provider)]
      const userName = 'same'
      for (const { system } of [one, other]) await system.users.createHuman({ userId: 'same', userName })
      const [ofOne, ofOther] = [one, other].map(({ system }) => system.users.metadata('same'))
      await ofOne!.set({ iban: 'x' })
      await ofOther!.set({ iban: 'y' })
      const { value } = await rawEntry(one.instanceId, 'same', 'iban')
      const { sequence } = await rawEntry(other.instanceId, 'same', 'iban')
      const entries = [{ namespace: 'app', key: 'iban', sequence, value }]
      await storage.rewriteEvents(other.instanceId, { type: 'user', id: 'same' }, { replace: [], entries })
      await expect(ofOther!.get('iban')).rejects.toMatchObject({ reason: 'metadata_unreadable' })
      expect((await ofOne!.get('iban')).value).toBe('x')
    })

    it('rotates: old keys are read until it is through, and are in the database nowhere then', async () => {
      const provider = providerOf(['k1'])
      const { directory, system, userId, ada, instanceId } = await openWorld(provider)
      await ada.set({ taxId: 'DE 1', iban: 'old', open: 'o' })
      await ada.set({ iban: 'newer' })
      await directory.purgeHistory({ before: directory.now() })
      await ada.set({ list: ['a'] })
      await system.orgs.metadata((await system.orgs.getDefault()).orgId).set({ vat: 'v' })
      provider.keys.set('k2', randomBytes(32))
      provider.currentKeyId = 'k2'
      await ada.set({ count: 1 })
      const shown = async () => [
        await ada.list(),
        await system.events({ subject: { type: 'user', id: userId } }),
        (await system.users.find({ where: { metadata: { taxId: 'DE 1' } } as never })).items,
      ]
      const was = await shown()

      const done = await directory.reencryptMetadata({ batchSize: 1 })
      expect(done).toMatchObject({ entries: 4, unreadable: 0, conflicts: 0 })
      expect(done.events).toBeGreaterThanOrEqual(3)
      expect(await shown()).toEqual(was)
      const raw = JSON.stringify(await storage.readEvents(instanceId, { limit: 1000 }))
      expect(raw).not.toMatch(/\$k[\\":]+k1/)
      expect(await directory.reencryptMetadata()).toEqual({ entries: 0, events: 0, unreadable: 0, conflicts: 0 })
      provider.keys.delete('k1')
      const late = (await createDirectory({ storage, instanceId, metadata, keyProvider: provider })).asSystem('late')
      expect(await late.users.metadata(userId).values()).toMatchObject({ taxId: 'DE 1', iban: 'newer', list: ['a'] })
    })

    it('goes on with a rotation that broke off, from anywhere', async () => {
      const provider = providerOf(['k1', 'k2'])
      const { directory, system, instanceId } = await openWorld(provider)
      const ids: string[] = []
      for (let count = 0; count < 5; count += 1) {
        const { userId } = await system.users.createHuman({
          userName: `u${count}`,
          metadata: { app: { iban: `i${count}` } },
        })
        ids.push(userId)
      }
      provider.currentKeyId = 'k2'
      const keyIds = async () => {
        const stored = await Promise.all(ids.map((id) => rawEntry(instanceId, id, 'iban')))
        return stored.map(({ value }) => (JSON.parse(value.json) as { $k: string }).$k)
      }
      const places: string[] = []
      const end = new AbortController()
      const onProgress = ({ place, entries }: { readonly place: string; readonly entries: number }) => {
        places.push(place)
        if (entries === 2) end.abort(new Error('the process ended'))
      }
      const broken = directory.reencryptMetadata({ batchSize: 1, signal: end.signal, onProgress })
      await expect(broken).rejects.toThrow('the process ended')
      expect((await keyIds()).filter((id) => id === 'k2')).toHaveLength(2)
      expect((await system.users.metadata(ids[4]!).get('iban')).value).toBe('i4')

      expect((await directory.reencryptMetadata({ batchSize: 1, after: places.at(-1)! })).entries).toBe(3)
      expect(new Set(await keyIds())).toEqual(new Set(['k2']))
      expect(await directory.reencryptMetadata()).toMatchObject({ entries: 0, events: 0 })
      for (const after of ['', '[]', '["user.none","x"]', 'x', '["log"]']) {
        await expect(directory.reencryptMetadata({ after })).rejects.toMatchObject({
          code: 'invalid_input',
          path: 'after',
        })
      }
      await expect(directory.reencryptMetadata({ batchSize: 0 })).rejects.toMatchObject({ path: 'batchSize' })
    })

    it('leaves alone what is set while it rotates', async () => {
      const provider = providerOf(['k1', 'k2'])
      const { directory, ada, instanceId, userId } = await openWorld(provider)
      await ada.set({ iban: 'before' })
      const { value, sequence } = await rawEntry(instanceId, userId, 'iban')
      await ada.set({ iban: 'after' })
      const entries = [{ namespace: 'app', key: 'iban', sequence, value }]
      await storage.rewriteEvents(instanceId, { type: 'user', id: userId }, { replace: [], entries })
      expect((await ada.get('iban')).value).toBe('after')
      provider.currentKeyId = 'k2'
      const rotating = directory.reencryptMetadata({ batchSize: 1 })
      await Promise.all([rotating, ...Array.from({ length: 8 }, (_, index) => ada.set({ iban: `at ${index}` }))])
      expect((await ada.get('iban')).value).toMatch(/^at /)
      expect((await directory.reencryptMetadata()).unreadable).toBe(0)
    })

    it('reads what was there before a key was encrypted, and encrypts it, with its claims and indexes', async () => {
      const provider = providerOf(['k1'])
      const instanceId = `world-${++instances}`
      const old = await createDirectory({ storage, instanceId, metadata: before, migrate: false })
      const { users } = old.asSystem('before')
      const { userId } = await users.createHuman({ userName: 'ada', metadata: { app: { taxId: 'Klartext-12345' } } })
      const { userId: bob } = await users.createHuman({ userName: 'bob' })
      await users.metadata(userId).set({ iban: 'Klartext-67890', list: ['a'] })
      const { userId: cleo } = await users.createHuman({
        userName: 'cleo',
        metadata: { app: { taxId: 'Klartext-cleo' } },
      })

      const directory = await createDirectory({ storage, instanceId, metadata, keyProvider: provider, migrate: false })
      const system = directory.asSystem('after')
      const [ada, his] = [system.users.metadata(userId), system.users.metadata(bob)]
      expect(await ada.values()).toEqual({ taxId: 'Klartext-12345', iban: 'Klartext-67890', list: ['a'] })
      expect(await ada.set({ iban: 'Klartext-67890' })).toMatchObject({ changed: [] })
      // What is removed before it was encrypted leaves no hash behind.
      await system.users.delete(cleo)
      const claim = uniqueClaim({ subjectType: 'user', namespace: 'app' }, 'taxId', { json: '"Klartext-cleo"' })!
      expect(await storage.load(instanceId, [{ read: 'claim', claim }])).toEqual([undefined])
      const done = await directory.reencryptMetadata()
      expect(done).toEqual({ entries: 3, events: 4, unreadable: 0, conflicts: 0 })
      expect(await ada.values()).toEqual({ taxId: 'Klartext-12345', iban: 'Klartext-67890', list: ['a'] })
      const found = await system.users.find({ where: { metadata: { taxId: 'Klartext-12345' } } as never })
      expect(found.items.map((user) => user.userId)).toEqual([userId])
      await expect(his.set({ taxId: 'Klartext-12345' })).rejects.toMatchObject({ code: 'already_exists' })
      expect((await directory.metadataIndexes.list()).map(({ path }) => path)).not.toContainEqual(['taxId'])
      const raw = JSON.stringify([
        await storage.readEvents(instanceId, { limit: 100 }),
        await storage.load(instanceId, [
          { read: 'entries', subject: { subjectType: 'user', subjectId: userId }, namespace: 'app' },
        ]),
      ])
      expect(raw).not.toContain('Klartext')
      await ada.set({ taxId: 'other' })
      await his.set({ taxId: 'Klartext-12345' })
    })

    it('reads what a history holds of users who were anonymised or left before a key was encrypted, and encrypts it', async () => {
      const instanceId = `world-${++instances}`
      const old = await createDirectory({ storage, instanceId, metadata: before, migrate: false })
      const { users } = old.asSystem('before')
      const create = (userName: string) =>
        users.createHuman({ userName, metadata: { app: { iban: `Klartext-${userName}`, open: 'kept' } } })
      const { userId } = await create('ada')
      const { userId: left } = await create('bob')
      await users.anonymise(userId)
      await users.delete(left, { undeleteFor: 60_000 })

      const provider = providerOf(['k1'])
      const directory = await createDirectory({ storage, instanceId, metadata, keyProvider: provider, migrate: false })
      await directory.reencryptMetadata()
      expect(JSON.stringify(await storage.readEvents(instanceId, { limit: 100 }))).not.toContain('Klartext')
      const system = directory.asSystem('after')
      expect(await system.users.metadata(userId).values()).toEqual({ iban: 'Klartext-ada', open: 'kept' })
      await system.users.undelete(left)
      expect(await system.users.metadata(left).values()).toEqual({ iban: 'Klartext-bob', open: 'kept' })
      expect(JSON.stringify(await storage.readEvents(instanceId, { limit: 100 }))).not.toContain('Klartext')
      // What is encrypted is somebody's.
      await system.users.anonymise(userId)
      expect(await system.users.metadata(userId).values()).toEqual({ open: 'kept' })
    })

    it('changes many, and moves to where other keys are, with nothing in the clear on the way', async () => {
      const { directory, system, instanceId, userId } = await openWorld()
      await system.users.updateWhere({ userId }, { metadata: { app: { set: { iban: 'Klartext-1' } } } } as never)
      await system.users.updateWhere({ userId }, { metadata: { app: { set: { taxId: 'Klartext-2' } } } } as never, {
        mode: 'batches',
      })
      const values = { iban: 'Klartext-1', taxId: 'Klartext-2' }
      expect(await system.users.metadata(userId).values()).toEqual(values)

      const another = `world-${++instances}`
      const keyProvider = providerOf(['k2'])
      const other = await createDirectory({ storage, instanceId: another, metadata, keyProvider, migrate: false })
      expect(await other.import(directory.export())).toMatchObject({ complete: true, failed: 0 })
      expect(await other.asSystem('test').users.metadata(userId).values()).toEqual(values)
      for (const instance of [instanceId, another]) {
        expect(JSON.stringify(await storage.readEvents(instance, { limit: 100 }))).not.toContain('Klartext')
        expect((await rawEntry(instance, userId, 'iban')).value.json).not.toContain('Klartext')
      }
    })

    it('renews the blind index under another index key', async () => {
      const provider = providerOf(['k1'])
      const { instanceId, userId, ada } = await openWorld(provider)
      await ada.set({ taxId: 'DE 1' })
      const keyProvider = { ...provider, indexKey: () => Buffer.alloc(32, 7) }
      const directory = await createDirectory({ storage, instanceId, metadata, keyProvider, migrate: false })
      const { users } = directory.asSystem('test')
      const find = async () => (await users.find({ where: { metadata: { taxId: 'DE 1' } } as never })).items.length
      expect(await find()).toBe(0)
      expect(await directory.reencryptMetadata()).toMatchObject({ entries: 1, conflicts: 0 })
      expect(await find()).toBe(1)
      const { userId: bob } = await users.createHuman({ userName: 'bob' })
      await expect(users.metadata(bob).set({ taxId: 'DE 1' })).rejects.toMatchObject({ code: 'already_exists' })
      await users.delete(userId)
      await users.metadata(bob).set({ taxId: 'DE 1' })
    })

    it('loses the values of a key that was thrown away, and nothing else', async () => {
      const provider = { ...providerOf([]), currentKeyId: ({ subjectId }: { subjectId: string }) => `of ${subjectId}` }
      let now = Date.UTC(2026, 0, 1)
      const { keys } = provider
      provider.key = (id: string) => {
        if (!keys.has(id) && !id.includes('gone')) keys.set(id, randomBytes(32))
        return keys.get(id)
      }
      const { system, userId, ada, directory, instanceId } = await openWorld(provider as never, { clock: () => now })
      const { userId: gone } = await system.users.createHuman({ userId: 'gone', userName: 'gone' })
      keys.set('of gone', randomBytes(32))
      const lost = system.users.metadata(gone)
      await lost.set({ taxId: 'lost', open: 'kept' })
      await ada.set({ taxId: 'kept' })
      keys.delete('of gone')
      now += 300_000
      await expect(lost.get('taxId')).rejects.toMatchObject({ reason: 'metadata_unreadable' })
      expect(await lost.values()).toEqual({ open: 'kept' })
      expect((await ada.get('taxId')).value).toBe('kept')
      const events = await system.events({ types: ['user.metadata.set'], order: 'oldest' } as never)
      expect(JSON.stringify(events)).not.toContain('lost')
      expect(JSON.stringify(events)).not.toContain('$d')
      expect(JSON.stringify(await system.users.history(gone, { key: 'taxId' }))).toContain('hidden')
      await system.users.update(gone, { nickName: 'g' })
      const renamed = (await system.users.history(gone)).find(({ type }) => type === 'user.human.profile.changed')
      expect(renamed?.differences.map(({ of }) => of)).toEqual(['record'])
      expect((await system.users.asOf(gone, { time: now }))?.redacted).toEqual([{ namespace: 'app', key: 'taxId' }])
      await expect(lost.set({ iban: 'x' })).rejects.toMatchObject({ reason: 'metadata_key_missing' })
      expect(await directory.reencryptMetadata()).toMatchObject({ entries: 0, events: 0 })
      // Folding the history keeps what is stored: the key may be found again.
      await directory.purgeHistory({ before: now })
      expect(JSON.stringify(await storage.readEvents(instanceId, { limit: 100 }))).toContain('of gone')
      await ada.set({ taxId: 'free' })
      await expect(ada.set({ taxId: 'lost' })).rejects.toMatchObject({ code: 'already_exists' })
      await lost.remove('taxId')
      await ada.set({ taxId: 'lost' })
      expect(userId).not.toBe(gone)
    })

    it('waits for a provider that takes its time, and says so where it fails', async () => {
      const sync = providerOf(['k1'])
      let failing = false
      let isRotating = false
      let asked = 0
      const provider = {
        ...sync,
        keepKeysMs: 0,
        key: async (id: string) => {
          asked += 1
          await new Promise((resolve) => setTimeout(resolve, 1))
          if (isRotating) provider.currentKeyId = 'k2'
          if (failing) throw new Error('the service is down')
          return sync.keys.get(id)
        },
      }
      const { ada, system, userId } = await openWorld(provider)
      await ada.set({ iban: 'x', open: 'o' })
      expect(await ada.values()).toEqual({ iban: 'x', open: 'o' })
      expect(asked).toBeGreaterThan(1)
      // The key becomes another one while the write waits for it.
      sync.keys.set('k2', randomBytes(32))
      isRotating = true
      const { userId: bob } = await system.users.createHuman({ userName: 'bob', metadata: { app: { iban: 'y' } } })
      expect(provider.currentKeyId).toBe('k2')
      expect((await system.users.metadata(bob).get('iban')).value).toBe('y')
      failing = true
      const down = { code: 'storage_unavailable', reason: 'failed' }
      await expect(ada.set({ iban: 'y' })).rejects.toMatchObject(down)
      await expect(ada.get('iban')).rejects.toMatchObject(down)
      // It is there, so that it is not left out.
      await expect(ada.values()).rejects.toMatchObject(down)
      await expect(system.events({ subject: { type: 'user', id: userId } })).rejects.toMatchObject(down)
      expect((await ada.get('open')).value).toBe('o')
      const [user] = await Promise.all([system.users.get(userId), ada.find('iban').catch(() => undefined)])
      expect(user.userName).toBe('ada')
      failing = false
      expect((await ada.get('iban')).value).toBe('x')
    })

    const key = fc.constantFrom('a', 'b', 'plain')
    const json = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('x', 'y', 1, true, null))
    const value = fc.oneof(
      json.map((given) => JSON.parse(JSON.stringify(given)) as JsonValue),
      fc.uint8Array({ maxLength: 3 }),
    )
    const step = fc.oneof(
      fc.record({ verb: fc.constant('set' as const), key, value }),
      fc.record({ verb: fc.constant('remove' as const), key, value }),
      fc.record({ verb: fc.constant('increment' as const), key, value }),
      fc.record({ verb: fc.constant('append' as const), key, value }),
      fc.record({ verb: fc.constant('mergeDeep' as const), key, value }),
      fc.record({ verb: fc.constant('replace' as const), key, value }),
      fc.record({
        verb: fc.constant('find' as const),
        key: fc.constantFrom('a', 'plain'),
        value: fc.constantFrom('x', 'y', 1, true),
      }),
    )

    it('answers as a directory without encryption does, whatever is asked', async () => {
      const define = (encrypted: boolean) => {
        const of = <Given extends object>(given: Given) => (encrypted ? given : {})
        return defineMetadata({
          user: {
            a: { schema: any, ...of({ encrypted: { blindIndex: true } }) },
            b: { schema: any, unique: true, ...of({ encrypted: true }) },
          },
        })
      }
      let now = 0
      const open = (encrypted: boolean) => {
        let ids = 0
        const options = {
          storage,
          instanceId: `world-${++instances}`,
          migrate: false,
          clock: () => now,
          newId: () => `id-${++ids}`,
        }
        return createDirectory({
          ...options,
          metadata: define(encrypted),
          ...(encrypted && { keyProvider: providerOf(['k1']) }),
        })
      }
      const both = [await open(false), await open(true)]
      const answers = async (
        userId: string,
        steps: readonly (readonly [typeof step extends fc.Arbitrary<infer S> ? S : never, number])[],
      ) =>
        Promise.all(
          both.map(async (directory) => {
            const { users } = directory.asSystem('property')
            const given = [`${userId}-0`, `${userId}-1`]
            for (const id of given) await users.createHuman({ userId: id, userName: id })
            const told: unknown[] = []
            for (const [{ verb, key: name, value: held }, of] of steps) {
              const metadata = users.metadata(given[of]!)
              const values = { [name]: held } as Record<string, MetadataValue>
              const call = async (): Promise<unknown> => {
                switch (verb) {
                  case 'set':
                    return metadata.set(values)
                  case 'remove':
                    return metadata.remove(name)
                  case 'increment':
                    return metadata.increment(name, 2)
                  case 'append':
                    return metadata.append(name, held as JsonValue)
                  case 'mergeDeep':
                    return metadata.mergeDeep(values as never)
                  case 'replace':
                    return metadata.replace(values)
                  case 'find': {
                    const { items } = await users.find({ where: { metadata: { [name]: held } } as never })
                    return items.map((user) => user.userId)
                  }
                }
              }
              const answer = await call().catch(({ code, reason, path }) => ({ code, reason, path }))
              told.push(JSON.parse(JSON.stringify(answer)))
            }
            for (const id of given) {
              told.push(await users.metadata(id).list(), await users.history(id))
              const events = await directory.asSystem('property').events({ subject: { type: 'user', id } })
              told.push(events.map(({ type, payload, sequence }) => [type, payload, sequence]))
              await users.delete(id)
            }
            return told
          }),
        )
      let runs = 0
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(step, fc.constantFrom(0, 1)), { maxLength: 12 }), async (steps) => {
          now += 1
          runs += 1
          const [plainly, encrypted] = await answers(`u${runs}`, steps)
          expect(encrypted).toEqual(plainly)
        }),
        { numRuns: 20 },
      )
    })
  })
}
