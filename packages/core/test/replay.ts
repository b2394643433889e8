import type {
  ActingDirectory,
  Claim,
  ClaimRecord,
  DeletedUserRecord,
  DirectoryStorage,
  EntryValue,
  JsonValue,
  MetadataChange,
  MetadataIndex,
  MetadataUpdate,
  MetadataValue,
  StoredEvent,
  SubjectKey,
} from '@indwell/core'
import { defineMetadata, isDirectoryError } from '@indwell/core'
import fc from 'fast-check'
import * as v from 'valibot'
import { expect } from 'vitest'
import { compileRules } from '../src/metadata-definition/metadata-rules'
import { uniqueClaim } from '../src/metadata-definition/unique-claims'
import { namespaces, rowsOfLog, storedRows } from './rows-of-log'
import { allEvents, createWorld, dawn } from './world'

const subjects = [
  ...['bob', 'robot', 'u/3'].map((subjectId) => ({ subjectType: 'user', subjectId }) as const),
  ...['acme', 'o1', 'o2'].map((subjectId) => ({ subjectType: 'org', subjectId }) as const),
  ...['shop', 'c1'].map((subjectId) => ({ subjectType: 'client', subjectId }) as const),
]

const indexed: readonly MetadataIndex[] = [
  { subjectType: 'user', namespace: 'app', path: ['a'] },
  { subjectType: 'user', namespace: 'app', path: ['__proto__'] },
  { subjectType: 'user', namespace: 'user', path: ['b'] },
  { subjectType: 'user', namespace: 'zitadel', path: ['a'] },
  { subjectType: 'org', namespace: 'org', path: ['a'] },
  { subjectType: 'client', namespace: 'client', path: ['b', 'a'] },
]

const unique = { schema: v.unknown(), unique: true }
const metadata = defineMetadata({
  user: { a: unique, b: { schema: v.unknown(), expiresAfterMs: 3 } },
  'user.user': { b: { ...unique, expiresAfterMs: 3 } },
  'user.zitadel': { constructor: unique },
  org: { a: unique },
  client: { b: unique },
})

interface Command {
  readonly text: string
  run(directory: ActingDirectory): Promise<unknown>
}

const oneOf = <const T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
// Few, so that commands meet.
const userId = oneOf('bob', 'robot', 'u/3')
const metadataKey = oneOf('a', 'b', '__proto__', 'constructor', '\u{1f600}')
const metadataValue = fc.oneof<fc.Arbitrary<MetadataValue>[]>(
  fc.jsonValue({ maxDepth: 2 }).map((value) => value as JsonValue),
  fc.uint8Array({ maxLength: 8 }),
  oneOf<MetadataValue>(1, 2, 'x\0y', '\ud800', { __proto__: null, a: { b: [1, null] } }),
)
const metadataChange: fc.Arbitrary<MetadataChange> = fc
  .record({
    set: fc.array(fc.tuple(metadataKey, metadataValue), { maxLength: 3 }),
    remove: fc.array(metadataKey, { maxLength: 2 }),
    clear: fc.boolean(),
  })
  .map(({ set, remove, clear }) => ({
    set,
    clear,
    remove: remove.filter((key) => set.every(([other]) => other !== key)),
  }))

const metadataUpdate: fc.Arbitrary<MetadataUpdate> = fc.record(
  {
    replace: fc.array(fc.tuple(metadataKey, metadataValue), { maxLength: 3 }),
    remove: fc.array(metadataKey, { maxLength: 2 }),
    rename: fc.dictionary(metadataKey, metadataKey, { maxKeys: 1 }),
    merge: fc.dictionary(metadataKey, metadataValue, { maxKeys: 2 }),
    mergeDeep: fc.dictionary(metadataKey, metadataValue, { maxKeys: 2 }),
    increment: fc.dictionary(metadataKey, fc.integer(), { maxKeys: 1 }),
    append: fc.dictionary(metadataKey, fc.array(oneOf<JsonValue>(1, null), { maxLength: 2 }), { maxKeys: 1 }),
    patch: fc.array(
      metadataKey.map((key) => ({ op: 'add', path: `/${key}`, value: 1 }) as const),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
)

const emailCode = oneOf('send', 'return', 'none')

const profile = fc.record(
  {
    firstName: oneOf<string | null>('A', 'B', null),
    email: oneOf<string | null>('a@x.example', 'B@x.example', null),
    emailVerified: fc.boolean(),
    phone: oneOf<string | null>('+411', '+412', null),
    phoneVerified: fc.boolean(),
    username: oneOf<string | null>('n1', 'n2', null),
    blocked: fc.boolean(),
    passwordChanged: fc.boolean(),
    userName: oneOf('ada', 'bob', 'n1', 'n2', 'n2@a.example'),
    emailCode,
    phoneCode: emailCode,
    metadata: fc.dictionary(oneOf('app', 'user'), metadataChange, { maxKeys: 2 }),
  },
  { requiredKeys: [] },
)

const orgProfile = fc.record(
  {
    name: oneOf('Acme', 'Org o1', 'Other', 'other!'),
    displayName: oneOf<string | null>('A', 'B', null),
    settings: fc.dictionary(oneOf('a', '__proto__'), oneOf<JsonValue>(null, 1, { b: [null] })),
    metadata: fc.record({ org: metadataChange }),
  },
  { requiredKeys: ['displayName'] },
)

const commands: readonly fc.Arbitrary<Command>[] = [
  fc
    .record(
      {
        userId,
        orgId: oneOf('acme', 'o1'),
        userName: oneOf('n1', 'n2', 'n3', 'N3'),
        email: oneOf('a@x.example', 'b@x.example'),
        emailVerified: fc.boolean(),
        phone: oneOf('+411', '+412'),
        phoneVerified: fc.boolean(),
        state: oneOf('active' as const, 'initial' as const),
        hasPassword: fc.boolean(),
        connection: oneOf('db'),
        username: oneOf('n1', 'n2'),
        blocked: fc.boolean(),
        createdAt: oneOf(0, 1_600_000_000_000),
        emailCode,
        phoneCode: emailCode,
        metadata: fc.dictionary(
          oneOf('app', 'user'),
          fc.array(fc.tuple(metadataKey, metadataValue), { maxLength: 2 }),
          {
            maxKeys: 2,
          },
        ),
      },
      { requiredKeys: ['userId', 'userName', 'orgId'] },
    )
    .map((input) => ({ text: 'create human', run: ({ users }) => users.createHuman(input) })),
  userId.map((id) => ({
    text: `create machine ${id}`,
    run: ({ users }) => users.createMachine({ userId: id, userName: `m-${id}`, name: 'M', orgId: 'acme' }),
  })),
  fc
    .tuple(userId, profile)
    .map(([id, input]) => ({ text: `update ${id}`, run: ({ users }) => users.update(id, input) })),
  fc.tuple(userId, oneOf('Email', 'Phone', 'Initialization')).map(([id, what]) => ({
    text: `send a code for ${what} of ${id}`,
    run: ({ users }) => users[`send${what}Code`](id),
  })),
  fc.tuple(userId, oneOf('Email', 'Phone'), fc.array(fc.boolean(), { maxLength: 7 })).map(([id, what, rights]) => ({
    text: `give codes for ${what} of ${id}`,
    run: async ({ users }) => {
      const { code } = await users[`request${what}Code`](id)
      for (const right of rights) await users[`verify${what}`](id, right ? code : 'wrong').catch(expectDirectoryError)
    },
  })),
  fc.tuple(userId, oneOf(undefined, 'b@x.example'), oneOf(true, false, undefined)).map(([id, email, right]) => ({
    text: `initialize ${id}`,
    run: async ({ users }) => {
      if (right === undefined) return users.initialize(id)
      const { code } = await users.requestInitializationCode(id, email === undefined ? {} : { email })
      return users.initialize(id, { code: right ? code : 'wrong' })
    },
  })),
  fc
    .tuple(userId, oneOf('lock', 'unlock', 'deactivate', 'reactivate', 'delete', 'erase', 'anonymise'))
    .map(([id, verb]) => ({ text: `${verb} ${id}`, run: ({ users }) => users[verb](id) })),
  fc
    .tuple(userId, oneOf('held', 'freed'), oneOf(1, 20), oneOf(undefined, 'n1', 'n4'), fc.boolean())
    .map(([id, names, undeleteFor, userName, isBack]) => ({
      text: `delete ${id} for ${undeleteFor}, names ${names}, ${isBack ? `back as ${userName}` : ''}`,
      run: async ({ users }) => {
        const other = isBack ? undefined : await users.delete(id, { names, undeleteFor }).catch(expectDirectoryError)
        if (other === undefined) await users.undelete(id, { userName, accessTokens: true })
      },
    })),
  fc
    .tuple(
      oneOf(...subjects),
      oneOf(...namespaces),
      fc.array(metadataChange, { minLength: 1, maxLength: 4, size: 'max' }),
    )
    .map(([subject, namespace, changes]) => ({
      text: `${changes.length} changes at once of ${subject.subjectId} in ${namespace}`,
      run: (directory) => {
        const access = { user: directory.users, org: directory.orgs, client: directory.clients }[subject.subjectType]
        const metadata = access.metadata(subject.subjectId, namespace)
        return Promise.all(changes.map((change) => metadata.apply(change).catch(expectDirectoryError)))
      },
    })),
  fc
    .tuple(oneOf(...subjects), oneOf(...namespaces), fc.array(metadataUpdate, { minLength: 1, maxLength: 3 }))
    .map(([subject, namespace, updates]) => ({
      text: `${updates.length} updates at once of ${subject.subjectId} in ${namespace}`,
      run: (directory) => {
        const access = { user: directory.users, org: directory.orgs, client: directory.clients }[subject.subjectType]
        const metadata = access.metadata(subject.subjectId, namespace)
        return Promise.all(updates.map((update) => metadata.apply(update).catch(expectDirectoryError)))
      },
    })),
  fc
    .tuple(
      userId,
      oneOf('add', 'addAll', 'update', 'remove', 'removeAll'),
      oneOf('acme', 'o1', undefined),
      oneOf<string[]>([], ['ORG_OWNER'], ['r1'], ['r2', 'r1']),
      oneOf(undefined, dawn + 1004, dawn + 1012),
    )
    .map(([id, verb, orgId, roles, expiresAt]) => ({
      text: `${verb} member ${id}`,
      run: (directory) => {
        const members = orgId === undefined ? directory.members : directory.orgs.members(orgId)
        const held = orgId === undefined ? roles.map((role) => role.replace('ORG', 'IAM')) : roles
        if (verb === 'remove') return members.remove(id)
        const end = expiresAt === undefined ? {} : { expiresAt }
        if (verb === 'addAll') return members.addAll({ userIds: [id, 'bob', 'ada'], roles: held, ...end })
        if (verb === 'removeAll') return members.removeAll([id, 'bob', 'ada'])
        return verb === 'add'
          ? members.add({ userId: id, roles: held, ...end })
          : members.update(id, { roles: held, ...end })
      },
    })),
  fc
    .tuple(oneOf('r1', 'r2', 'r3'), oneOf('create', 'update', 'delete'), oneOf('A', 'a', 'B'), oneOf([], ['x', 'y']))
    .map(([roleId, verb, name, permissions]) => ({
      text: `${verb} role ${roleId}`,
      run: ({ roles }) => {
        if (verb === 'delete') return roles.delete(roleId)
        return verb === 'create'
          ? roles.create({ roleId, name, permissions })
          : roles.update(roleId, { name, permissions, description: name })
      },
    })),
  fc
    .tuple(
      fc.array(userId, { minLength: 1, maxLength: 2 }),
      oneOf('grant', 'revoke'),
      oneOf('acme', 'o1', undefined),
      oneOf(['r1'], ['r2', 'r3']),
    )
    .map(([userIds, verb, orgId, roles]) => ({
      text: `${verb} roles ${userIds}`,
      run: (directory) => {
        const members = orgId === undefined ? directory.members : directory.orgs.members(orgId)
        return verb === 'grant' ? members.grantRoles({ userIds, roles }) : members.revokeRoles(userIds[0]!, roles)
      },
    })),
  fc.tuple(oneOf('o1', 'o2', 'acme'), orgProfile).map(([orgId, { metadata, displayName, ...input }]) => ({
    text: `create org ${orgId}`,
    run: ({ orgs }) =>
      orgs.create({
        name: `Org ${orgId}`,
        ...input,
        orgId,
        ...(displayName !== null && { displayName }),
        ...(metadata !== undefined && { metadata: { org: metadata.org.set ?? [] } }),
      }),
  })),
  fc
    .tuple(oneOf('o1', 'o2', 'acme'), orgProfile)
    .map(([orgId, update]) => ({ text: `update org ${orgId}`, run: ({ orgs }) => orgs.update(orgId, update) })),
  oneOf('o1', 'o2').map((orgId) => ({
    text: `set up org ${orgId}`,
    run: ({ orgs }) => orgs.setUp({ orgId, name: `Org ${orgId}`, domain: 'a.example', human: { userId: 'bob' } }),
  })),
  fc
    .tuple(oneOf('acme', 'o1', 'o2'), oneOf('deactivate', 'reactivate', 'delete', 'setDefault'))
    .map(([orgId, verb]) => ({ text: `${verb} org ${orgId}`, run: ({ orgs }) => orgs[verb](orgId) })),
  fc
    .tuple(oneOf('acme', 'o1', 'o2'), oneOf('Acme', 'acme', 'Org o1', 'Other', 'other!'))
    .map(([orgId, name]) => ({ text: `rename org ${orgId}`, run: ({ orgs }) => orgs.rename(name, orgId) })),
  fc
    .tuple(
      oneOf('acme', 'o1', 'o2'),
      oneOf('add', 'startVerification', 'verify', 'setPrimary', 'remove'),
      oneOf('a.example', 'B.example', 'acme.localhost', 'other.localhost'),
    )
    .map(([orgId, verb, domain]) => ({
      text: `${verb} domain ${domain} of ${orgId}`,
      run: ({ orgs }) => {
        const domains = orgs.domains(orgId)
        return verb === 'startVerification' ? domains.startVerification(domain, 'http') : domains[verb](domain)
      },
    })),
  fc
    .tuple(
      oneOf('shop', 'c1'),
      oneOf('create', 'update', 'delete'),
      fc.dictionary(oneOf('a', '__proto__'), metadataValue),
    )
    .map(([clientId, verb, given]) => ({
      text: `${verb} client ${clientId}`,
      run: ({ clients }) => {
        const settings = Object.fromEntries(Object.entries(given).filter(([, value]) => !(value instanceof Uint8Array)))
        if (verb === 'delete') return clients.delete(clientId)
        return verb === 'create'
          ? clients.create({ clientId, name: 'C', orgId: 'acme', settings: settings as never })
          : clients.update(clientId, { name: 'D', settings: settings as never })
      },
    })),
  fc
    .tuple(userId, userId, fc.array(oneOf('create', 'link', 'unlink', 'delete', 'erase'), { maxLength: 5 }))
    .map(([id, other, verbs]) => ({
      text: `${verbs} identity ${other} of ${id}`,
      run: async ({ users }) => {
        const human = { userId: other, orgId: 'acme', email: 'c@x.example', emailVerified: true, connection: 'db' }
        const calls = {
          create: () => users.createHuman({ ...human, state: 'initial', metadata: { user: { a: 1 } } }),
          link: () => users.linkIdentity(id, other),
          unlink: () => users.unlinkIdentity(id, other),
          delete: () => users.delete(id),
          erase: () => users.erase(other),
        }
        for (const verb of verbs) await calls[verb]().catch(expectDirectoryError)
      },
    })),
  userId.map((id) => ({ text: `create token of ${id}`, run: ({ users }) => users.accessTokens(id).create() })),
  fc.tuple(userId, fc.nat(3)).map(([id, index]) => ({
    text: `delete token of ${id}`,
    run: async ({ users }) => {
      const { items } = await users.accessTokens(id).list()
      await users.accessTokens(id).delete(items[index]?.tokenId ?? 'none')
    },
  })),
]
const command = fc.oneof(...commands)

/**
 * Runs commands, some of them at once, and compares what is stored then with what the log says. Every storage has to
 * pass; `createStorage` answers an empty one each time.
 */
export async function expectLogToTellRows(createStorage: () => Promise<DirectoryStorage>, runs: number): Promise<void> {
  const steps = fc.array(
    fc.tuple(fc.array(command, { minLength: 1, maxLength: 8, size: 'max' }), fc.integer({ min: -2, max: 5 })),
    {
      minLength: 5,
      maxLength: 20,
      size: 'max',
    },
  )
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      async (turns, checksDomains, sendsCodes, userLoginMustBeDomain, isDefined) => {
        const { directory, storage, system, advance, now } = await createWorld({
          storage: await createStorage(),
          userLoginMustBeDomain,
          metadataIndexes: indexed,
          ...(isDefined && { metadata }),
          ...(sendsCodes && { sendCode: () => undefined }),
          ...(checksDomains && { verifyDomain: async (domain) => domain.startsWith('a') }),
        })
        try {
          let purgedTo = now()
          for (const [turn, [commands, ms]] of turns.entries()) {
            if (turn === turns.length >> 1) purgedTo = now()
            await Promise.all([
              ...commands.map((each) => each.run(system).catch(expectDirectoryError)),
              directory.removeExpiredMetadata(),
              directory.removeExpiredMembers({ batchSize: 1 }),
              directory.purgeDeleted({ batchSize: 1 }),
            ])
            // Also backwards: the times of a subject do not follow.
            advance(ms)
          }

          await expectWhole(storage, directory.instanceId)
          if (isDefined) await expectClaimed(storage, directory.instanceId)
          // The entries were compared with the log, so the indexes are as well.
          expect(await directory.metadataIndexes.reindex({ all: true, batchSize: 5 })).toEqual({ corrected: 0 })

          const numbers = await newestSequences(storage, directory.instanceId)
          // What is left of a history that is purged twice, in the middle and up to now, tells the same rows.
          advance(1000)
          for (const before of [purgedTo, now()]) {
            await directory.purgeHistory({ before })
            await expectWhole(storage, directory.instanceId)
          }
          expect(await newestSequences(storage, directory.instanceId)).toEqual(numbers)
        } finally {
          await directory.close()
        }
      },
    ),
    { numRuns: runs, interruptAfterTimeLimit: 40_000 },
  )
}

/** That no write was stored by halves: what is stored is what the log says. `others`: whose entries are looked at as well. */
export async function expectWhole(
  storage: DirectoryStorage,
  instanceId: string,
  others: readonly SubjectKey[] = [],
): Promise<void> {
  const events = await allEvents(storage, instanceId)
  expectNumbered(events)
  expect(await storedRows(storage, instanceId, [...subjects, ...others])).toEqual(rowsOfLog(events))
}

/** That of all values that ever were unique, those are claimed, by whom they belong to, that are there now. */
async function expectClaimed(storage: DirectoryStorage, instanceId: string): Promise<void> {
  const rules = compileRules(metadata)
  const claimOf = (subjectType: string, namespace: string, key: string, value: EntryValue) => {
    const defined = rules.of(subjectType, namespace)
    return defined?.keys.get(key)?.unique ? uniqueClaim(defined, key, value) : undefined
  }
  const events = await allEvents(storage, instanceId)
  const nameOf = ({ type, value }: Claim) => `${type} ${value}`
  const holders = new Map<string, string>()
  const rows = rowsOfLog(events)
  const kept = rows.deletedUser.flatMap((deleted) => (deleted.names === 'held' ? entriesBefore(events, deleted) : []))
  for (const { subjectType, subjectId, namespace, key, value } of [...rows.entry, ...kept]) {
    // Rows that are compared have their bytes in hex.
    const held = 'bytes' in value ? { bytes: Buffer.from(String(value.bytes), 'hex') } : value
    const claim = claimOf(subjectType, namespace, key, held)
    if (claim === undefined) continue
    expect(holders.get(nameOf(claim)), `holders of ${key}`).toBeUndefined()
    holders.set(nameOf(claim), `${subjectType} ${subjectId}`)
  }
  const ever = events.flatMap(({ type, aggregate, payload }) => {
    if (!type.endsWith('.metadata.set')) return []
    const { namespace, key, value, bytes } = payload as Record<'namespace' | 'key' | 'bytes', string> & {
      value: JsonValue
    }
    const held = bytes === undefined ? { json: JSON.stringify(value) } : { bytes: Buffer.from(bytes, 'base64') }
    return claimOf(aggregate.type, namespace, key, held) ?? []
  })
  const found = await storage.load(
    instanceId,
    ever.map((claim) => ({ read: 'claim', claim }) as const),
  )
  for (const [index, claim] of ever.entries()) {
    const holder = found[index] as ClaimRecord | undefined
    expect(holder && `${holder.ownerType} ${holder.ownerId}`, nameOf(claim)).toBe(holders.get(nameOf(claim)))
  }
}

/** What a user had when it was deleted, which two events say. */
function entriesBefore(events: readonly StoredEvent[], { userId, sequence }: DeletedUserRecord) {
  const removed = BigInt(sequence) - 1n
  const earlier = events.filter(
    ({ aggregate, ...event }) =>
      aggregate.type !== 'user' || aggregate.id !== userId || BigInt(event.sequence) < removed,
  )
  return rowsOfLog(earlier).entry.filter(({ subjectType, subjectId }) => subjectType === 'user' && subjectId === userId)
}

function expectDirectoryError(error: unknown): void {
  if (!isDirectoryError(error) || error.code === 'contention' || error.code === 'storage_unavailable') throw error
}

async function newestSequences(storage: DirectoryStorage, instanceId: string) {
  const events = await allEvents(storage, instanceId)
  return new Map(events.map(({ aggregate, sequence }) => [`${aggregate.type} ${aggregate.id}`, sequence]))
}

/** Sequences are 1, 2, 3 … in every aggregate, but in front of what was purged or erased, and times do not go back. */
function expectNumbered(events: readonly StoredEvent[]): void {
  const newest = new Map<string, StoredEvent>()
  const rewritten = new Map<string, bigint>()
  for (const { type, aggregate, sequence } of events) {
    if (!/\.history\.folded$|^(org\.removed|user\.(erased|anonymised))$/.test(type)) continue
    rewritten.set(`${aggregate.type} ${aggregate.id}`, BigInt(sequence))
  }
  for (const event of events) {
    const name = `${event.aggregate.type} ${event.aggregate.id}`
    const before = newest.get(name)
    if (BigInt(event.sequence) <= (rewritten.get(name) ?? 0n)) {
      expect(BigInt(event.sequence), name).toBeGreaterThan(BigInt(before?.sequence ?? 0))
    } else expect(event.sequence, name).toBe(String(BigInt(before?.sequence ?? 0) + 1n))
    expect(event.createdAt).toBeGreaterThanOrEqual(before?.createdAt ?? 0)
    newest.set(name, event)
  }
}
