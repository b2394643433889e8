import { type ActingDirectory, isDirectoryError } from '@indwell/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Call, everyCall, ofAcme, type Subjects } from './every-call'
import { createWorld, expectRefused, type World } from './world'

const inAcme: Subjects = { ...ofAcme, org: 'acme' }
const inUmbrella: Subjects = { user: 'mallory', machine: 'drone', other: 'nils', client: 'stall', org: 'umbrella' }
const nowhere: Subjects = { user: 'ghost', machine: 'phantom', other: 'spectre', client: 'mirage', org: 'nowhere' }

/** What no org owns, and what is searched for rather than named. */
const aboutNoSubject =
  /^(requirePermission|events|(members|roles)\..*|orgs\.(create|setUp|findByDomain|list|getDefault|setDefault)|(users|clients)\.list|users\.(listAccessTokens|deleted|find(ByLoginName|InConnection))|(users|orgs|clients)\.(find|explain|updateWhere)|orgs\.members\.explain)$/
const lists = /^((users|orgs|clients)\.(list|find|updateWhere)|users\.(findInConnection|listAccessTokens|deleted))$/
const reads =
  /(^|\.)(get|getOrUndefined|getMany|find|findSnapshots|list|memberships|identities|values|findValues|roles|history|asOf|exportSubject)$/

const aboutSubject = everyCall.filter(([name]) => !aboutNoSubject.test(name))
const aboutInstance = everyCall.filter(([name]) => aboutNoSubject.test(name) && !lists.test(name))

/** The same people, and in Umbrella a user, a machine and a client of whom the others know nothing. */
async function createTwoOrgs(): Promise<World> {
  const world = await createWorld({ randomBytes: (count) => new Uint8Array(count) })
  const { users, clients } = world.system
  await users.createHuman({ userId: 'mallory', orgId: 'umbrella', userName: 'mallory' })
  await users.createHuman({ userId: 'nina', orgId: 'acme', userName: 'nina' })
  await users.createHuman({ userId: 'nils', orgId: 'umbrella', userName: 'nils' })
  await users.createMachine({ userId: 'drone', orgId: 'umbrella', userName: 'drone', name: 'Drone' })
  await clients.create({ clientId: 'stall', orgId: 'umbrella', name: 'Stall' })
  await world.system.roles.create({ roleId: 'auditor', name: 'Auditor' })
  return world
}

const wherever = ({ directory }: World, userId: string) => directory.as({ userId, across: 'orgs' })

interface Outcome {
  readonly answer?: unknown
  readonly error?: unknown
  readonly events: number
}

/** What a call comes to: its answer or its error, and how many events. */
async function outcomeOf(world: World, call: () => Promise<unknown>): Promise<Outcome> {
  const before = (await world.feed()).length
  const result = await call().then(
    (answer) => ({ answer }),
    (error: unknown) => {
      if (!isDirectoryError(error)) throw error
      return { error: { ...error } }
    },
  )
  return { ...result, events: (await world.feed()).length - before }
}

/** The same with the subjects called what they are, so that two calls about different ones can be compared. */
async function anonymousOutcomeOf(world: World, acting: ActingDirectory, call: Call, subjects: Subjects) {
  let text = JSON.stringify(await outcomeOf(world, () => call(acting, subjects)))
  for (const [kind, id] of Object.entries(subjects)) text = text.replaceAll(`"${id}"`, `"a ${kind}"`)
  return text
}

let world: World
beforeEach(async () => {
  world = await createTwoOrgs()
})

describe('a call that works wherever its subjects live', () => {
  it.each(aboutSubject)('%s does for a member what it does in that org', async (_, call) => {
    const there = await createTwoOrgs()

    expect(await outcomeOf(world, () => call(wherever(world, 'ada'), inAcme))).toEqual(
      await outcomeOf(there, () => call(there.ada, inAcme)),
    )
  })

  it.each(aboutSubject)('%s does for the owner of the instance what it does in that org', async (_, call) => {
    const there = await createTwoOrgs()
    const rootThere = there.directory.as({ userId: 'root', orgId: 'umbrella' })

    expect(await outcomeOf(world, () => call(wherever(world, 'root'), inUmbrella))).toEqual(
      await outcomeOf(there, () => call(rootThere, inUmbrella)),
    )
  })

  it.each(aboutSubject)('%s knows a subject of a foreign org as little as one that does not exist', async (_, call) => {
    const ada = wherever(world, 'ada')
    const foreign = await anonymousOutcomeOf(world, ada, call, inUmbrella)

    expect(foreign).toBe(await anonymousOutcomeOf(world, ada, call, nowhere))
    expect(JSON.parse(foreign)).toMatchObject({ events: 0 })
    expect(foreign).not.toContain('permission_denied')
  })

  it.each(aboutSubject)('%s tells a member of nothing as little', async (_, call) => {
    const eve = wherever(world, 'eve')
    const foreign = await anonymousOutcomeOf(world, eve, call, inAcme)

    expect(foreign).toBe(await anonymousOutcomeOf(world, eve, call, nowhere))
    expect(foreign).toBe(await anonymousOutcomeOf(world, eve, call, inUmbrella))
    expect(JSON.parse(foreign)).toMatchObject({ events: 0 })
  })

  it.each(aboutSubject.filter(([name]) => !reads.test(name)))(
    '%s denies a member that may only look',
    async (_, call) => {
      await expectRefused(world, () => call(wherever(world, 'bob'), { ...inAcme, user: 'ada' }), {
        code: 'permission_denied',
        reason: 'missing_permission',
      })
    },
  )

  it.each(aboutInstance)('%s needs what is held in the instance', async (_, call) => {
    await expectRefused(world, () => call(wherever(world, 'ada'), inAcme), {
      code: 'permission_denied',
      reason: 'no_membership',
    })
    expect(await outcomeOf(world, () => call(wherever(world, 'root'), inAcme))).not.toMatchObject({
      error: { code: 'permission_denied' },
    })
  })

  it.each(everyCall)('%s refuses an org that does not exist', async (_, call) => {
    const root = world.directory.as({ userId: 'root', orgId: 'nowhere', across: 'orgs' })

    await expectRefused(world, () => call(root, inAcme), { code: 'permission_denied', reason: 'unknown_org' })
  })

  it.each(everyCall)('%s refuses a caller that does not exist or is locked', async (_, call) => {
    await expectRefused(world, () => call(wherever(world, 'ghost'), inAcme), {
      code: 'unauthenticated',
      reason: 'unknown_user',
    })
    await world.system.users.lock('ada')
    await expectRefused(world, () => call(wherever(world, 'ada'), { ...inAcme, user: 'ada' }), {
      code: 'unauthenticated',
      reason: 'user_not_active',
    })
  })

  it('means the org of the call where none is named', async () => {
    const ada = wherever(world, 'ada')
    const root = world.directory.as({ userId: 'root', orgId: 'umbrella', across: 'orgs' })

    expect((await ada.orgs.get()).orgId).toBe('acme')
    expect((await ada.users.createHuman({ userName: 'new' })).orgId).toBe('acme')
    expect((await root.orgs.get()).orgId).toBe('umbrella')
    expect((await root.orgs.metadata().set({ plan: 'pro' })).orgId).toBe('umbrella')
  })

  it('forgets a membership the moment it ends', async () => {
    await world.system.orgs.members('acme').add({ userId: 'eve', roles: ['ORG_OWNER'], expiresAt: world.now() + 10 })
    const eve = wherever(world, 'eve')
    expect((await eve.users.get('bob')).userId).toBe('bob')

    world.advance(10)

    await expectRefused(world, () => eve.users.get('bob'), { code: 'not_found', subject: 'user', id: 'bob' })
    expect((await eve.users.list()).items.map(({ userId }) => userId)).toEqual(['eve'])
  })

  it('answers the history of what lives in an org the caller may read, and of nothing else', async () => {
    const typesFor = async (caller: string, subject: { type: 'user' | 'org'; id: string }) =>
      (await wherever(world, caller).events({ subject })).map(({ type }) => type)
    await world.system.users.delete('robot')

    expect(await typesFor('ada', { type: 'user', id: 'bob' })).toEqual(['user.human.added'])
    expect(await typesFor('ada', { type: 'user', id: 'robot' })).toEqual(['user.machine.added', 'user.removed'])
    expect(await typesFor('ada', { type: 'user', id: 'mallory' })).toEqual([])
    expect(await typesFor('ada', { type: 'user', id: 'ghost' })).toEqual([])
    expect(await typesFor('eve', { type: 'user', id: 'eve' })).toEqual([])
    expect(await typesFor('root', { type: 'user', id: 'mallory' })).toEqual(['user.human.added'])
    expect(await typesFor('ada', { type: 'org', id: 'umbrella' })).toEqual([])
  })
})

describe('what users may do to themselves without a role', () => {
  /** Reads are told apart from what is not known by their answers. */
  const ofOneself = everyCall.filter(([name]) => /^users\./.test(name) && !aboutNoSubject.test(name))
  const needNoRole = ['users.get', 'users.getOrUndefined', 'users.getMany', 'users.identities', 'users.update']
  /** Refused for the lack of a code rather than of a role. */
  const needCodes = ['users.verifyEmail', 'users.verifyPhone']

  it.each(ofOneself.filter(([name]) => needNoRole.includes(name)))('%s', async (_, call) => {
    expect(await outcomeOf(world, () => call(wherever(world, 'mallory'), inUmbrella))).not.toHaveProperty('error')
    expect(await outcomeOf(world, () => call(wherever(world, 'bob'), inAcme))).not.toHaveProperty('error')
  })

  const needRoles = ofOneself.filter(
    ([name]) => ![...needNoRole, ...needCodes].includes(name) && !/create(Human|Machine)/.test(name),
  )
  it.each(needRoles)('%s is not among it', async (name, call) => {
    const caller = wherever(world, name.startsWith('users.accessTokens') ? 'drone' : 'mallory')

    expect(await anonymousOutcomeOf(world, caller, call, inUmbrella)).toBe(
      await anonymousOutcomeOf(world, caller, call, nowhere),
    )
  })

  it.each(ofOneself.filter(([name]) => needNoRole.includes(name)))('%s needs one in one org', async (_, call) => {
    await expectRefused(world, () => call(world.directory.as({ userId: 'mallory' }), inUmbrella), {
      code: 'permission_denied',
      reason: 'no_membership',
    })
    await expectRefused(world, () => call(world.directory.as({ userId: 'mallory', across: 'instance' }), inUmbrella), {
      code: 'permission_denied',
      reason: 'no_membership',
    })
  })

  it('showing by a code that an address and a number are their own', async () => {
    const { users } = world.system
    await users.update('mallory', { email: 'm@umbrella.example', phone: '+41710000000' })
    const email = await users.requestEmailCode('mallory')
    const phone = await users.requestPhoneCode('mallory')
    const mallory = wherever(world, 'mallory')

    await expectRefused(world, () => wherever(world, 'bob').users.verifyEmail('mallory', email.code), {
      code: 'not_found',
    })
    await mallory.users.verifyEmail('mallory', email.code)
    await mallory.users.verifyPhone('mallory', phone.code)

    expect(await mallory.users.get('mallory')).toMatchObject({ emailVerified: true, phoneVerified: true })
  })

  it.each(['zitadel', 'user'])('reading and writing their metadata of %s', async (namespace) => {
    const mallory = wherever(world, 'mallory')
    const own = mallory.users.metadata('mallory', namespace)

    await own.set({ a: 1, b: 2 })
    await own.remove('b')

    expect(await own.values()).toEqual({ a: 1 })
    expect((await own.get('a')).value).toBe(1)
    expect((await own.list()).items).toHaveLength(1)
    expect((await mallory.users.findSnapshots(['mallory'], [namespace]))[0]?.metadata[namespace]).toEqual({ a: 1 })
    await expectRefused(world, () => mallory.users.metadata('bob', namespace).set({ a: 1 }), {
      code: 'not_found',
      subject: 'user',
      id: 'bob',
    })
  })

  it.each([
    { firstName: 'M' },
    { lastName: null },
    { nickName: 'M' },
    { displayName: 'M' },
    { preferredLanguage: 'de' },
    { gender: 'female' as const },
    { avatarUrl: 'https://a.example/m.png' },
    { email: 'm@umbrella.example' },
    { phone: '+41710000000' },
    { metadata: { user: { set: { a: 1 } } } },
  ])('changing %j', async (input) => {
    expect((await wherever(world, 'mallory').users.update('mallory', input)).orgId).toBe('umbrella')
    expect((await wherever(world, 'bob').users.update('bob', input)).orgId).toBe('acme')
  })

  it.each([
    { userName: 'm' },
    { username: 'm' },
    { blocked: false },
    { passwordChanged: true },
    { email: 'm@umbrella.example', emailVerified: true },
    { phone: '+41710000000', phoneVerified: true },
    { metadata: { app: { set: { a: 1 } } } },
    { nickName: 'M', metadata: { user: { set: { a: 1 } }, app: { set: { a: 1 } } } },
  ])('not changing %j', async (input) => {
    await expectRefused(world, () => wherever(world, 'mallory').users.update('mallory', input), {
      code: 'not_found',
      subject: 'user',
    })
    await expectRefused(world, () => wherever(world, 'bob').users.update('bob', input), {
      code: 'permission_denied',
      permission: 'user.write',
      reason: 'missing_permission',
    })
  })

  it('removing themselves takes user.delete or user.self.delete', async () => {
    const mallory = wherever(world, 'mallory')
    const members = world.system.orgs.members('umbrella')
    await expectRefused(world, () => mallory.users.delete('mallory'), { code: 'not_found', subject: 'user' })
    await members.add({ userId: 'mallory', roles: ['ORG_OWNER_VIEWER'] })
    await expectRefused(world, () => mallory.users.delete('mallory'), {
      code: 'permission_denied',
      permission: 'user.delete',
    })

    await members.update('mallory', { roles: ['ORG_USER_SELF_MANAGER'] })

    await expectRefused(world, () => mallory.users.delete('eve'), {
      code: 'permission_denied',
      permission: 'user.delete',
    })
    await expectRefused(world, () => world.directory.as({ userId: 'mallory' }).users.delete('mallory'), {
      code: 'permission_denied',
      permission: 'user.delete',
    })
    await mallory.users.delete('mallory')
    expect(await world.system.users.getOrUndefined('mallory')).toBeUndefined()
  })
})

describe('lists of a call that works wherever its subjects live', () => {
  const all = { count: true } as const
  const usersFor = async (caller: string, query = {}) => {
    const { items, total } = await wherever(world, caller).users.list({ ...all, ...query })
    return [items.map(({ userId }) => userId), total]
  }

  it('hold users of the orgs in which the caller may read them, and the caller', async () => {
    expect(await usersFor('ada')).toEqual([['ada', 'bob', 'nina', 'robot'], 4])
    expect(await usersFor('eve')).toEqual([['eve'], 1])
    expect((await usersFor('root'))[1]).toBe(9)
    await world.system.orgs.members('acme').add({ userId: 'eve', roles: ['ORG_OWNER_VIEWER'] })
    expect(await usersFor('eve')).toEqual([['ada', 'bob', 'eve', 'nina', 'robot'], 5])
    await world.system.orgs.members('umbrella').add({ userId: 'eve', roles: ['ORG_OWNER_VIEWER'] })
    expect(await usersFor('eve')).toEqual([['ada', 'bob', 'drone', 'eve', 'mallory', 'nils', 'nina', 'robot'], 8])
    await world.system.orgs.members('acme').update('eve', { roles: ['ORG_SETTINGS_MANAGER'] })
    expect(await usersFor('eve')).toEqual([['drone', 'eve', 'mallory', 'nils'], 4])
  })

  it('cannot be widened by a filter', async () => {
    const foreign = { op: 'equals', field: 'orgId', value: 'umbrella' } as const

    expect(await usersFor('ada', { filter: foreign })).toEqual([[], 0])
    expect(await usersFor('ada', { filter: { op: 'or', filters: [foreign, { op: 'and', filters: [] }] } })).toEqual([
      ['ada', 'bob', 'nina', 'robot'],
      4,
    ])
    expect(await usersFor('ada', { filter: { op: 'not', filter: { op: 'or', filters: [] } }, limit: 1 })).toEqual([
      ['ada'],
      4,
    ])
  })

  it('hold orgs that the caller may read', async () => {
    const orgsFor = async (caller: string, query = {}) => {
      const { items, total } = await wherever(world, caller).orgs.list({ ...all, ...query })
      return [items.map(({ orgId }) => orgId), total]
    }

    expect(await orgsFor('ada')).toEqual([['acme'], 1])
    expect(await orgsFor('eve')).toEqual([[], 0])
    expect((await orgsFor('root'))[1]).toBe(3)
    expect(await orgsFor('ada', { filter: { op: 'equals', field: 'orgId', value: 'umbrella' } })).toEqual([[], 0])
  })

  it('hold clients that the caller may read', async () => {
    const clientsFor = async (caller: string) => {
      const { items, total } = await wherever(world, caller).clients.list(all)
      return [items.map(({ clientId }) => clientId), total]
    }

    expect(await clientsFor('ada')).toEqual([['shop'], 1])
    expect(await clientsFor('eve')).toEqual([[], 0])
    expect(await clientsFor('root')).toEqual([['shop', 'stall'], 2])
  })

  it('hold memberships in orgs in which the caller may read them', async () => {
    const placesFor = async (caller: string, userId: string) =>
      (await wherever(world, caller).users.memberships(userId)).map(({ level, orgId }) => `${level} ${orgId}`)
    await world.system.orgs.members('umbrella').add({ userId: 'bob', roles: [] })
    await world.system.members.add({ userId: 'bob', roles: ['IAM_OWNER_VIEWER'] })

    expect((await placesFor('ada', 'bob')).sort()).toEqual(['instance ', 'org acme'])
    expect((await placesFor('root', 'bob')).sort()).toEqual(['instance ', 'org acme', 'org umbrella'])
    expect(await placesFor('eve', 'bob')).toEqual([])
  })
})
