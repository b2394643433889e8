import { createHash } from 'node:crypto'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { describe, expect, it } from 'vitest'
import { createWorld, dawn, expectRefused, type World } from '../../test/world'
import { aggregateTypes, directoryEventTypes } from './directory-event-types'
import type { EventsQuery } from './list-events'

/** What Root finds, as `type` and what it happened to. */
async function found(world: World, query: EventsQuery): Promise<readonly string[]> {
  const events = await world.root.events({ limit: 1000, ...query })
  return events.map(({ type, aggregate }) => `${type} ${aggregate.id}`)
}

/** Bob is locked and unlocked by Ada, a second apart, and Acme renamed by Root. */
async function createTale(): Promise<World> {
  const world = await createWorld()
  await world.ada.users.lock('bob')
  world.advance(1000)
  await world.ada.users.unlock('bob')
  await world.directory.as({ userId: 'root', orgId: 'acme' }).orgs.rename('Acme Two')
  return world
}

describe('searching the log', () => {
  it.each<[string, EventsQuery, readonly string[]]>([
    ['types', { types: ['user.unlocked', 'user.locked'] }, ['user.locked bob', 'user.unlocked bob']],
    ['the kind of subject', { subjectTypes: ['client'] }, ['client.added shop']],
    [
      'some kinds of subjects',
      { subjectTypes: ['client', 'org'], types: ['client.added', 'org.changed'] },
      ['client.added shop', 'org.changed acme'],
    ],
    ['an id', { subjectId: 'acme', types: ['org.added', 'org.changed'] }, ['org.added acme', 'org.changed acme']],
    [
      'kind and id',
      { subjectTypes: ['user'], subjectId: 'bob' },
      ['user.human.added bob', 'user.locked bob', 'user.unlocked bob'],
    ],
    ['who acted', { actorId: 'ada' }, ['user.locked bob', 'user.unlocked bob']],
    ['the org', { orgId: 'umbrella', subjectTypes: ['user'] }, ['user.human.added eve']],
    [
      'no org',
      { orgId: '', types: ['instance.added', 'instance.member.added', 'org.added'] },
      ['instance.added default', 'instance.member.added default'],
    ],
    ['what is since a time', { since: dawn + 2000, actorId: 'ada' }, ['user.unlocked bob']],
    ['what was until a time', { until: dawn + 2000, actorId: 'ada' }, ['user.locked bob']],
    ['a span of time', { since: dawn + 1000, until: dawn + 1001 }, ['user.locked bob']],
    [
      'sequences',
      { afterSequence: '1', beforeSequence: '3', orgId: 'acme', subjectTypes: ['user'] },
      ['user.human.email.verified ada', 'user.locked bob'],
    ],
    ['nothing', { types: [] }, []],
    ['newest first', { actorId: 'ada', descending: true }, ['user.unlocked bob', 'user.locked bob']],
  ])('narrows by %s', async (_, query, names) => {
    expect(await found(await createTale(), query)).toEqual(names)
  })

  it('finds an event by its position, as far as the call may see it', async () => {
    const world = await createTale()
    const [ofEve] = await world.root.events({ orgId: 'umbrella', subjectTypes: ['user'] })
    const { position: at } = ofEve!

    expect(await world.root.events({ at })).toEqual([ofEve])
    expect(await world.ada.events({ at, subject: { type: 'user', id: 'eve' } })).toEqual([])
    for (const none of [`0${at}`, '', 'x', 'a\0', '\ud800']) expect(await world.root.events({ at: none })).toEqual([])
    await expectRefused(world, () => world.ada.events({ at }), { code: 'permission_denied' })
  })

  it('needs events.read where no subject is named, whatever narrows it', async () => {
    const world = await createTale()

    for (const query of [{}, { subjectId: 'bob', subjectTypes: ['user'] }, { types: ['user.locked'] }] as const) {
      await expectRefused(world, () => world.ada.events(query), { code: 'permission_denied' })
    }
    const subject = { type: 'user', id: 'bob' } as const
    expect(await world.ada.events({ subject, types: ['user.locked'], actorId: 'ada' })).toHaveLength(1)
  })

  it('shows who works in one org nothing that another owns', async () => {
    const world = await createWorld({ roles: { AUDITOR: ['events.read'] } })
    await world.system.members.add({ userId: 'robot', roles: ['AUDITOR'] })
    const auditor = world.directory.as({ userId: 'robot' })

    const owned = (await world.feed()).filter(({ owner }) => owner === 'acme').map(({ position }) => position)
    expect((await auditor.events({ limit: 1000 })).map(({ position }) => position)).toEqual(owned)
    expect(await auditor.events({ orgId: 'acme', limit: 1000 })).toHaveLength(owned.length)
    for (const query of [{ orgId: 'umbrella' }, { orgId: '' }, { orgId: 'unknown' }, { subjectId: 'eve' }]) {
      expect(await auditor.events(query)).toEqual([])
    }
    expect(await auditor.events({ subjectTypes: ['user'], subjectId: 'eve' })).toEqual([])
    const everywhere = world.directory.as({ userId: 'robot', across: 'instance' })
    expect(await everywhere.events({ orgId: 'umbrella' })).not.toEqual([])
  })

  it.each(['a\0', '\ud800', 'x\udc00y'])('finds nothing by %j, which nothing can hold', async (text) => {
    const world = await createTale()

    for (const query of [{ subjectId: text }, { actorId: text }, { orgId: text }, { types: [text as 'org.added'] }]) {
      expect(await found(world, query)).toEqual([])
    }
    expect(await found(world, { types: [text as 'org.added', 'org.changed'] })).toEqual(['org.changed acme'])
  })

  it('asks no storage for text that databases take differently', async () => {
    const storage = sqliteStorage({ filename: ':memory:' })
    const asked: unknown[] = []
    const readEvents: typeof storage.readEvents = (instanceId, query) => {
      asked.push(query)
      return storage.readEvents(instanceId, query)
    }
    const world = await createWorld({ storage: { ...storage, readEvents } })

    await found(world, { types: ['a\0' as 'org.added', '\ud800' as 'org.added', 'org.added'] })
    await found(world, { actorId: 'a\0' })

    expect(asked).toEqual([{ types: ['org.added'], limit: 1000 }])
  })

  it.each([
    ['since', Number.NaN],
    ['since', 1.5],
    ['until', Number.POSITIVE_INFINITY],
    ['until', '2026-01-01'],
    ['types', 'org.added'],
    ['types.0', [1]],
    ['subjectTypes', {}],
    ['subjectId', 1],
    ['actorId', null],
    ['orgId', ['acme']],
    ['at', 7],
    ['afterSequence', '-1'],
    ['beforeSequence', '1e3'],
    ['beforeSequence', 3],
  ])('refuses %s = %j', async (path, value) => {
    const world = await createWorld()
    const query = { [path.split('.')[0]!]: value }

    await expectRefused(world, () => world.root.events(query), { code: 'invalid_input', path })
  })

  it('takes sequences of any length', async () => {
    const world = await createWorld()
    const huge = '9'.repeat(100_000)

    expect(await found(world, { afterSequence: huge })).toEqual([])
    expect(await found(world, { beforeSequence: huge })).toHaveLength((await world.feed()).length)
  })

  it('shows of no token what it is made of, by whatever way it is found', async () => {
    const world = await createWorld()
    const { token } = await world.system.users.accessTokens('robot').create()
    const secrets = [token, createHash('sha256').update(token).digest('hex')]

    const subject = { type: 'user', id: 'robot' } as const
    for (const query of [{}, { subject }, { types: ['user.pat.added'] }, { subjectId: 'robot' }] as const) {
      const shown = JSON.stringify(await world.root.events({ limit: 1000, ...query }))
      expect(shown).toContain('user.pat.added')
      for (const secret of secrets) expect(shown).not.toContain(secret)
    }
  })
})

describe('the types of the log', () => {
  it('have every type there is, once, by name', async () => {
    const types = (await (await createTale()).feed()).map(({ type }) => type)

    expect(directoryEventTypes).toEqual([...new Set(directoryEventTypes)].sort())
    expect(directoryEventTypes).toEqual(expect.arrayContaining([...new Set(types)]))
    expect(aggregateTypes).toEqual(['client', 'instance', 'org', 'role', 'user'])
  })
})
