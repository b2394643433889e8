import {
  type ActingDirectory,
  createDirectory,
  type Directory,
  type DirectoryOptions,
  type DirectoryStorage,
  defineMetadata,
  type ImportedLine,
  type ImportMode,
  type ImportOptions,
  type JsonValue,
  type MetadataValue,
  type TextPieces,
} from '@indwell/core'
import fc from 'fast-check'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import '../../../test/property-seed'
import { rowsOfLog, storedRows } from './rows-of-log'
import { allEvents } from './world'

type Options = Partial<DirectoryOptions>

const header = '{"kind":"header","format":"indwell","version":1}\n'

async function collected(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const all: string[] = []
  for await (const line of lines) all.push(line)
  return all
}

/** Lines without what is another one wherever it is brought in. */
const lasting = (lines: readonly string[]) =>
  lines.map((line) =>
    line
      .replace(/^(\{"kind":"header",.*?),"instanceId".*\}/s, '$1}')
      .replace(/^(\{"kind":"end","lines":\d+).*\}/, '$1}')
      .replace(/^(\{"kind":"metadata".*),"at":\{[^}]*\}\}$/ms, '$1}')
      .replace(/"at":\{"sequence":"\d+",("createdAt":\d+),"changedAt":\d+\}\}$/m, '"at":{$1}}'),
  )

const linesOf = (...lines: readonly object[]) => [header, ...lines.map((line) => `${JSON.stringify(line)}\n`)]

/** People and things in all the states that they can be in. */
async function fill({ users, orgs, clients, roles, members }: ActingDirectory): Promise<void> {
  await roles.create({ roleId: 'auditor', name: 'Auditor', description: 'Reads', permissions: ['book.read'] })
  await roles.create({ roleId: 'gone', name: 'Gone' })
  const settings = { b: 1, a: { z: [null, '😀'], c: 2 }, ['__proto__']: { x: 1 } }
  await orgs.create({ orgId: 'acme', name: 'Acme', displayName: 'ACME!', settings, metadata: { org: { a: 1 } } })
  await orgs.domains('acme').add('acme.example')
  await orgs.domains('acme').setPrimary('acme.example')
  await orgs.create({ orgId: 'closed', name: 'Closed' })
  await orgs.deactivate('closed')
  const values = { plan: 'pro', ['__proto__']: { a: 1 }, 'é\u2028"\\': '\ud800\0', n: 1e21, list: [[], {}, null] }
  await users.createHuman({
    userId: 'ada',
    orgId: 'acme',
    userName: 'Ada',
    firstName: 'Ada',
    lastName: 'L',
    nickName: 'a',
    preferredLanguage: 'de-CH',
    gender: 'female',
    avatarUrl: 'https://x.example/a',
    email: 'Ada@acme.example',
    emailVerified: true,
    phone: '+41791234567',
    phoneVerified: true,
    hasPassword: true,
    createdAt: 1_000_000,
    metadata: { app: values, user: {}, zitadel: [['bytes', new Uint8Array([0, 255, 10])]] },
  })
  await users
    .metadata('ada', 'crm')
    .set(Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`k${index}`, index])))
  const states = ['inactive', 'locked', 'initial', 'blocked', 'freed'] as const
  for (const state of states) {
    await users.createHuman({
      userId: state,
      userName: state,
      email: `${state}@x.example`,
      connection: 'db',
      username: state,
      ...(state === 'initial' && { state }),
      ...(state === 'blocked' && { blocked: true }),
    })
  }
  await users.deactivate('inactive')
  await users.lock('locked')
  await users.update('freed', { blocked: true })
  await users.update('freed', { blocked: false })
  await users.createHuman({ userId: 'db|other', orgId: 'acme', userName: 'other', email: 'o@x.example' })
  await users.linkIdentity('ada', 'db|other')
  await users.createMachine({ userId: 'robot', orgId: 'acme', userName: 'robot', name: 'R', description: 'd' })
  await users.update('robot', { accessTokenType: 'jwt', username: 'r2' })
  await users.lock('robot')
  await clients.create({ clientId: 'shop', orgId: 'acme', name: 'Shop', settings, metadata: { client: { a: [1] } } })
  await clients.create({ clientId: 'stall', name: 'Stall' })
  await clients.update('stall', { metadata: { client: { set: { a: 1 } } } })
  await clients.update('stall', { metadata: { client: { remove: ['a'] } } })
  await orgs
    .members('acme')
    .add({ userId: 'ada', roles: ['ORG_OWNER', 'auditor', 'gone'], expiresAt: 4_000_000_000_000 })
  await orgs.members('closed').add({ userId: 'ada', roles: [] })
  await members.add({ userId: 'robot', roles: ['IAM_OWNER'] })
  await roles.delete('gone')
}

export function describePortable(
  name: string,
  open: () => Promise<DirectoryStorage>,
  openOther: () => Promise<DirectoryStorage>,
  runs: number,
): void {
  describe(`export and import on ${name}`, () => {
    let storage: DirectoryStorage
    let other: DirectoryStorage
    let full: Directory
    let exported: readonly string[]
    const places = new Map<DirectoryStorage, number>()
    /** An empty instance of its own. */
    const place = (on: DirectoryStorage, options: Options = {}) => {
      places.set(on, (places.get(on) ?? 0) + 1)
      return createDirectory({ storage: on, migrate: false, instanceId: `i-${places.get(on)}`, ...options })
    }

    beforeAll(async () => {
      storage = await open()
      other = await openOther()
      full = await place(storage)
      await fill(full.asSystem('test'))
      exported = await collected(full.export())
    })
    afterAll(async () => {
      await storage.close()
      await other.close()
    })

    const events = ({ instanceId }: Directory, on: DirectoryStorage) => allEvents(on, instanceId)

    it('brings everything into an empty instance of another database, which exports the same', async () => {
      const target = await place(other)
      expect(await target.import(exported)).toMatchObject({ failed: 0, unchanged: 1, complete: true, failures: [] })
      expect(lasting(await collected(target.export()))).toEqual(lasting(exported))
      // The default org of the file took the place of the one that was there.
      expect((await target.asSystem('t').orgs.getDefault()).orgId).toBe(full.defaultOrgId)
      expect((await target.asSystem('t').orgs.list()).items).toHaveLength(3)
      // And behaves: what is linked can be a user again, and names are taken.
      const { users } = target.asSystem('t')
      await expect(users.createHuman({ userName: 'OTHER' })).rejects.toMatchObject({ subject: 'user_name' })
      await users.unlinkIdentity('ada', 'db|other')
      expect(await users.get('db|other')).toMatchObject({ email: 'o@x.example' })
    })

    it('writes events that come to what is stored, by whom it says and why', async () => {
      const target = await place(other)
      await target.import(exported, { reason: 'from the old house' })
      const log = await events(target, other)
      const subjects = ['ada', 'robot', 'db|other', 'initial'].map(
        (subjectId) => ({ subjectType: 'user', subjectId }) as const,
      )
      const carriers = [
        ...subjects,
        ...['shop', 'stall'].map((subjectId) => ({ subjectType: 'client', subjectId }) as const),
        { subjectType: 'org', subjectId: 'acme' } as const,
      ]
      const rows = await storedRows(other, target.instanceId, carriers)
      const { entry, ...records } = rowsOfLog(log)
      expect(records).toEqual(withoutEntries(rows))
      const of = new Set(carriers.map(({ subjectId }) => subjectId))
      const named = entry.filter(({ subjectId, namespace }) => of.has(subjectId) && namespace !== 'crm')
      expect(named).toEqual(rows.entry)
      const actors = new Set(log.slice(8).map(({ actor }) => `${actor.type} ${actor.reason}`))
      expect([...actors]).toEqual(['system from the old house'])
    })

    it.each(['create', 'skip', 'overwrite'] as const)('changes nothing when it is done again to %s', async (mode) => {
      const last = await full.bookmark()
      const counted = await full.import(exported, { mode })
      expect(counted).toMatchObject({ created: 0, updated: 0, skipped: 0, failed: 0, unchanged: exported.length - 2 })
      expect(await full.bookmark()).toBe(last)
    })

    it('refuses, leaves or overwrites what is there and different', async () => {
      const results: unknown[] = []
      const at = { createdAt: 5 }
      const [ada, acme] = [
        { kind: 'user', userId: 'ada', orgId: 'acme' },
        { kind: 'org', orgId: 'acme', name: 'Acme' },
      ]
      const of = { type: 'user', id: 'ada' }
      const first = linesOf(
        { kind: 'role', roleId: 'r', name: 'R', at },
        { ...acme, settings: { a: 1, b: 2 }, domains: [{ domain: 'acme.example', isVerified: true }], at },
        { ...ada, userName: 'ada', nickName: 'A', email: 'a@x.example', phone: '+411', at },
        { kind: 'metadata', of, namespace: 'app', key: 'a', value: 1 },
        { kind: 'client', clientId: 'shop', orgId: 'acme', name: 'Shop', settings: { a: 1 }, at },
        { kind: 'member', level: 'org', orgId: 'acme', userId: 'ada', roles: ['r'], at },
      )
      const second = linesOf(
        { kind: 'role', roleId: 'r', name: 'Role', permissions: ['x'] },
        {
          ...acme,
          name: 'Acme 2',
          settings: { b: 3 },
          state: 'inactive',
          domains: [{ domain: 'b.example', isPrimary: true, isVerified: true }],
        },
        {
          ...ada,
          userName: 'ada2',
          email: 'b@x.example',
          emailVerified: true,
          state: 'locked',
          blocked: true,
          passwordChangedAt: 7,
        },
        { kind: 'metadata', of, namespace: 'app', key: 'a', value: 2 },
        { kind: 'metadata', of, namespace: 'app', key: 'b', value: 2 },
        { kind: 'client', clientId: 'shop', orgId: 'acme', name: 'Store', settings: { b: 1 } },
        { kind: 'member', level: 'org', orgId: 'acme', userId: 'ada', roles: [], expiresAt: 4_000_000_000_000 },
      )
      for (const mode of ['create', 'skip', 'overwrite'] as const) {
        const target = await place(other)
        expect(await target.import(first)).toMatchObject({ created: 6, failed: 0, complete: false })
        const rows: ImportedLine[] = []
        await target.import(second, { mode, onProgress: (progress) => void rows.push(...progress.rows) })
        results.push(rows.map(({ outcome, code }) => code ?? outcome))
        const { users, orgs, clients } = target.asSystem('t')
        const user = await users.get('ada')
        const org = await orgs.get('acme')
        if (mode === 'overwrite') {
          expect(user).toMatchObject({ userName: 'ada2', nickName: null, email: 'b@x.example', emailVerified: true })
          expect(user).toMatchObject({
            phone: null,
            state: 'locked',
            blocked: true,
            passwordChangedAt: 7,
            createdAt: 5,
          })
          expect(org).toMatchObject({
            name: 'Acme 2',
            settings: { b: 3 },
            state: 'inactive',
            primaryDomain: 'b.example',
          })
          expect((await clients.get('shop')).settings).toEqual({ b: 1 })
        } else {
          expect(user).toMatchObject({ userName: 'ada', nickName: 'A', phone: '+411' })
          expect(org).toMatchObject({ name: 'Acme', settings: { a: 1, b: 2 } })
        }
        const values = { create: { a: 1 }, skip: { a: 1, b: 2 }, overwrite: { a: 2, b: 2 } }[mode]
        expect(await users.metadata('ada').values()).toEqual(values)
        const after = await target.bookmark()
        await target.import(second, { mode })
        expect(await target.bookmark()).toBe(after)
      }
      const refused = ['already_exists', 'already_exists', 'already_exists', 'invalid_input', 'invalid_input']
      expect(results).toEqual([
        [...refused, 'already_exists', 'already_exists'],
        ['skipped', 'skipped', 'skipped', 'skipped', 'created', 'skipped', 'skipped'],
        ['updated', 'updated', 'updated', 'updated', 'created', 'updated', 'updated'],
      ])
    })

    it('names lines that cannot be brought in by their numbers, and loses no others', async () => {
      const target = await place(other)
      const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
      const of = { type: 'user', id: 'ada' }
      const lines = [
        'nonsense',
        '{"kind":"user"}',
        '{"kind":"weather","at":1}',
        '{"kind":"toString"}',
        '[]',
        '"x"',
        '{"kind":"user","userId":"ada","nickname":"x"}',
        JSON.stringify({ kind: 'user', userId: 'a\0' }),
        '{"kind":"user","userId":"ada","createdAt":1,"__proto__":{}}',
        '{"kind":"user","userId":"ada","at":{"createdAt":-1}}',
        '{"kind":"user","userId":"eve","orgId":"nowhere"}',
        JSON.stringify({ kind: 'metadata', of: { type: 'user', id: 'nobody' }, namespace: 'app', key: 'a', value: 1 }),
        `{"kind":"metadata","of":{"type":"user","id":"ada"},"namespace":"app","key":"a","value":${deep}}`,
        `{"kind":"user","userId":"${'x'.repeat(5_000_000)}"}`,
        '{"kind":"user","userId":"ada"}',
        '',
        JSON.stringify({ kind: 'metadata', of, namespace: 'app', key: 'a' }),
        JSON.stringify({ kind: 'metadata', of, namespace: 'app', key: 'a', bytes: 'no base64!' }),
        JSON.stringify({ kind: 'metadata', of, namespace: '$codes', key: 'a', value: 1 }),
        JSON.stringify({ kind: 'metadata', of, namespace: 'auth0-jobs', key: 'a', value: 1 }),
        JSON.stringify({ kind: 'metadata', of, namespace: 'app', key: 'a', value: null }),
        JSON.stringify({ kind: 'member', level: 'org', orgId: '', userId: 'ada', roles: [] }),
        JSON.stringify({ kind: 'member', level: 'instance', userId: 'ada', roles: ['NO_ROLE'] }),
        JSON.stringify({ kind: 'member', level: 'instance', userId: 'eve', roles: [] }),
        JSON.stringify({ kind: 'member', level: 'instance', userId: 'ada', roles: ['IAM_OWNER'] }),
      ]
      const rows: ImportedLine[] = []
      const text = Buffer.from([header, ...lines.map((line) => `${line}\r\n`)].join(''))
      // Wherever it is cut, in the middle of characters too.
      const pieces = Array.from({ length: Math.ceil(text.length / 65_537) }, (_, index) =>
        text.subarray(index * 65_537, (index + 1) * 65_537),
      )
      await target.import(pieces, { onProgress: (progress) => void rows.push(...progress.rows) })
      const told = rows.map(({ line, code, outcome }) => [line, code ?? outcome] as const).sort(([a], [b]) => a - b)
      const [invalid, missing, tooMuch] = ['invalid_input', 'not_found', 'limit_exceeded']
      expect(told).toEqual([
        ...[2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((line) => [line, invalid]),
        ...[
          [12, missing],
          [13, missing],
          [14, tooMuch],
          [15, tooMuch],
          [16, 'created'],
        ],
        ...[18, 19, 20, 21].map((line) => [line, invalid]),
        ...[
          [22, 'created'],
          [23, invalid],
          [24, invalid],
          [25, missing],
          [26, 'created'],
        ],
      ])
      expect(rows.find(({ line }) => line === 8)).toEqual({
        line: 8,
        outcome: 'failed',
        code: 'invalid_input',
        problem: expect.stringContaining('nickname'),
      })
      for (const wrong of [
        '',
        '\n',
        'nonsense\n',
        '{"kind":"header","format":"other","version":1}\n',
        '{"kind":"user","userId":"x"}\n',
      ]) {
        await expect(target.import([wrong])).rejects.toMatchObject({ code: 'invalid_input', path: 'lines' })
      }
      await expect(target.import([header, 7] as never)).rejects.toMatchObject({ code: 'invalid_input', path: 'lines' })
    })

    it('goes on where it was killed, and ends as if it had not been', async () => {
      const target = await place(other)
      let resumeFrom: number | undefined
      let kills = 0
      for (let isDone = false; !isDone; ) {
        let left = 2 + kills
        const unlessKilled = () => {
          if (left <= 0) throw new Error('killed')
        }
        const killed = await createDirectory({
          instanceId: target.instanceId,
          migrate: false,
          storage: {
            ...other,
            load(instanceId, reads) {
              unlessKilled()
              return other.load(instanceId, reads)
            },
            async commit(instanceId, commits) {
              unlessKilled()
              const outcomes = await other.commit(instanceId, commits)
              left -= 1
              unlessKilled()
              return outcomes
            },
          },
        })
        const onProgress: ImportOptions['onProgress'] = (progress) => {
          resumeFrom = progress.resumeFrom
        }
        try {
          await killed.import(exported, { onProgress, resumeFrom })
          isDone = true
        } catch (error) {
          expect(error).toEqual(new Error('killed'))
          kills += 1
        }
      }
      expect(kills).toBeGreaterThan(1)
      expect(lasting(await collected(target.export()))).toEqual(lasting(exported))
    })

    it('tells before what it would do, and stores nothing of it', async () => {
      const target = await place(other)
      const before = await target.bookmark()
      const run = async (dryRun: boolean) => {
        const rows: ImportedLine[] = []
        await target.import(exported, { dryRun, onProgress: (progress) => void rows.push(...progress.rows) })
        return rows
      }
      const rehearsed = await run(true)
      expect(await target.bookmark()).toBe(before)
      expect(await run(false)).toEqual(rehearsed)
    })

    it('exports what it is asked for and no more, page by page', async () => {
      const asked: string[] = []
      let largest = 0
      const counted = await createDirectory({
        instanceId: full.instanceId,
        migrate: false,
        storage: {
          ...storage,
          async load(instanceId, reads) {
            const answers = await storage.load(instanceId, reads)
            const entries = answers.flatMap((answer) => (Array.isArray(answer) ? answer : []))
            largest = Math.max(largest, entries.length)
            return answers
          },
          search(instanceId, search) {
            asked.push(search.kind)
            return storage.search(instanceId, search)
          },
        },
      })
      const some: string[] = []
      for await (const line of counted.export({ pageSize: 2 })) {
        some.push(line)
        if (line.includes('"kind":"user"')) break
      }
      expect(new Set(asked)).toEqual(new Set(['role', 'org', 'orgDomain', 'user']))
      expect(asked.filter((kind) => kind === 'user')).toHaveLength(1)
      asked.length = 0
      const all = await collected(counted.export({ pageSize: 2 }))
      expect(lasting(all)).toEqual(lasting(exported))
      expect(all.slice(0, some.length - 1).slice(1)).toEqual(some.slice(1, -1))
      // 7 users, two at a time, and one search more than there are full pages.
      expect(asked.filter((kind) => kind === 'user')).toHaveLength(4)
      expect(largest).toBeLessThanOrEqual(200)
      for (const pageSize of [0, 1001, 1.5, '1' as never]) {
        await expect(collected(full.export({ pageSize }))).rejects.toMatchObject({ path: 'pageSize' })
      }
    })

    it('says from where on the feed tells what may be missing', async () => {
      const source = await place(storage)
      const { users } = source.asSystem('t')
      for (const userName of ['a', 'b', 'c']) await users.createHuman({ userId: userName, userName })
      const lines: string[] = []
      for await (const line of source.export({ pageSize: 1 })) {
        lines.push(line)
        if (line.includes('"userId":"b"')) {
          await users.createHuman({ userId: 'aa', userName: 'aa' })
          await users.metadata('b').set({ late: true })
        }
      }
      const { position } = JSON.parse(lines[0]!)
      expect(JSON.parse(lines.at(-1)!).position).not.toBe(position)
      const missing: string[] = []
      for await (const change of source.changes({ after: position })) {
        missing.push(`${change.type} ${change.aggregate.id}`)
        if (change.type === 'user.metadata.set') break
      }
      expect(missing).toEqual(['user.human.added aa', 'user.metadata.set b'])
    })

    it('holds entries to what is defined of their keys', async () => {
      const metadata = defineMetadata({
        user: {
          seats: v.number(),
          handle: { schema: v.string(), unique: true },
          old: { schema: v.string(), expiresAfterMs: 10 },
        },
      })
      let now = 1000
      const target = await place(other, { metadata, clock: () => now } as Options)
      const entry = (id: string, key: string, value: JsonValue) => ({
        kind: 'metadata',
        of: { type: 'user', id },
        namespace: 'app',
        key,
        value,
      })
      const result = await target.import(
        linesOf(
          { kind: 'user', userId: 'a' },
          entry('a', 'seats', 'many'),
          entry('a', 'handle', 'ada'),
          entry('a', 'old', 'x'),
          { kind: 'user', userId: 'b' },
          entry('b', 'seats', 3),
          entry('b', 'handle', 'ada'),
        ),
      )
      expect(result).toMatchObject({ created: 5, failed: 2 })
      // Of two who want one value, one gets it.
      const failed = result.failures.map(({ line, code }) => [line, code]).sort()
      expect(failed).toEqual([
        [3, 'invalid_input'],
        [expect.toSatisfy((line) => line === 4 || line === 8), 'already_exists'],
      ])
      now += 10
      const text = (await collected(target.export())).join('')
      expect(text).toContain('"key":"handle"')
      expect(text).not.toContain('"key":"old"')
    })

    it('ends when it is given up, and refuses options that make no sense', async () => {
      const target = await place(other)
      const controller = new AbortController()
      const { signal } = controller
      const onProgress = () => controller.abort(new Error('enough'))
      await expect(target.import(exported, { signal, onProgress })).rejects.toThrow('enough')
      await expect(collected(full.export({ signal }))).rejects.toThrow('enough')
      const refused: readonly (readonly [object, string])[] = [
        [{ mode: 'replace' }, 'mode'],
        [{ resumeFrom: -1 }, 'resumeFrom'],
        [{ resumeFrom: 'x' }, 'resumeFrom'],
        [{ reason: '\0' }, 'reason'],
        [{ resume: 1 }, 'resume'],
        [{ signal: 1 }, 'signal'],
      ]
      for (const [options, path] of refused) {
        await expect(target.import(exported, options)).rejects.toMatchObject({ code: 'invalid_input', path })
      }
    })

    it('gives the same again, whatever is in it', async () => {
      const text = fc.oneof(
        fc.string({ minLength: 1, maxLength: 20 }),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
      )
      const storable = text.filter((one) => one.isWellFormed() && !one.includes('\0'))
      const key = fc.oneof(fc.constantFrom('__proto__', 'a'), storable)
      const value = fc.oneof<fc.Arbitrary<MetadataValue>[]>(
        fc.jsonValue({ maxDepth: 3 }).map((one) => one as JsonValue),
        fc.uint8Array({ maxLength: 20 }),
      )
      const entries = fc.array(fc.tuple(key, value), { maxLength: 3 })
      const user = fc.record(
        {
          userId: storable,
          userName: storable,
          displayName: storable,
          phone: fc.constantFrom('+411', '+412'),
          phoneVerified: fc.boolean(),
          email: fc.constantFrom('a@x.example', 'B@x.example'),
          emailVerified: fc.boolean(),
          state: fc.constantFrom('active' as const, 'initial' as const),
          blocked: fc.boolean(),
          createdAt: fc.nat(),
          metadata: fc.dictionary(fc.constantFrom('app', 'user', 'x-1'), entries, { maxKeys: 2 }),
        },
        { requiredKeys: ['userId', 'userName'] },
      )
      await fc.assert(
        fc.asyncProperty(
          fc.array(user, { maxLength: 4 }),
          entries,
          fc.constantFrom(1, 3),
          async (people, app, pageSize) => {
            const source = await place(storage)
            const system = source.asSystem('t')
            // Names and ids that meet are refused: what is there is what counts.
            for (const one of people) await system.users.createHuman(one).catch(() => undefined)
            await system.clients.create({ clientId: 'c', name: 'C', metadata: { client: app } })
            const lines = await collected(source.export({ pageSize }))
            const target = await place(other)
            expect(await target.import(lines as TextPieces)).toMatchObject({ failed: 0, complete: true })
            expect(lasting(await collected(target.export()))).toEqual(lasting(lines))
          },
        ),
        { numRuns: runs },
      )
    })

    const modes: readonly ImportMode[] = ['create', 'skip', 'overwrite']
    it.each(modes)('leaves an instance that is in use its default org, unless told to %s', async (mode) => {
      const target = await place(other)
      await target.asSystem('t').users.createHuman({ userName: 'x' })
      const lines = linesOf(
        { kind: 'instance', defaultOrgId: 'new', userLoginMustBeDomain: mode === 'skip' },
        { kind: 'org', orgId: 'new', name: 'New' },
      )
      expect(await target.import(lines, { mode })).toMatchObject({ created: 1, failed: mode === 'skip' ? 1 : 0 })
      const { orgId } = await target.asSystem('t').orgs.getDefault()
      expect(orgId).toBe(mode === 'overwrite' ? 'new' : target.defaultOrgId)
    })
  })
}

function withoutEntries<T extends { readonly entry: unknown }>({ entry: _, ...rows }: T): Omit<T, 'entry'> {
  return rows
}
