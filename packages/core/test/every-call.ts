import type { ActingDirectory } from '@indwell/core'

/** What a call is about: a user, another one, a machine, a client, and the org named; `undefined`: none is. */
export interface Subjects {
  readonly user: string
  readonly machine: string
  /** Another user of the same org. */
  readonly other: string
  readonly client: string
  readonly org: string | undefined
}

export type Call = (directory: ActingDirectory, subjects: Subjects) => Promise<unknown>

export const ofAcme: Subjects = { user: 'bob', machine: 'robot', other: 'nina', client: 'shop', org: undefined }

async function collected<T>(parts: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = []
  for await (const part of parts) all.push(part)
  return all
}

const ownedBy = (org: string | undefined) => (org === undefined ? {} : { orgId: org })

const metadataCalls = (
  access: (directory: ActingDirectory, subjects: Subjects) => ReturnType<ActingDirectory['users']['metadata']>,
): Readonly<Record<string, Call>> => ({
  get: (directory, subjects) => access(directory, subjects).get('a'),
  find: (directory, subjects) => access(directory, subjects).find('a'),
  list: (directory, subjects) => access(directory, subjects).list(),
  values: (directory, subjects) => access(directory, subjects).values(),
  findValues: (directory, subjects) => access(directory, subjects).findValues(),
  set: (directory, subjects) => access(directory, subjects).set({ a: 1 }),
  remove: (directory, subjects) => access(directory, subjects).remove('a'),
  clear: (directory, subjects) => access(directory, subjects).clear(),
  apply: (directory, subjects) => access(directory, subjects).apply({ set: { b: 1, c: 2 } }),
  merge: (directory, subjects) => access(directory, subjects).merge({ b: 1, a: null }),
  mergeDeep: (directory, subjects) => access(directory, subjects).mergeDeep({ b: { c: 1 } }),
  replace: (directory, subjects) => access(directory, subjects).replace({ b: 1 }),
  rename: (directory, subjects) => access(directory, subjects).rename('a', 'b'),
  patch: (directory, subjects) => access(directory, subjects).patch([{ op: 'add', path: '/b', value: 1 }]),
  increment: (directory, subjects) => access(directory, subjects).increment('n'),
  append: (directory, subjects) => access(directory, subjects).append('list', 1),
  update: (directory, subjects) => access(directory, subjects).update('b', () => 1),
  asOf: (directory, subjects) => access(directory, subjects).asOf({ sequence: '1' }),
  revert: (directory, subjects) => access(directory, subjects).revert({ sequence: '1' }),
})

const memberCalls = (
  access: (directory: ActingDirectory, subjects: Subjects) => ActingDirectory['members'],
): Readonly<Record<string, Call>> => ({
  add: (directory, subjects) => access(directory, subjects).add({ userId: 'robot', roles: [] }),
  addAll: (directory, subjects) => access(directory, subjects).addAll({ userIds: ['robot'] }),
  update: (directory, subjects) => access(directory, subjects).update('bob', { roles: [] }),
  remove: (directory, subjects) => access(directory, subjects).remove('bob'),
  removeAll: (directory, subjects) => access(directory, subjects).removeAll(['bob']),
  grantRoles: (directory, subjects) =>
    access(directory, subjects).grantRoles({ userIds: ['robot'], roles: ['auditor'] }),
  revokeRoles: (directory, subjects) => access(directory, subjects).revokeRoles('bob', ['auditor']),
  list: (directory, subjects) => access(directory, subjects).list(),
  find: (directory, subjects) => access(directory, subjects).find({ where: { roles: { has: 'ORG_OWNER' } } }),
  explain: (directory, subjects) => access(directory, subjects).explain({ where: { userId: 'bob' } }),
  roles: (directory, subjects) => access(directory, subjects).roles(),
})

/** One call for each method of a directory, by the path to it. A method that is missing here fails the first test. */
const calls: Readonly<Record<string, Readonly<Record<string, Call>>>> = {
  '': {
    requirePermission: (directory) => directory.requirePermission('user.read'),
    events: (directory) => directory.events({}),
  },
  users: {
    createHuman: ({ users }, { org }) => users.createHuman({ userName: 'new', ...ownedBy(org) }),
    createMachine: ({ users }, { org }) => users.createMachine({ userName: 'new', name: 'New', ...ownedBy(org) }),
    get: ({ users }, { user }) => users.get(user),
    getOrUndefined: ({ users }, { user }) => users.getOrUndefined(user),
    getMany: ({ users }, { user }) => users.getMany([user]),
    findByLoginName: ({ users }) => users.findByLoginName('bob'),
    findSnapshots: ({ users }, { user }) => users.findSnapshots([user], ['app']),
    findInConnection: ({ users }) => users.findInConnection('db', 'email', ['bob@acme.example']),
    list: ({ users }) => users.list(),
    listAccessTokens: ({ users }) => users.listAccessTokens(),
    find: ({ users }) => users.find({ where: { userName: 'bob' } }),
    explain: ({ users }) => users.explain({ where: { userName: 'bob' } }),
    memberships: ({ users }, { user }) => users.memberships(user),
    updateWhere: ({ users }, { user }) => users.updateWhere({ userId: user }, { nickName: 'W' }),
    update: ({ users }, { user }) => users.update(user, { nickName: 'B' }),
    requestEmailCode: ({ users }, { user }) => users.requestEmailCode(user),
    sendEmailCode: ({ users }, { user }) => users.sendEmailCode(user),
    verifyEmail: ({ users }, { user }) => users.verifyEmail(user, 'ABC123'),
    requestPhoneCode: ({ users }, { user }) => users.requestPhoneCode(user),
    sendPhoneCode: ({ users }, { user }) => users.sendPhoneCode(user),
    verifyPhone: ({ users }, { user }) => users.verifyPhone(user, '123456'),
    requestInitializationCode: ({ users }, { user }) => users.requestInitializationCode(user),
    sendInitializationCode: ({ users }, { user }) => users.sendInitializationCode(user),
    initialize: ({ users }, { user }) => users.initialize(user),
    deactivate: ({ users }, { user }) => users.deactivate(user),
    reactivate: ({ users }, { user }) => users.reactivate(user),
    lock: ({ users }, { user }) => users.lock(user),
    unlock: ({ users }, { user }) => users.unlock(user),
    delete: ({ users }, { user }) => users.delete(user),
    identities: ({ users }, { user }) => users.identities(user),
    linkIdentity: ({ users }, { user, other }) => users.linkIdentity(user, other),
    unlinkIdentity: ({ users }, { user, other }) => users.unlinkIdentity(user, other),
    history: ({ users }, { user }) => users.history(user),
    erase: ({ users }, { user }) => users.erase(user),
    anonymise: ({ users }, { user }) => users.anonymise(user),
    undelete: ({ users }, { user }) => users.undelete(user),
    deleted: ({ users }) => users.deleted(),
    exportSubject: ({ users }, { user }) => collected(users.exportSubject(user)),
    asOf: ({ users }, { user }) => users.asOf(user, { sequence: '1' }),
    revertMetadata: ({ users }, { user }) => users.revertMetadata(user, { sequence: '1' }),
  },
  'users.metadata': metadataCalls(({ users }, { user }) => users.metadata(user)),
  'users.accessTokens': {
    create: ({ users }, { machine }) => users.accessTokens(machine).create(),
    get: ({ users }, { machine }) => users.accessTokens(machine).get('t'),
    list: ({ users }, { machine }) => users.accessTokens(machine).list(),
    delete: ({ users }, { machine }) => users.accessTokens(machine).delete('t'),
  },
  orgs: {
    create: ({ orgs }) => orgs.create({ name: 'New' }),
    setUp: ({ orgs }) => orgs.setUp({ name: 'New', human: { userName: 'new' } }),
    get: ({ orgs }, { org }) => orgs.get(org),
    getMany: ({ orgs }, { org = 'acme' }) => orgs.getMany([org]),
    findByDomain: ({ orgs }) => orgs.findByDomain('acme.localhost'),
    list: ({ orgs }) => orgs.list(),
    find: ({ orgs }) => orgs.find({ where: { name: 'Acme' } }),
    explain: ({ orgs }) => orgs.explain({ where: { name: 'Acme' } }),
    getDefault: ({ orgs }) => orgs.getDefault(),
    setDefault: ({ orgs }) => orgs.setDefault('acme'),
    findSnapshots: ({ orgs }, { org = 'acme' }) => orgs.findSnapshots([org]),
    updateWhere: ({ orgs }, { org = 'acme' }) => orgs.updateWhere({ orgId: org }, { displayName: 'W' }),
    update: ({ orgs }, { org = 'acme' }) =>
      orgs.update(org, { displayName: 'New', metadata: { org: { clear: true } } }),
    rename: ({ orgs }, { org }) => orgs.rename('New', org),
    deactivate: ({ orgs }, { org }) => orgs.deactivate(org),
    reactivate: ({ orgs }, { org }) => orgs.reactivate(org),
    delete: ({ orgs }, { org }) => orgs.delete(org),
    history: ({ orgs }, { org }) => orgs.history(org ?? 'acme'),
    asOf: ({ orgs }, { org }) => orgs.asOf(org ?? 'acme', { sequence: '1' }),
    revertMetadata: ({ orgs }, { org }) => orgs.revertMetadata(org ?? 'acme', { sequence: '1' }),
  },
  'orgs.domains': {
    add: ({ orgs }, { org }) => orgs.domains(org).add('acme.example'),
    list: ({ orgs }, { org }) => orgs.domains(org).list(),
    startVerification: ({ orgs }, { org }) => orgs.domains(org).startVerification('acme.localhost', 'dns'),
    verify: ({ orgs }, { org }) => orgs.domains(org).verify('acme.localhost'),
    setPrimary: ({ orgs }, { org }) => orgs.domains(org).setPrimary('acme.localhost'),
    remove: ({ orgs }, { org }) => orgs.domains(org).remove('acme.localhost'),
  },
  'orgs.metadata': metadataCalls(({ orgs }, { org }) => orgs.metadata(org)),
  'orgs.members': memberCalls(({ orgs }, { org }) => orgs.members(org)),
  clients: {
    create: ({ clients }, { org }) => clients.create({ name: 'New', ...ownedBy(org) }),
    get: ({ clients }, { client }) => clients.get(client),
    getMany: ({ clients }, { client }) => clients.getMany([client]),
    findSnapshots: ({ clients }, { client }) => clients.findSnapshots([client]),
    list: ({ clients }) => clients.list(),
    find: ({ clients }) => clients.find({ where: { name: 'Shop' } }),
    explain: ({ clients }) => clients.explain({ where: { name: 'Shop' } }),
    updateWhere: ({ clients }, { client }) => clients.updateWhere({ clientId: client }, { name: 'W' }),
    update: ({ clients }, { client }) => clients.update(client, { name: 'New' }),
    delete: ({ clients }, { client }) => clients.delete(client),
    history: ({ clients }, { client }) => clients.history(client),
    asOf: ({ clients }, { client }) => clients.asOf(client, { sequence: '1' }),
    revertMetadata: ({ clients }, { client }) => clients.revertMetadata(client, { sequence: '1' }),
  },
  'clients.metadata': metadataCalls(({ clients }, { client }) => clients.metadata(client)),
  roles: {
    create: ({ roles }) => roles.create({ name: 'New' }),
    get: ({ roles }) => roles.get('auditor'),
    getOrUndefined: ({ roles }) => roles.getOrUndefined('auditor'),
    list: ({ roles }) => roles.list(),
    update: ({ roles }) => roles.update('auditor', { name: 'New' }),
    delete: ({ roles }) => roles.delete('auditor'),
  },
  members: memberCalls(({ members }) => members),
}

export const everyCall = Object.entries(calls).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, call]) => [path === '' ? method : `${path}.${method}`, call] as const),
)
