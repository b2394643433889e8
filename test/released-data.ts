import assert from 'node:assert/strict'
import { createDirectory, type DirectoryStorage, isDirectoryError, type StoredEvent } from '@indwell/core'

const instances = ['default', 'another']

/** Writes something into every table, in two instances; removed and changed again, with names and values of any script. */
export async function writeReleasedData(storage: DirectoryStorage): Promise<void> {
  for (const instanceId of instances) {
    let time = Date.UTC(2026, 0, 1)
    let newest = 0
    const directory = await createDirectory({
      storage,
      instanceId,
      clock: () => ++time,
      newId: () => `id-${++newest}`,
    })
    const { orgs, users, clients, roles, members } = directory.asSystem('first')
    await orgs.create({ orgId: 'acme', name: "Acme 'Ünïcode' 😀" })
    await orgs.create({ orgId: 'gone', name: 'Gone' })
    await orgs.domains('acme').add('acme.example')
    await orgs.metadata('acme').set({ plan: 'pro' })
    await users.createHuman({
      userId: 'ada',
      orgId: 'acme',
      userName: 'ada',
      firstName: 'Ada',
      lastName: 'Lovelace',
      email: 'Ada@acme.example',
      emailVerified: true,
    })
    await users.createMachine({ userId: 'robot', orgId: 'acme', userName: 'robot', name: 'Robot' })
    await users.createHuman({ userId: 'left', orgId: 'acme', userName: 'left' })
    await users.createHuman({ userId: 'there', orgId: 'gone', userName: 'there' })
    await users.metadata('ada').set({
      text: "it's \\ \n\u0000 \ud83d\ude00",
      nested: { list: [1, 2.5e300, null, { deep: true }] },
      bytes: new Uint8Array([0, 1, 39, 255]),
      removed: 1,
    })
    await users.metadata('ada').remove('removed')
    await users.metadata('ada', 'app').set({ plan: 'free' })
    await users.accessTokens('robot').create()
    await roles.create({ roleId: 'auditor', name: 'Auditor', permissions: ['invoice.read'] })
    await clients.create({ clientId: 'shop', orgId: 'acme', name: 'Shop', settings: { app_type: 'spa' } })
    await orgs.members('acme').add({ userId: 'ada', roles: ['ORG_OWNER', 'auditor'] })
    await members.add({ userId: 'robot', roles: ['IAM_OWNER'] })
    await users.update('ada', { nickName: 'Countess' })
    await users.lock('robot')
    await users.delete('left')
    await orgs.delete('gone')
  }
}

/** Everything that is stored, as the library reads it. */
export async function readReleasedData(storage: DirectoryStorage): Promise<readonly unknown[]> {
  const all = await Promise.all(
    instances.map(async (instanceId) => {
      const whole = { offset: 0, limit: 1000, count: true } as const
      const records = await Promise.all([
        storage.search(instanceId, { kind: 'org', ...whole }),
        storage.search(instanceId, { kind: 'orgDomain', ...whole }),
        storage.search(instanceId, { kind: 'user', ...whole }),
        storage.search(instanceId, { kind: 'member', ...whole }),
        storage.search(instanceId, { kind: 'client', ...whole }),
        storage.search(instanceId, { kind: 'role', ...whole }),
        storage.search(instanceId, { kind: 'accessToken', ...whole }),
      ])
      const subjects = [
        ['org', 'acme', 'org'],
        ['user', 'ada', 'zitadel'],
        ['user', 'ada', 'user'],
        ['user', 'ada', 'app'],
      ] as const
      const events = await readWholeFeed(storage, instanceId)
      const aggregates = new Map(events.map(({ aggregate }) => [JSON.stringify(aggregate), aggregate]))
      return {
        instanceId,
        instance: await storage.load(instanceId, [{ read: 'record', kind: 'instance', key: {} }]),
        records,
        entries: await storage.load(
          instanceId,
          subjects.map(([subjectType, subjectId, namespace]) => ({
            read: 'entries',
            subject: { subjectType, subjectId },
            namespace,
          })),
        ),
        aggregates: await storage.load(
          instanceId,
          [...aggregates.values()].map((key) => ({ read: 'aggregate', key })),
        ),
        events,
      }
    }),
  )
  return all
}

/** A line for each instance. */
export function linesOf(data: readonly unknown[]): string {
  const text = (_: string, value: unknown) => (value instanceof Uint8Array ? [...value] : value)
  return data.map((instance) => `${JSON.stringify(instance, text)}\n`).join('')
}

/** That the directory goes on where the data ends: nothing is numbered twice, nothing is free that was taken. */
export async function assertGoesOn(storage: DirectoryStorage): Promise<void> {
  for (const instanceId of instances) {
    const before = await readWholeFeed(storage, instanceId)
    const seen = before.at(-1)!.position
    const [, middle] = before
    const directory = await createDirectory({ storage, instanceId })
    const { users } = directory.asSystem('later')

    const { sequence } = await users.update('ada', { nickName: 'Ada' })
    const newest = before.filter(({ aggregate }) => aggregate.id === 'ada').at(-1)!.sequence
    assert.equal(sequence, String(Number(newest) + 1))
    const taken = (error: unknown) => isDirectoryError(error) && error.code === 'already_exists'
    await assert.rejects(users.createHuman({ userName: 'ADA', orgId: 'acme' }), taken)
    await assert.rejects(users.createHuman({ userId: 'ada', userName: 'other', orgId: 'acme' }), taken)
    await users.createHuman({ userId: 'new', userName: 'left', orgId: 'acme' })

    // Who had read up to there goes on behind it, and who had stopped earlier misses nothing.
    const added = await readFeedAfter(storage, instanceId, seen, 2)
    assert.deepEqual(
      added.map(({ type, aggregate }) => [type, aggregate.id]),
      [
        ['user.human.profile.changed', 'ada'],
        ['user.human.added', 'new'],
      ],
    )
    assert.deepEqual(await readFeedAfter(storage, instanceId, middle!.position, before.length), [
      ...before.slice(2),
      ...added,
    ])
  }
}

const readWholeFeed = (storage: DirectoryStorage, instanceId: string) =>
  storage.readEvents(instanceId, { limit: 10_000 })

/** On Postgres an event shows once every transaction that began before it has ended. */
async function readFeedAfter(
  storage: DirectoryStorage,
  instanceId: string,
  after: string,
  count: number,
): Promise<readonly StoredEvent[]> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const events = await storage.readEvents(instanceId, { after, limit: 10_000 })
    if (events.length >= count || Date.now() >= deadline) return events
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
