import { createHash } from 'node:crypto'
import { aggregateTypes, directoryEventTypes } from '@indwell/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CallOptions, createWorld, zitadelErrorBody as err, type Json, type World } from './world'

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/)
const noPermission = err(7, 'AUTH-5mWD2', 'No matching permissions found')
const dawn = Date.UTC(2026, 0, 1)
const second = (count: number, fraction = '') => `2026-01-01T00:00:${String(count).padStart(2, '0')}${fraction}Z`

describe('events of ZITADEL', () => {
  let world: World
  let now: number
  let b: string
  let ownerA: { readonly userId: string; readonly token: string }

  const search = (body: unknown, options: CallOptions = {}) =>
    world.call('POST', '/admin/v1/events/_search', { body, ...options })
  const find = async (query: Json): Promise<Json[]> => {
    const { status, body } = await search(query)
    expect(status, JSON.stringify(body)).toBe(200)
    expect(Object.keys(body)).toEqual(body.events === undefined ? [] : ['events'])
    return body.events ?? []
  }
  const names = async (query: Json) =>
    (await find(query)).map(({ type, aggregate }) => `${type.type} ${aggregate.id === world.acme ? 'A' : aggregate.id}`)

  beforeEach(async () => {
    now = dawn
    world = await createWorld({ clock: () => now, roles: { AUDITOR: ['events.read'] } })
    const system = world.directory.asSystem('test')
    b = (await system.orgs.create({ name: 'Beta' })).orgId
    ownerA = await world.machine('ownerA', { roles: ['ORG_OWNER'] })
    await system.users.createHuman({ userId: 'bob', userName: 'bob', firstName: 'Bob', lastName: 'Builder' })
  })
  afterEach(async () => {
    expect(world.errors).toEqual([])
    await world.close()
  })

  /** Ada of Acme locks Bob at second 10, unlocks him at 20 and renames Acme at 30. */
  async function tell(): Promise<void> {
    const ada = world.directory.as({ userId: ownerA.userId })
    now = dawn + 10_000
    await ada.users.lock('bob')
    now = dawn + 20_000
    await ada.users.unlock('bob')
    now = dawn + 30_000
    await ada.orgs.rename('Acme Two')
  }
  const byAda = (query: Json = {}) => names({ asc: true, editorUserId: ownerA.userId, ...query })

  it('vector 47: answers the newest thousand at most, and no details', async () => {
    const set = Object.fromEntries(Array.from({ length: 1100 }, (_, index) => [`k${index}`, index]))
    await world.directory.asSystem('test').orgs.metadata(world.acme).set(set)

    const events = await find({ limit: 5000, aggregateId: world.acme, aggregateTypes: ['org'] })

    const newest = Number(events[0].sequence)
    expect(newest).toBeGreaterThan(1100)
    expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 1000 }, (_, i) => `${newest - i}`))
    for (const { aggregate } of events) expect(aggregate).toMatchObject({ id: world.acme, type: { type: 'org' } })
  })

  it.each(['events/_search', 'events/types/_search', 'aggregates/types/_search'])(
    'vector 48: is not for the owner of an org: %s',
    async (path) => {
      const { status, body } = await world.call('POST', `/admin/v1/${path}`, { token: ownerA.token, body: {} })

      expect([status, body]).toEqual([403, noPermission])
    },
  )

  it('tells everything of an event', async () => {
    await tell()

    expect(await find({ editorUserId: ownerA.userId, limit: 2 })).toEqual([
      {
        editor: { userId: ownerA.userId, displayName: 'ownerA', service: 'zitadel' },
        aggregate: {
          id: world.acme,
          type: {
            type: 'org',
            localized: { key: 'AggregateTypes.org', localizedMessage: 'Organization' },
          },
          resourceOwner: world.acme,
        },
        sequence: expect.stringMatching(/^\d+$/),
        creationDate: second(30),
        payload: { domain: 'acme.localhost' },
        type: {
          type: 'org.domain.removed',
          localized: { key: 'EventTypes.org.domain.removed', localizedMessage: 'Domain removed' },
        },
      },
      expect.objectContaining({ creationDate: second(30) }),
    ])
    const [renamed] = await find({ eventTypes: ['org.changed'] })
    expect(renamed.payload).toEqual({ name: 'Acme Two' })
    const [added] = await find({ eventTypes: ['org.added'], resourceOwner: b })
    expect(added.payload).toEqual({ name: 'Beta' })
    const [locked] = await find({ eventTypes: ['user.locked'] })
    expect(locked).not.toHaveProperty('payload')
    const [instance] = await find({ aggregateTypes: ['instance'], asc: true })
    expect(instance.aggregate).toMatchObject({ id: 'default', resourceOwner: 'default' })
  })

  describe('filters', () => {
    beforeEach(tell)

    it.each<[Json, readonly string[]]>([
      [{}, ['user.locked bob', 'user.unlocked bob', 'org.changed A']],
      [{ asc: false }, ['org.changed A', 'user.unlocked bob', 'user.locked bob']],
      [{ aggregateTypes: ['user'] }, ['user.locked bob', 'user.unlocked bob']],
      [{ aggregateTypes: ['org', 'client'] }, ['org.changed A']],
      [{ aggregateTypes: ['user', 'unheard'] }, ['user.locked bob', 'user.unlocked bob']],
      [{ aggregateTypes: ['unheard'] }, []],
      [{ aggregateTypes: ['User'] }, []],
      [{ aggregateId: 'bob' }, ['user.locked bob', 'user.unlocked bob']],
      [{ aggregateId: 'bob', aggregateTypes: ['user'] }, ['user.locked bob', 'user.unlocked bob']],
      [{ aggregateId: 'bob', aggregateTypes: ['org'] }, []],
      [{ aggregateId: 'unheard' }, []],
      [{ eventTypes: ['user.unlocked'] }, ['user.unlocked bob']],
      [{ eventTypes: ['unheard', 'user.locked'] }, ['user.locked bob']],
      [{ eventTypes: ['unheard'] }, []],
      [{ eventTypes: ['user'] }, []],
      [{ editorUserId: 'unheard' }, []],
      [{ resourceOwner: 'unheard' }, []],
      [{ resourceOwner: 'default' }, []],
      [{ sequence: '2', aggregateId: 'bob' }, ['user.unlocked bob']],
      [{ sequence: '2', aggregateId: 'bob', asc: false }, ['user.unlocked bob']],
      [{ sequence: '18446744073709551615' }, []],
      [{ limit: 1 }, ['user.locked bob']],
      [{ limit: 1, asc: false, aggregateTypes: ['user'] }, ['user.unlocked bob']],
      [{ editor_user_id: 'unheard', editorUserId: undefined }, []],
      [
        { unheard: { deep: [1] }, queries: [], ['__proto__']: { limit: 1 } },
        ['user.locked bob', 'user.unlocked bob', 'org.changed A'],
      ],
    ])('%j', async (query, found) => {
      const shown = (await byAda(query)).filter((name) => !name.startsWith('org.domain'))

      expect(shown).toEqual(found)
    })

    it.each<[string, Json, readonly string[]]>([
      ['from with asc: after', { from: second(10) }, ['user.unlocked bob']],
      [
        'from with asc: after, to the microsecond',
        { from: second(9, '.999999') },
        ['user.locked bob', 'user.unlocked bob'],
      ],
      ['from without asc: before', { from: second(20), asc: false }, ['user.locked bob']],
      [
        'from without asc: before, to the microsecond',
        { from: second(10, '.000001'), asc: false },
        ['user.locked bob'],
      ],
      ['creationDate stands for from', { creationDate: second(10) }, ['user.unlocked bob']],
      ['creationDate stands for from', { creationDate: second(20), asc: false }, ['user.locked bob']],
      ['from wins over creationDate', { from: second(10), creationDate: second(30) }, ['user.unlocked bob']],
      ['range has neither end', { range: { since: second(10), until: second(20) } }, []],
      ['range', { range: { since: second(9), until: second(21) } }, ['user.locked bob', 'user.unlocked bob']],
      [
        'range, newest first',
        { range: { since: second(9), until: second(21) }, asc: false },
        ['user.unlocked bob', 'user.locked bob'],
      ],
      ['range without an end', { range: { since: second(10) } }, ['user.unlocked bob']],
      ['range without a beginning', { range: { until: second(20) } }, ['user.locked bob']],
      ['range wins over creationDate', { range: { until: second(20) }, creationDate: second(20) }, ['user.locked bob']],
      ['a range of everything', { range: {}, creationDate: second(20) }, ['user.locked bob', 'user.unlocked bob']],
      [
        'the first and the last time there is',
        {
          range: { since: '0001-01-01T00:00:00Z', until: '9999-12-31T23:59:59.999Z' },
        },
        ['user.locked bob', 'user.unlocked bob'],
      ],
    ])('%s: %j', async (_, query, found) => {
      expect(await byAda({ aggregateTypes: ['user'], ...query })).toEqual(found)
    })

    it.each([
      [{ limit: 0 }, 1000],
      [{ limit: 1000 }, 1000],
      [{ limit: 1001 }, 1000],
      [{ limit: 4_294_967_295 }, 1000],
      [{}, 1000],
      [{ limit: 999 }, 999],
    ])('%j answers %i', async (query, count) => {
      const set = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`k${index}`, index]))
      await world.directory.asSystem('test').users.metadata('bob').set(set)

      expect(await find(query)).toHaveLength(count)
    })

    it.each<[Json, string]>([
      [
        { eventTypes: Array(31).fill('user.locked') },
        'ListEventsRequest.EventTypes: value must contain no more than 30 item(s)',
      ],
      [
        { aggregateTypes: Array(11).fill('user') },
        'ListEventsRequest.AggregateTypes: value must contain no more than 10 item(s)',
      ],
      [{ aggregateId: 'x'.repeat(201) }, 'ListEventsRequest.AggregateId: value length must be at most 200 runes'],
      [{ editorUserId: 'x'.repeat(201) }, 'ListEventsRequest.EditorUserId: value length must be at most 200 runes'],
      [{ resourceOwner: 'x'.repeat(201) }, 'ListEventsRequest.ResourceOwner: value length must be at most 200 runes'],
    ])('refuses what breaks a rule: %#', async (query, rule) => {
      const { status, body } = await search(query)

      expect([status, body.code]).toEqual([400, 3])
      expect(body.message).toContain(rule)
      expect(await search(query, { token: ownerA.token })).toMatchObject({ status: 403, body: noPermission })
    })

    it.each([
      { sequence: '-1' },
      { sequence: '18446744073709551616' },
      { limit: -1 },
      { from: 'yesterday' },
      { from: second(10), range: {} },
      { eventTypes: 'user.locked' },
      { aggregateId: '\ud800' },
    ])('refuses what does not fit: %j', async (query) => {
      expect(await search(query)).toMatchObject({ status: 400, body: { code: 3 } })
    })

    it('takes as many types as the rules allow, and finds nothing by a NUL', async () => {
      expect(
        await byAda({ eventTypes: Array(30).fill('user.locked'), aggregateTypes: Array(10).fill('user') }),
      ).toEqual(['user.locked bob'])
      for (const text of ['\0', 'bob\0']) {
        for (const query of [{ aggregateId: text }, { editorUserId: text }, { resourceOwner: text }]) {
          expect(await find(query)).toEqual([])
        }
        expect(await find({ eventTypes: [text], aggregateTypes: [text] })).toEqual([])
      }
    })
  })

  describe('editors', () => {
    it('are named though they belong to another org, and by their id alone once they are gone', async () => {
      const system = world.directory.asSystem('test')
      const eve = await world.machine('eve', { orgId: b })
      await system.orgs.members(world.acme).add({ userId: eve.userId, roles: ['ORG_OWNER'] })
      await world.directory.as({ userId: eve.userId, orgId: world.acme }).users.lock('bob')
      const editor = async () => (await find({ eventTypes: ['user.locked'] }))[0].editor

      expect(await editor()).toEqual({ userId: eve.userId, displayName: 'eve', service: 'zitadel' })
      await system.users.delete(eve.userId)
      expect(await editor()).toEqual({ userId: eve.userId, service: 'zitadel' })
      expect(await names({ editorUserId: eve.userId })).toEqual(['user.locked bob'])
    })

    it('are the system where nobody is named, and whom it acted for where one is', async () => {
      await world.directory.asSystem('test').users.lock('bob')
      await world.directory.asSystem('test', { onBehalfOf: 'bob' }).users.unlock('bob')

      const [unlocked, locked] = await find({ aggregateId: 'bob', limit: 2 })
      expect(unlocked.editor).toEqual({ userId: 'bob', displayName: 'Bob Builder', service: 'zitadel' })
      expect(locked.editor).toEqual({ userId: 'SYSTEM', service: 'zitadel' })
      expect(await names({ aggregateId: 'bob', editorUserId: 'SYSTEM', limit: 1 })).toEqual(['user.locked bob'])
    })
  })

  describe('payloads', () => {
    it('show values of metadata as they are kept: bytes in base64, JSON as it is', async () => {
      const { body } = await world.manage('POST', '/users/bob/metadata/raw', { body: { value: 'AP8=' } })
      expect(body).toHaveProperty('details')
      const json = { list: [1, null, 'two'], ['__proto__']: { polluted: true } }
      await world.directory
        .asSystem('test')
        .users.metadata('bob')
        .set({ json, ['__proto__']: 1 })

      const shown = (await find({ asc: true, eventTypes: ['user.metadata.set'] })).map(({ payload }) => payload)
      // As texts, in which `__proto__` is a member like any other.
      expect(JSON.stringify(shown)).toBe(
        JSON.stringify([
          { namespace: 'zitadel', key: 'raw', bytes: 'AP8=' },
          { namespace: 'app', key: 'json', value: json },
          { namespace: 'app', key: '__proto__', value: 1 },
        ]),
      )
    })

    it('show of a token what it is called, and not its hash', async () => {
      const hash = createHash('sha256').update(ownerA.token).digest('hex')

      const { body } = await search({})
      const added = body.events.find(
        ({ type, aggregate }: Json) => type.type === 'user.pat.added' && aggregate.id === ownerA.userId,
      )
      expect(Object.keys(added.payload).sort()).toEqual(['expiresAt', 'tokenId'])
      expect(JSON.stringify(body)).not.toContain(hash)
      expect(JSON.stringify(body)).not.toContain(ownerA.token)
    })
  })

  describe('paging', () => {
    const count = 2500
    beforeEach(async () => {
      const { users } = world.directory.asSystem('test')
      for (let index = 0; index < count; index++) {
        now += 1
        await users.metadata('bob').set({ counter: index })
      }
    })

    async function pages(query: Json, next: (last: Json) => Json): Promise<Json[]> {
      const all: Json[] = []
      for (let more: Json = {}; ; more = next(all.at(-1))) {
        const page = await find({ eventTypes: ['user.metadata.set'], ...query, ...more })
        if (page.length === 0) return all
        all.push(...page)
        expect(all.length).toBeLessThanOrEqual(count)
      }
    }
    const counters = (events: readonly Json[]) => events.map(({ payload }) => payload.value)
    const upwards = Array.from({ length: count }, (_, index) => index)

    it('goes on after a sequence', async () => {
      const ofBob = { aggregateId: 'bob', aggregateTypes: ['user'], asc: true }

      expect(counters(await pages(ofBob, ({ sequence }) => ({ sequence })))).toEqual(upwards)
    })

    it('goes on after a time, and before one', async () => {
      const next = ({ creationDate }: Json) => ({ from: creationDate })

      expect(counters(await pages({ asc: true }, next))).toEqual(upwards)
      expect(counters(await pages({ limit: 700 }, next))).toEqual(upwards.toReversed())
    })
  })

  describe('the org of the call', () => {
    it('narrows nothing for who may read the instance, but has to exist', async () => {
      const body = { aggregateTypes: ['org'], eventTypes: ['org.added'] }

      expect((await search(body, { orgId: b })).body.events).toHaveLength(2)
      expect(await search(body, { orgId: 'unheard' })).toMatchObject({
        status: 403,
        body: err(7, 'AUTH-Bs7Ds', "Organisation doesn't exist"),
      })
    })

    it('lets no role of the host in it read the log', async () => {
      const { token } = await world.machine('auditor', { orgId: b, roles: ['AUDITOR'] })

      expect(await search({}, { token })).toMatchObject({
        status: 403,
        body: err(7, 'AUTH-5mWD2', 'No matching permissions found'),
      })
      expect(await search({}, { token, orgId: world.acme })).toMatchObject({ status: 404 })
    })

    it('asks for a token', async () => {
      expect((await search({}, { token: null })).status).toBe(401)
    })
  })

  describe('types', () => {
    it('are listed with their English texts, all of them', async () => {
      const { status, body } = await world.call('POST', '/admin/v1/events/types/_search', { body: {} })

      expect(status).toBe(200)
      expect(Object.keys(body)).toEqual(['eventTypes'])
      expect(body.eventTypes.map(({ type }: Json) => type)).toEqual(directoryEventTypes)
      for (const { type, localized } of body.eventTypes) {
        expect(localized).toEqual({
          key: `EventTypes.${type}`,
          localizedMessage: expect.stringMatching(/^[A-Z][a-z ]+/),
        })
        expect(localized.localizedMessage).not.toContain('.')
      }
      expect(body.eventTypes).toContainEqual({
        type: 'user.human.added',
        localized: { key: 'EventTypes.user.human.added', localizedMessage: 'Person added' },
      })
    })

    it('of aggregates are listed with theirs', async () => {
      const { status, body } = await world.call('POST', '/admin/v1/aggregates/types/_search', { body: {} })

      const texts = { client: 'Client', instance: 'Instance', org: 'Organization', role: 'Role', user: 'User' }
      expect([status, Object.keys(body)]).toEqual([200, ['aggregateTypes']])
      expect(body.aggregateTypes).toEqual(
        Object.entries(texts).map(([type, localizedMessage]) => ({
          type,
          localized: { key: `AggregateTypes.${type}`, localizedMessage },
        })),
      )
      expect(body.aggregateTypes).toHaveLength(aggregateTypes.length)
    })

    it('that are listed find what they name', async () => {
      await tell()
      const stored = new Set((await world.log()).map(({ type }) => type))

      for (const type of stored) {
        const found = await find({ eventTypes: [type] })
        expect(new Set(found.map((event) => event.type.type))).toEqual(new Set([type]))
        expect(found[0].creationDate).toEqual(time)
      }
    })
  })
})
