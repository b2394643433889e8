import { type Change, type ChangesOptions, createDirectory, type Directory, type DirectoryStorage } from '@indwell/core'
import * as v from 'valibot'
import { expect, it } from 'vitest'
import { defineMetadata } from '../src/metadata-definition/define-metadata'

/** The next changes, as many as are asked for. */
export async function take(
  directory: Directory,
  count: number,
  options: ChangesOptions = {},
): Promise<readonly Change[]> {
  const taken: Change[] = []
  if (count === 0) return taken
  for await (const change of directory.changes(options)) {
    taken.push(change)
    if (taken.length === count) break
  }
  return taken
}

/** The position of the newest change. */
export async function end(directory: Directory): Promise<string> {
  const [newest] = await directory.asSystem('test').events({ limit: 1, descending: true })
  return newest!.position
}

const clue = (change: Change) => [change.type, change.fields, change.metadata]

/** Rules that hold on every storage. */
export function changesRules(open: () => Promise<DirectoryStorage>): void {
  const inDirectory =
    (check: (directory: Directory, system: ReturnType<Directory['asSystem']>) => Promise<void>) => async () => {
      const directory = await createDirectory({
        storage: await open(),
        metadata: defineMetadata({ user: { taxId: { schema: v.string(), redact: true } } }),
      })
      const system = directory.asSystem('test')
      await system.orgs.create({ orgId: 'acme', name: 'Acme' })
      await system.users.createHuman({ userId: 'ada', orgId: 'acme', userName: 'ada', firstName: 'Ada' })
      try {
        await check(directory as unknown as Directory, system as ReturnType<Directory['asSystem']>)
      } finally {
        await directory.close()
      }
    }

  it(
    'tells every event of the log in its order, and goes on after any of them',
    inDirectory(async (directory, system) => {
      await system.users.metadata('ada').set({ a: 1, b: 2 })
      const log = await system.events({ limit: 1000 })
      const all = await take(directory, log.length)

      expect(all.map(({ position }) => position)).toEqual(log.map(({ position }) => position))
      for (const [index, { position }] of all.entries()) {
        const rest = await take(directory, all.length - index - 1, { after: position })
        expect(rest).toEqual(all.slice(index + 1))
      }
    }),
  )

  it(
    'tells who did what, to what, and whose it is',
    inDirectory(async (directory, system) => {
      const after = await end(directory)
      await system.orgs.members('acme').add({ userId: 'ada', roles: ['ORG_OWNER'] })
      const [change] = await take(directory, 1, { after })

      expect(change).toMatchObject({
        instanceId: 'default',
        aggregate: { type: 'org', id: 'acme' },
        type: 'org.member.added',
        actor: { type: 'system', reason: 'test' },
        orgId: 'acme',
        record: { kind: 'member', orgId: 'acme', userId: 'ada' },
        fields: { roles: { after: ['ORG_OWNER'] } },
      })
    }),
  )

  it(
    'tells of metadata what was before and what is after, whoever follows from wherever',
    inDirectory(async (directory, system) => {
      const metadata = system.users.metadata('ada')
      const after = await end(directory)
      await metadata.set({ plan: 'free' })
      await system.users.lock('ada')
      await metadata.set({ plan: 'pro', photo: new Uint8Array([1, 2]) })
      await metadata.remove('plan')
      await metadata.clear()
      const plan = { namespace: 'app', key: 'plan' }
      const photo = { namespace: 'app', key: 'photo' }
      const expected = [
        ['user.metadata.set', {}, [{ ...plan, after: 'free' }]],
        ['user.locked', { state: { before: 'active', after: 'locked' } }, []],
        ['user.metadata.set', {}, [{ ...plan, before: 'free', after: 'pro' }]],
        ['user.metadata.set', {}, [{ ...photo, after: new Uint8Array([1, 2]) }]],
        ['user.metadata.removed', {}, [{ ...plan, before: 'pro' }]],
        ['user.metadata.removed.all', {}, [{ ...photo, before: new Uint8Array([1, 2]) }]],
      ]
      const all = await take(directory, 6, { after })
      expect(all.map(clue)).toEqual(expected)
      // Whoever begins in the middle looks up what it did not see.
      for (const [index, { position }] of all.entries()) {
        expect((await take(directory, 5 - index, { after: position })).map(clue)).toEqual(expected.slice(index + 1))
      }
      const sets = await take(directory, 2, { after, types: ['user.metadata.removed', 'user.metadata.removed.all'] })
      expect(sets.map(clue)).toEqual(expected.slice(4))
    }),
  )

  it(
    'tells of records which fields are different',
    inDirectory(async (directory, system) => {
      const after = await end(directory)
      await system.users.update('ada', { nickName: 'Countess' })
      await system.orgs.rename('Acme Two', 'acme')
      await system.clients.create({ clientId: 'shop', orgId: 'acme', name: 'Shop', settings: { app_type: 'spa' } })
      await system.clients.update('shop', { settings: { logo: 'x' } })
      await system.clients.delete('shop')
      const told = await take(directory, 5, {
        after,
        types: ['user.human.profile.changed', 'org.changed', 'client.added', 'client.changed', 'client.removed'],
      })
      expect(told.map(clue)).toEqual([
        ['user.human.profile.changed', { nickName: { before: null, after: 'Countess' } }, []],
        ['org.changed', { name: { before: 'Acme', after: 'Acme Two' } }, []],
        [
          'client.added',
          {
            clientId: { after: 'shop' },
            orgId: { after: 'acme' },
            name: { after: 'Shop' },
            settings: { after: { app_type: 'spa' } },
          },
          [],
        ],
        ['client.changed', { settings: { before: { app_type: 'spa' }, after: { app_type: 'spa', logo: 'x' } } }, []],
        [
          'client.removed',
          {
            clientId: { before: 'shop' },
            orgId: { before: 'acme' },
            name: { before: 'Shop' },
            settings: { before: { app_type: 'spa', logo: 'x' } },
          },
          [],
        ],
      ])
    }),
  )

  it(
    'tells nothing of an earlier life of an id',
    inDirectory(async (directory, system) => {
      await system.users.metadata('ada').set({ plan: 'free' })
      await system.orgs.delete('acme')
      const after = await end(directory)
      await system.orgs.create({ orgId: 'other', name: 'Other' })
      await system.users.createMachine({ userId: 'ada', orgId: 'other', userName: 'ada', name: 'A' })
      await system.users.metadata('ada').set({ plan: 'pro' })
      const [added, set] = await take(directory, 2, { after, subject: { type: 'user', id: 'ada' } })

      expect(added!.fields.userName).toEqual({ after: 'ada' })
      expect(set!.metadata).toEqual([{ namespace: 'app', key: 'plan', after: 'pro' }])
    }),
  )

  it(
    'tells that what is redacted was set and removed, but neither value',
    inDirectory(async (directory, system) => {
      const after = await end(directory)
      await system.users.metadata('ada').set({ taxId: 'secret-1' })
      await system.users.metadata('ada').set({ taxId: 'secret-2' })
      await system.users.metadata('ada').remove('taxId')
      const told = await take(directory, 3, { after })

      const taxId = { namespace: 'app', key: 'taxId', redacted: true }
      expect(told.map(({ metadata }) => metadata)).toEqual([[taxId], [taxId], [taxId]])
      expect(JSON.stringify(told)).not.toContain('secret')
    }),
  )

  it(
    'reads nothing of what was before where nobody asks for it',
    inDirectory(async (directory, system) => {
      await system.users.metadata('ada').set({ plan: 'free' })
      const after = await end(directory)
      await system.users.metadata('ada').set({ plan: 'pro' })
      await system.users.lock('ada')
      expect((await take(directory, 2, { after, before: false })).map(clue)).toEqual([
        ['user.metadata.set', {}, [{ namespace: 'app', key: 'plan', after: 'pro' }]],
        ['user.locked', {}, []],
      ])
    }),
  )

  it(
    'narrows to types and to a subject',
    inDirectory(async (directory, system) => {
      await system.users.lock('ada')
      await system.users.unlock('ada')
      const types = (await take(directory, 2, { types: ['user.unlocked', 'user.locked'] })).map(({ type }) => type)
      expect(types).toEqual(['user.locked', 'user.unlocked'])
      const ofAda = await take(directory, 3, { subject: { type: 'user', id: 'ada' } })
      expect(ofAda.map(({ sequence }) => sequence)).toEqual(['1', '2', '3'])
    }),
  )

  it('tells nothing of another instance of the database', async () => {
    const storage = await open()
    const one = await createDirectory({ storage, instanceId: 'one' })
    const other = await createDirectory({ storage, instanceId: 'other' })
    const after = await end(one)
    await other.asSystem('test').orgs.create({ orgId: 'theirs', name: 'Theirs' })
    await one.asSystem('test').orgs.create({ orgId: 'ours', name: 'Ours' })
    const [first] = await take(one, 1, { after })
    expect(first).toMatchObject({ instanceId: 'one', orgId: 'ours' })
    await storage.close()
  })

  it(
    'waits for what is to come, and ends at once with the signal or with the directory',
    inDirectory(async (directory, system) => {
      const ending = new AbortController()
      const after = await end(directory)
      const seen: string[] = []
      const following = (async () => {
        for await (const { type } of directory.changes({ after, signal: ending.signal, pollMs: 3_600_000 })) {
          seen.push(type)
          if (seen.length === 2) ending.abort()
        }
      })()
      await system.users.lock('ada')
      await system.users.unlock('ada')
      await following
      expect(seen).toEqual(['user.locked', 'user.unlocked'])

      const waiting = directory.changes({ after: await end(directory), pollMs: 3_600_000 }).next()
      await new Promise((resolve) => setTimeout(resolve, 50))
      await directory.close()
      expect(await waiting).toEqual({ done: true, value: undefined })
    }),
  )

  it(
    'names what makes no sense',
    inDirectory(async (directory) => {
      const refusals = [
        [{ after: 5 }, 'after'],
        [{ after: '1\0' }, 'after'],
        [{ pollMs: 0 }, 'pollMs'],
        [{ types: ['nonsense'] }, 'types.0'],
        [{ subject: 'ada' }, 'subject'],
        [{ before: 'yes' }, 'before'],
        [{ signal: {} }, 'signal'],
      ] as const
      for (const [options, field] of refusals) {
        expect(() => directory.changes(options as ChangesOptions)).toThrow(
          expect.objectContaining({ code: 'invalid_input', path: field }),
        )
      }
      for (const after of ['x', '', '-1', '1 or 1']) {
        await expect(directory.changes({ after }).next()).rejects.toMatchObject({
          code: 'invalid_input',
          path: 'after',
        })
      }
    }),
  )
}
