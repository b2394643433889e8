import type { ActingDirectory } from '@indwell/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, expectRefused, type World } from './world'

type Call = (directory: ActingDirectory) => Promise<unknown>

const metadataCalls = (
  access: (directory: ActingDirectory) => ReturnType<ActingDirectory['users']['metadata']>,
): Readonly<Record<string, Call>> => ({
  get: (directory) => access(directory).get('a'),
  find: (directory) => access(directory).find('a'),
  list: (directory) => access(directory).list(),
  values: (directory) => access(directory).values(),
  findValues: (directory) => access(directory).findValues(),
  set: (directory) => access(directory).set({ a: 1 }),
  remove: (directory) => access(directory).remove('a'),
  clear: (directory) => access(directory).clear(),
  apply: (directory) => access(directory).apply({}),
})

const memberCalls = (
  access: (directory: ActingDirectory) => ActingDirectory['members'],
): Readonly<Record<string, Call>> => ({
  add: (directory) => access(directory).add({ userId: 'robot', roles: [] }),
  update: (directory) => access(directory).update('bob', { roles: [] }),
  remove: (directory) => access(directory).remove('bob'),
  list: (directory) => access(directory).list(),
  roles: (directory) => access(directory).roles(),
})

/** One call for each method of a directory, by the path to it. A method that is missing here fails the first test. */
const calls: Readonly<Record<string, Readonly<Record<string, Call>>>> = {
  '': {
    requirePermission: (directory) => directory.requirePermission('user.read'),
    events: (directory) => directory.events({}),
  },
  users: {
    createHuman: ({ users }) => users.createHuman({ userName: 'new' }),
    createMachine: ({ users }) => users.createMachine({ userName: 'new', name: 'New' }),
    get: ({ users }) => users.get('bob'),
    find: ({ users }) => users.find('bob'),
    findByLoginName: ({ users }) => users.findByLoginName('bob'),
    findSnapshots: ({ users }) => users.findSnapshots(['bob'], ['app']),
    list: ({ users }) => users.list(),
    memberships: ({ users }) => users.memberships('bob'),
    update: ({ users }) => users.update('bob', { nickName: 'B' }),
    requestEmailCode: ({ users }) => users.requestEmailCode('bob'),
    sendEmailCode: ({ users }) => users.sendEmailCode('bob'),
    verifyEmail: ({ users }) => users.verifyEmail('bob', 'ABC123'),
    requestPhoneCode: ({ users }) => users.requestPhoneCode('bob'),
    sendPhoneCode: ({ users }) => users.sendPhoneCode('bob'),
    verifyPhone: ({ users }) => users.verifyPhone('bob', '123456'),
    requestInitializationCode: ({ users }) => users.requestInitializationCode('bob'),
    sendInitializationCode: ({ users }) => users.sendInitializationCode('bob'),
    initialize: ({ users }) => users.initialize('bob'),
    deactivate: ({ users }) => users.deactivate('bob'),
    reactivate: ({ users }) => users.reactivate('bob'),
    lock: ({ users }) => users.lock('bob'),
    unlock: ({ users }) => users.unlock('bob'),
    delete: ({ users }) => users.delete('bob'),
  },
  'users.metadata': metadataCalls(({ users }) => users.metadata('bob')),
  'users.accessTokens': {
    create: ({ users }) => users.accessTokens('robot').create(),
    get: ({ users }) => users.accessTokens('robot').get('t'),
    list: ({ users }) => users.accessTokens('robot').list(),
    delete: ({ users }) => users.accessTokens('robot').delete('t'),
  },
  orgs: {
    create: ({ orgs }) => orgs.create({ name: 'New' }),
    setUp: ({ orgs }) => orgs.setUp({ name: 'New', human: { userName: 'new' } }),
    get: ({ orgs }) => orgs.get(),
    findByDomain: ({ orgs }) => orgs.findByDomain('acme.localhost'),
    list: ({ orgs }) => orgs.list(),
    getDefault: ({ orgs }) => orgs.getDefault(),
    setDefault: ({ orgs }) => orgs.setDefault('acme'),
    rename: ({ orgs }) => orgs.rename('New'),
    deactivate: ({ orgs }) => orgs.deactivate(),
    reactivate: ({ orgs }) => orgs.reactivate(),
    delete: ({ orgs }) => orgs.delete(),
  },
  'orgs.domains': {
    add: ({ orgs }) => orgs.domains().add('acme.example'),
    list: ({ orgs }) => orgs.domains().list(),
    startVerification: ({ orgs }) => orgs.domains().startVerification('acme.localhost', 'dns'),
    verify: ({ orgs }) => orgs.domains().verify('acme.localhost'),
    setPrimary: ({ orgs }) => orgs.domains().setPrimary('acme.localhost'),
    remove: ({ orgs }) => orgs.domains().remove('acme.localhost'),
  },
  'orgs.metadata': metadataCalls(({ orgs }) => orgs.metadata('acme')),
  'orgs.members': memberCalls(({ orgs }) => orgs.members()),
  clients: {
    create: ({ clients }) => clients.create({ name: 'New' }),
    get: ({ clients }) => clients.get('shop'),
    findSnapshots: ({ clients }) => clients.findSnapshots(['shop']),
    list: ({ clients }) => clients.list(),
    update: ({ clients }) => clients.update('shop', { name: 'New' }),
    delete: ({ clients }) => clients.delete('shop'),
  },
  'clients.metadata': metadataCalls(({ clients }) => clients.metadata('shop')),
  members: memberCalls(({ members }) => members),
}

const everyCall = Object.entries(calls).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, call]) => [path === '' ? method : `${path}.${method}`, call] as const),
)

/** What answers who asks for nothing but the answer whether it may. */
const unchecked = ['checkPermission', 'requireAuthenticated']
const reads =
  /(^|\.)(requirePermission|events|get|getDefault|find|findByDomain|findByLoginName|findSnapshots|list|memberships|values|findValues|roles)$/
const mayViewNot = /^(events|orgs\.(create|setUp|list|getDefault|setDefault|findByDomain)|members\..*)$/

/** Every method of a directory, with the accessors gone through. */
function methodsOf(directory: ActingDirectory): readonly string[] {
  const accessors = ['metadata', 'accessTokens']
  const walk = (node: object, path: string): readonly string[] =>
    Object.entries(node as Record<string, unknown>).flatMap(([name, member]): readonly string[] => {
      const at = path === '' ? name : `${path}.${name}`
      if (at === 'actor') return []
      if (typeof member !== 'function') return walk(member as object, at)
      if (accessors.includes(name) || at === 'orgs.members' || at === 'orgs.domains')
        return walk(member('x') as object, at)
      return [at]
    })
  return walk(directory, '')
}

let world: World
beforeEach(async () => {
  world = await createWorld()
})

describe('every method of a directory', () => {
  it('stands in this table', () => {
    const listed = [...everyCall.map(([name]) => name), ...unchecked]

    expect([...listed].sort()).toEqual([...methodsOf(world.ada)].sort())
  })

  it.each(everyCall)('%s refuses who is a member of nothing', async (_, call) => {
    await expectRefused(world, () => call(world.eve), { code: 'permission_denied', reason: 'no_membership' })
    await expectRefused(world, () => call(world.directory.as({ userId: 'eve', orgId: 'acme' })), {
      code: 'permission_denied',
      reason: 'no_membership',
    })
  })

  it.each(everyCall.filter(([name]) => !reads.test(name) || mayViewNot.test(name)))(
    '%s refuses who may only look',
    async (_, call) => {
      await expectRefused(world, () => call(world.bob), { code: 'permission_denied', reason: 'missing_permission' })
    },
  )

  it.each(everyCall)('%s refuses who owns an org in all orgs at once', async (_, call) => {
    await expectRefused(world, () => call(world.directory.as({ userId: 'ada', across: 'instance' })), {
      code: 'permission_denied',
      reason: 'no_membership',
    })
  })

  it.each(everyCall)('%s refuses an org that does not exist', async (_, call) => {
    await expectRefused(world, () => call(world.directory.as({ userId: 'root', orgId: 'nowhere' })), {
      code: 'permission_denied',
      reason: 'unknown_org',
    })
  })

  it.each(everyCall)(
    '%s refuses a caller that does not exist, is locked, or whose org is inactive',
    async (_, call) => {
      await expectRefused(world, () => call(world.directory.as({ userId: 'nobody' })), {
        code: 'unauthenticated',
        reason: 'unknown_user',
      })
      await world.system.users.lock('ada')
      await expectRefused(world, () => call(world.ada), { code: 'unauthenticated', reason: 'user_not_active' })
      await world.system.orgs.deactivate('umbrella')
      await expectRefused(world, () => call(world.eve), { code: 'unauthenticated', reason: 'org_not_active' })
    },
  )

  it.each(everyCall)('%s rejects with a storage that is closed', async (_, call) => {
    await world.directory.close()

    await expect(call(world.root)).rejects.toMatchObject({ code: 'storage_unavailable', reason: 'closed' })
  })
})

describe('what concerns all orgs', () => {
  it.each(everyCall.filter(([name]) => /^orgs\.(setUp|list|getDefault|setDefault)$/.test(name)))(
    '%s refuses the owner of an org',
    async (_, call) => {
      await expectRefused(world, () => call(world.ada), { code: 'permission_denied', reason: 'missing_permission' })
    },
  )
})

describe('every method on an org', () => {
  const verbs: Readonly<Record<string, (directory: ActingDirectory, orgId: string) => Promise<unknown>>> = {
    rename: ({ orgs }, orgId) => orgs.rename('New', orgId),
    deactivate: ({ orgs }, orgId) => orgs.deactivate(orgId),
    reactivate: ({ orgs }, orgId) => orgs.reactivate(orgId),
    delete: ({ orgs }, orgId) => orgs.delete(orgId),
    'domains.add': ({ orgs }, orgId) => orgs.domains(orgId).add('a.example'),
    'domains.list': ({ orgs }, orgId) => orgs.domains(orgId).list(),
    'domains.verify': ({ orgs }, orgId) => orgs.domains(orgId).verify('umbrella.localhost'),
    'domains.setPrimary': ({ orgs }, orgId) => orgs.domains(orgId).setPrimary('umbrella.localhost'),
    'domains.remove': ({ orgs }, orgId) => orgs.domains(orgId).remove('umbrella.localhost'),
  }

  it.each(
    Object.entries(verbs).flatMap(([name, call]) =>
      ['umbrella', 'nowhere', 'a\0', ''].map((orgId) => [name, orgId, call] as const),
    ),
  )('%s does not know %j from another org', async (_, orgId, call) => {
    await expectRefused(world, () => call(world.ada, orgId), { code: 'not_found', subject: 'org', id: orgId })
  })
})

describe('every method on a subject', () => {
  const aboutBob = everyCall.filter(([name]) => /^users\.(get|update|deactivate|lock|delete|metadata\..*)$/.test(name))

  it.each(aboutBob)('%s does not know a user of another org', async (_, call) => {
    await world.system.orgs.members('umbrella').add({ userId: 'eve', roles: ['ORG_OWNER'] })

    await expectRefused(world, () => call(world.eve), { code: 'not_found', subject: 'user', id: 'bob' })
  })
})
