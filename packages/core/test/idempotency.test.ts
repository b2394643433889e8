import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type ActingDirectory,
  createDirectory,
  type Directory,
  type DirectoryStorage,
  type IdempotencyOption,
  isDirectoryError,
} from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PostgresDatabase } from '../../../test/postgres'
import { everyCall, ofAcme } from './every-call'
import { allEvents, createWorld, createWorldDatabase, dawn, eventsOf, expectRefused } from './world'

const k1 = { idempotencyKey: 'k1' }
const dayMs = 86_400_000

/** One call of each method that takes options, on people of the world. */
const keyedCalls: Readonly<Record<string, (d: ActingDirectory, o: IdempotencyOption) => Promise<unknown>>> = {
  'users.createHuman': ({ users }, o) => users.createHuman({ userName: 'new', orgId: 'acme', email: 'n@x.example' }, o),
  'users.createMachine': ({ users }, o) => users.createMachine({ userName: 'new', name: 'New', orgId: 'acme' }, o),
  'users.updateWhere': ({ users }, o) => users.updateWhere({ userId: 'bob' }, { nickName: 'B' }, o),
  'users.update': ({ users }, o) => users.update('bob', { nickName: 'B' }, o),
  'users.requestEmailCode': ({ users }, o) => users.requestEmailCode('cem', o),
  'users.sendEmailCode': ({ users }, o) => users.sendEmailCode('cem', o),
  'users.requestPhoneCode': ({ users }, o) => users.requestPhoneCode('cem', o),
  'users.sendPhoneCode': ({ users }, o) => users.sendPhoneCode('cem', o),
  'users.requestInitializationCode': ({ users }, o) => users.requestInitializationCode('ida', {}, o),
  'users.sendInitializationCode': ({ users }, o) => users.sendInitializationCode('ida', {}, o),
  'users.initialize': ({ users }, o) => users.initialize('ida', o),
  'users.deactivate': ({ users }, o) => users.deactivate('bob', o),
  'users.lock': ({ users }, o) => users.lock('bob', o),
  'users.delete': ({ users }, o) => users.delete('bob', o),
  'users.undelete': ({ users }, o) => users.undelete('gone', { userName: 'back', ...o }),
  'users.anonymise': ({ users }, o) => users.anonymise('bob', o),
  'users.erase': ({ users }, o) => users.erase('bob', o),
  'users.revertMetadata': ({ users }, o) => users.revertMetadata('ada', { sequence: '1' }, o),
  'users.metadata.revert': ({ users }, o) => users.metadata('ada').revert({ sequence: '1' }, o),
  'users.metadata.set': ({ users }, o) => users.metadata('bob').set({ a: 1, b: { c: [null] } }, o),
  'users.metadata.apply': ({ users }, o) => users.metadata('bob').apply({ set: { a: new Uint8Array([1]) } }, o),
  'users.metadata.clear': ({ users }, o) => users.metadata('ada').clear(o),
  'users.metadata.merge': ({ users }, o) => users.metadata('bob').merge({ b: 1 }, o),
  'users.metadata.mergeDeep': ({ users }, o) => users.metadata('bob').mergeDeep({ b: { c: 1 } }, o),
  'users.metadata.replace': ({ users }, o) => users.metadata('bob').replace({ b: 1 }, o),
  'users.metadata.patch': ({ users }, o) => users.metadata('bob').patch([{ op: 'add', path: '/b', value: 1 }], o),
  'users.metadata.increment': ({ users }, o) => users.metadata('bob').increment('n', 1, o),
  'users.accessTokens.create': ({ users }, o) => users.accessTokens('robot').create({}, o),
  'orgs.create': ({ orgs }, o) => orgs.create({ name: 'New' }, o),
  'orgs.setUp': ({ orgs }, o) => orgs.setUp({ name: 'New', human: { userName: 'new' } }, o),
  'orgs.setDefault': ({ orgs }, o) => orgs.setDefault('acme', o),
  'orgs.updateWhere': ({ orgs }, o) => orgs.updateWhere({ orgId: 'acme' }, { displayName: 'A' }, o),
  'orgs.update': ({ orgs }, o) => orgs.update('acme', { displayName: 'A' }, o),
  'orgs.rename': ({ orgs }, o) => orgs.rename('New', 'acme', o),
  'orgs.deactivate': ({ orgs }, o) => orgs.deactivate('umbrella', o),
  'orgs.delete': ({ orgs }, o) => orgs.delete('umbrella', o),
  'orgs.domains.add': ({ orgs }, o) => orgs.domains('acme').add('new.example', o),
  'orgs.domains.startVerification': ({ orgs }, o) => orgs.domains('acme').startVerification('a.example', 'dns', o),
  'orgs.domains.verify': ({ orgs }, o) => orgs.domains('acme').verify('a.example', o),
  'orgs.domains.remove': ({ orgs }, o) => orgs.domains('acme').remove('a.example', o),
  'orgs.members.add': ({ orgs }, o) => orgs.members('acme').add({ userId: 'robot', roles: [] }, o),
  'orgs.members.addAll': ({ orgs }, o) => orgs.members('acme').addAll({ userIds: ['robot', 'eve'] }, o),
  'orgs.members.update': ({ orgs }, o) => orgs.members('acme').update('bob', { roles: [] }, o),
  'orgs.members.remove': ({ orgs }, o) => orgs.members('acme').remove('bob', o),
  'orgs.members.removeAll': ({ orgs }, o) => orgs.members('acme').removeAll(['bob'], o),
  'orgs.members.grantRoles': ({ orgs }, o) =>
    orgs.members('acme').grantRoles({ userIds: ['eve'], roles: ['ORG_OWNER'] }, o),
  'orgs.members.revokeRoles': ({ orgs }, o) => orgs.members('acme').revokeRoles('ada', ['ORG_OWNER'], o),
  'clients.create': ({ clients }, o) => clients.create({ name: 'New', orgId: 'acme' }, o),
  'clients.updateWhere': ({ clients }, o) => clients.updateWhere({ clientId: 'shop' }, { name: 'New' }, o),
  'clients.update': ({ clients }, o) => clients.update('shop', { name: 'New' }, o),
  'clients.delete': ({ clients }, o) => clients.delete('shop', o),
  'roles.create': ({ roles }, o) => roles.create({ name: 'New' }, o),
  'roles.update': ({ roles }, o) => roles.update('auditor', { name: 'New' }, o),
  'roles.delete': ({ roles }, o) => roles.delete('auditor', o),
}

async function createSettledWorld() {
  const world = await createWorld({ sendCode: () => undefined, verifyDomain: async () => true })
  const { users, orgs, roles } = world.system
  await users.createHuman({
    userId: 'cem',
    orgId: 'acme',
    userName: 'cem',
    email: 'cem@acme.example',
    phone: '+4179',
  })
  await users.createHuman({ userId: 'ida', orgId: 'acme', userName: 'ida', email: 'i@x.example', state: 'initial' })
  await users.createHuman({ userId: 'gone', orgId: 'acme', userName: 'gone' })
  await users.delete('gone', { undeleteFor: 86_400_000 })
  await users.metadata('ada').set({ a: 1 })
  await orgs.domains('acme').add('a.example')
  await roles.create({ roleId: 'auditor', name: 'Auditor' })
  return world
}

describe('a write under an idempotency key', () => {
  for (const [name, call] of Object.entries(keyedCalls)) {
    it(`${name} is done once and answers the same`, async () => {
      const world = await createSettledWorld()
      const first = await call(world.system, k1)
      expect((await eventsOf(world, async () => expect(await call(world.system, k1)).toEqual(first))).length).toBe(0)
      await world.directory.close()
    })
  }

  it('leaves no method out that takes options', async () => {
    // What only undoes, and what has no place for options, is covered by the work of `once`.
    const undoing = ['reactivate', 'unlock', 'verifyEmail', 'verifyPhone', 'setPrimary', 'accessTokens.delete']
    const covered = new Set(Object.keys(keyedCalls))
    const world = await createSettledWorld()
    const left = []
    for (const [name, call] of everyCall) {
      if (
        covered.has(name) ||
        undoing.some((verb) => name.endsWith(verb)) ||
        /metadata\.(remove|append|update)$/.test(name)
      )
        continue
      const written = await eventsOf(world, async () => call(world.system, ofAcme).catch(() => undefined))
      if (written.length > 0 && !/^(clients|orgs)\.metadata|^members/.test(name)) left.push(name)
    }
    expect(left).toEqual([])
    await world.directory.close()
  })

  it('shows a token again, of which the database holds nothing readable', async () => {
    const world = await createWorld()
    const key = 'c56a4180-65aa-42ec-a945-5fd21dec0538'
    const kept: unknown[] = []
    const { commit } = world.storage
    const storage: DirectoryStorage = {
      ...world.storage,
      commit: (instanceId, commits) => {
        kept.push(...commits.map(({ keepAnswer }) => keepAnswer))
        return commit(instanceId, commits)
      },
    }
    const directory = await createDirectory({ storage, clock: () => dawn })
    const tokens = directory.asSystem('test').users.accessTokens('robot')
    const first = await tokens.create({}, { idempotencyKey: key })
    expect(await tokens.create({}, { idempotencyKey: key })).toEqual(first)
    expect(await directory.authenticate(first.token)).toMatchObject({ userId: 'robot' })

    expect(kept).toHaveLength(1)
    const stored = JSON.stringify(kept)
    for (const secret of [first.token, key, 'robot', Buffer.from(first.token).toString('base64')]) {
      expect(stored).not.toContain(secret)
    }
  })

  it('refuses another request under the key, and writes nothing', async () => {
    const world = await createWorld()
    const { users } = world.system
    await users.update('bob', { nickName: 'B' }, k1)
    const reused = { code: 'idempotency_key_reused' }
    await expectRefused(world, () => users.update('bob', { nickName: 'C' }, k1), reused)
    await expectRefused(world, () => users.update('ada', { nickName: 'B' }, k1), reused)
    await expectRefused(world, () => users.lock('bob', k1), reused)
    await expectRefused(world, () => users.update('bob', { nickName: 'B' }, { ...k1, ifVersion: '1' }), reused)
    const elsewhere = world.directory.asSystem('test', { orgId: 'acme' })
    await expectRefused(world, () => elsewhere.users.update('bob', { nickName: 'B' }, k1), reused)
  })

  it('takes members in another order, and left out or undefined, for the same request', async () => {
    const world = await createWorld()
    const { users } = world.system
    const first = await users.update('bob', { nickName: 'B', firstName: 'Bob' }, k1)
    expect(await users.update('bob', { firstName: 'Bob', lastName: undefined, nickName: 'B' }, k1)).toEqual(first)
  })

  it('tells apart what only looks the same', async () => {
    const world = await createWorld()
    const bob = world.system.users.metadata('bob')
    const values: readonly (() => Promise<unknown>)[] = [
      () => bob.set({ a: ['members', [['b', 1]]] }, k1),
      () => bob.set({ a: { b: 1 } }, k1),
      () => bob.set(JSON.parse('{"__proto__":1}'), k1),
      () => bob.set({}, k1),
      () => bob.set({ a: new Uint8Array([1]) }, k1),
      () => bob.set({ a: ['bytes', 'AQ=='] }, k1),
      () => bob.set({ a: '1' }, k1),
      () => bob.set({ a: 1 }, k1),
    ]
    await values[0]!()
    for (const call of values.slice(1)) await expect(call()).rejects.toMatchObject({ code: 'idempotency_key_reused' })
  })

  it('counts for its caller and its instance alone', async () => {
    const world = await createWorld()
    const created = [
      await world.ada.users.createHuman({ userName: 'a' }, k1),
      await world.root.users.createHuman({ userName: 'd', orgId: 'umbrella' }, k1),
      await world.system.users.createHuman({ userName: 'b', orgId: 'umbrella' }, k1),
      await world.directory
        .asSystem('test', { onBehalfOf: 'ada' })
        .users.createHuman({ userName: 'c', orgId: 'umbrella' }, k1),
    ]
    const other = await createDirectory({
      storage: world.storage,
      instanceId: 'other',
      newId: () => 'x',
      migrate: false,
    })
    created.push(await other.asSystem('test').users.createHuman({ userName: 'c', orgId: other.defaultOrgId }, k1))
    expect(new Set(created.map(({ userId }) => userId)).size).toBe(5)
  })

  it('counts for its window and no longer', async () => {
    const world = await createWorld({ idempotencyWindowMs: 1000 })
    const create = () => world.system.users.accessTokens('robot').create({}, k1)
    const first = await create()
    world.advance(999)
    expect(await create()).toEqual(first)
    world.advance(1)
    expect((await create()).tokenId).not.toBe(first.tokenId)
  })

  it('counts for a day unless the host says otherwise', async () => {
    const world = await createWorld()
    const lock = () => world.system.users.lock('bob', k1)
    await lock()
    world.advance(dayMs - 1)
    await lock()
    world.advance(1)
    await expect(lock()).rejects.toMatchObject({ code: 'invalid_state' })
    for (const idempotencyWindowMs of [0, -1, 1.5, Number.NaN]) {
      await expect(createDirectory({ storage: world.storage, idempotencyWindowMs })).rejects.toMatchObject({
        code: 'invalid_input',
      })
    }
  })

  it('is decided anew after a refusal, which kept nothing', async () => {
    const world = await createWorld()
    const { users } = world.system
    await users.lock('bob')
    await expectRefused(world, () => users.lock('bob', k1), { code: 'invalid_state' })
    await users.unlock('bob')
    expect(await eventsOf(world, () => users.lock('bob', k1))).toHaveLength(1)
  })

  it('is kept as well where there was nothing to write', async () => {
    const world = await createWorld()
    const bob = world.system.users.metadata('bob')
    await bob.set({ a: 1 })
    const first = await bob.set({ a: 1 }, k1)
    await bob.set({ a: 2 })
    expect(await bob.set({ a: 1 }, k1)).toEqual(first)
    expect((await bob.get('a')).value).toBe(2)
  })

  it('repeats the refusal of a code that was wrong, and counts it once', async () => {
    const world = await createSettledWorld()
    const { users } = world.system
    const { code } = await users.requestEmailCode('cem')
    for (let count = 0; count < 9; count++) {
      await expect(users.verifyEmail('cem', 'wrong', k1)).rejects.toMatchObject({ reason: 'code_wrong' })
    }
    const verify = () => users.verifyEmail('cem', code, { idempotencyKey: 'k2' })
    expect(await verify()).toEqual(await verify())
  })

  it('answers only who may still call', async () => {
    const world = await createWorld()
    const create = () => world.ada.users.createHuman({ userName: 'new' }, k1)
    await create()
    await world.system.users.lock('ada')
    await expectRefused(world, create, { code: 'unauthenticated' })
  })

  it('refuses keys that are none', async () => {
    const world = await createWorld()
    const keys: readonly unknown[] = ['', 'x'.repeat(256), 'a\0b', '\ud800', 7, null, {}]
    for (const idempotencyKey of keys) {
      const call = () => world.system.users.lock('bob', { idempotencyKey } as IdempotencyOption)
      await expectRefused(world, call, { code: 'invalid_input', path: 'idempotencyKey' })
    }
    await world.system.users.lock('bob', { idempotencyKey: '😀'.repeat(255) })
  })

  it('refuses what is nested too deeply to be named', async () => {
    const world = await createWorld()
    let deep: unknown = 1
    for (let level = 0; level < 100_000; level++) deep = [deep]
    const call = () => world.system.users.metadata('bob').set({ deep } as never, k1)
    await expectRefused(world, call, { code: 'invalid_input' })
  })

  it('announces its events and sends its codes once', async () => {
    const sent: string[] = []
    const world = await createWorld({ sendCode: ({ userId }) => void sent.push(userId) })
    const heard: string[] = []
    world.directory.on('user.human.added', ({ aggregate }) => void heard.push(aggregate.id))
    const create = () =>
      world.system.users.createHuman({ userId: 'n', orgId: 'acme', email: 'n@x.example', emailCode: 'send' }, k1)
    await create()
    await create()
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect([sent, heard]).toEqual([['n'], ['n']])
  })
})

describe('work that is done once', () => {
  const options = { idempotencyKey: 'k1', request: { path: '/x' } }

  it('answers the same, and is not run again', async () => {
    const world = await createWorld()
    let runs = 0
    const work = () =>
      world.ada.once(options, async ({ users }) => {
        runs++
        const { userId } = await users.createHuman({ userName: 'new' })
        return { userId, names: ['\0x', ''], at: runs }
      })
    expect(await work()).toEqual(await work())
    expect(runs).toBe(1)
    await expect(world.ada.once({ ...options, request: 1 }, async () => 1)).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    })
  })

  it('does not join what was named by the key of a single write', async () => {
    const world = await createWorld()
    await world.system.users.lock('bob', k1)
    await expect(world.system.once(options, async () => 1)).rejects.toMatchObject({ code: 'idempotency_key_reused' })
  })

  for (const [name, call] of everyCall) {
    it(`${name} is not done again by work that broke off behind it`, async () => {
      const world = await createSettledWorld()
      const directory = world.system
      let first: unknown
      const crash = new Error('the process is gone')
      const attempt = (end: () => void) =>
        directory.once(options, async (inner) => {
          const answer = await call(inner, ofAcme).catch((error: unknown) => {
            if (!isDirectoryError(error)) throw error
            return error.code
          })
          first ??= answer
          expect(answer).toEqual(first)
          end()
          return null
        })
      const breakOff = () => {
        throw crash
      }
      await expect(attempt(breakOff)).rejects.toBe(crash)
      // What is refused was not done: it is decided again.
      if (typeof first === 'string') return
      expect(await eventsOf(world, () => attempt(() => undefined))).toEqual([])
      await world.directory.close()
    })
  }
})

describe('of several who race with one key', () => {
  const writes: readonly ((d: ActingDirectory, o: IdempotencyOption) => Promise<unknown>)[] = [
    ({ users }, o) => users.createHuman({ orgId: 'acme', email: 'r@x.example' }, o),
    ({ users }, o) => users.createHuman({ userId: 'fix', orgId: 'acme', userName: 'fix' }, o),
    ({ users }, o) => users.accessTokens('robot').create({}, o),
    ({ users }, o) => users.metadata('bob').set({ a: 1 }, o),
    ({ users }, o) => users.lock('bob', o),
    ({ users }, o) => users.delete('bob', o),
    ({ orgs }, o) => orgs.create({ name: 'Race' }, o),
    ({ orgs }, o) => orgs.delete('umbrella', o),
  ]

  async function expectOneWriteEach(
    storages: () => Promise<readonly DirectoryStorage[]>,
    { runs, isFilled }: { readonly runs: number; readonly isFilled: boolean },
  ) {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...writes),
        fc.array(fc.nat({ max: 2 }), { minLength: 2, maxLength: 6 }),
        async (write, callers) => {
          const opened = await storages()
          const world = await createWorld({ storage: opened[0]!, isFilled })
          const others: Directory[] = []
          for (const storage of opened.slice(1))
            others.push(await createDirectory({ storage, clock: () => dawn + 1000 }))
          const systems = [world.directory, ...others].map((directory) => directory.asSystem('test'))
          const before = await allEvents(world.storage, 'default')

          const answers = await Promise.all(callers.map((index) => write(systems[index]!, k1)))
          for (const answer of answers) expect(answer).toEqual(answers[0])
          const after = await allEvents(world.storage, 'default')
          const added = after.slice(before.length)
          // One write is one commit: every aggregate has its events once.
          const names = added.map(({ aggregate, type }) => `${aggregate.type} ${aggregate.id} ${type}`)
          expect(added.length).toBeGreaterThan(0)
          expect(new Set(names).size).toBe(names.length)
          expect(new Set(added.map(({ createdAt }) => createdAt)).size).toBe(1)
          for (const directory of [world.directory, ...others]) await directory.close()
        },
      ),
      { numRuns: runs },
    )
  }

  it('exactly one writes and all get its answer, on SQLite', async () => {
    const place = await mkdtemp(join(tmpdir(), 'indwell-keys-'))
    let count = 0
    try {
      await expectOneWriteEach(
        async () => {
          const filename = join(place, `${++count}.db`)
          return [1, 2, 3].map(() => sqliteStorage({ filename }))
        },
        { runs: 12, isFilled: false },
      )
    } finally {
      await rm(place, { recursive: true })
    }
  })

  it('exactly one writes and all get its answer, on Postgres', async () => {
    const databases: PostgresDatabase[] = []
    try {
      await expectOneWriteEach(
        async () => {
          const database = await createWorldDatabase()
          databases.push(database)
          return [1, 2, 3].map(() => postgresStorage({ connectionString: database.url, max: 3 }))
        },
        { runs: 8, isFilled: true },
      )
    } finally {
      for (const database of databases) await database.drop()
    }
  })
})
