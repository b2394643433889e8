import {
  type ActingDirectory,
  type BuiltInRole,
  type CallScope,
  type DefinedKey,
  type Directory,
  DirectoryError,
  type DirectoryErrorCode,
  type DirectoryOptions,
  type EntryRecord,
  type EventOf,
  isDirectoryError,
  type JsonValue,
  type MetadataUpdated,
  type MetadataValue,
  type MetadataWritten,
  type NamedUser,
  NotFoundError,
  type Permission,
  type ReadAnswer,
  type UserRecord,
} from '@indwell/core'
import { expectTypeOf } from 'vitest'

declare const directory: Directory
declare const ada: ActingDirectory

// A caller is a user; only `asSystem` is not checked, and it says why.
directory.as({ userId: 'ada', orgId: 'acme', across: 'instance' })
// @ts-expect-error a caller is somebody
directory.as({})
// @ts-expect-error there is nothing wider than the instance
directory.as({ userId: 'ada', across: 'world' })
// @ts-expect-error the system says why it acts
directory.asSystem()

// What is read from a replica says what it has to have seen, and writes nothing.
const reading = directory.readFrom('replica', { atLeast: 'position' })
expectTypeOf(reading.as({ userId: 'ada' }).users.get('bob')).resolves.toEqualTypeOf<NamedUser>()
expectTypeOf(reading.as({ userId: 'ada' }).users.identities).toEqualTypeOf<ActingDirectory['users']['identities']>()
// @ts-expect-error reading a replica without a bookmark would be reading the past
directory.readFrom('replica', {})
// @ts-expect-error no write
reading.asSystem('why').users.delete
// @ts-expect-error no write, also not of metadata
reading.asSystem('why').users.metadata('ada').set

// What may be asked about is a kind that an org owns, or an org by its id; what decided differs by the answer.
ada.can('user.write', { type: 'client', id: 'shop' })
// @ts-expect-error tokens belong to users
ada.can('user.write', { type: 'accessToken', id: 't' })
const told = await ada.can('user.write', 'acme')
if (!told.allowed) expectTypeOf(told.because.roles.org).toEqualTypeOf<readonly string[]>()
else if (told.because.rule === 'role') expectTypeOf(told.because.expiresAt).toEqualTypeOf<number | null>()

// What is absent is left out, not `undefined`.
// @ts-expect-error exact optional members
directory.as({ userId: 'ada', orgId: undefined })

// `getOrUndefined` answers `undefined`, `get` throws.
expectTypeOf(ada.users.getOrUndefined('bob')).resolves.toEqualTypeOf<NamedUser | undefined>()
expectTypeOf(ada.users.get('bob')).resolves.toEqualTypeOf<NamedUser>()
expectTypeOf<NamedUser>().toExtend<UserRecord>()
expectTypeOf(ada.requirePermission('user.read')).resolves.toEqualTypeOf<CallScope>()

// A listener gets the payload of the events it listens for.
directory.on('user.username.changed', ({ payload }) => {
  expectTypeOf(payload).toEqualTypeOf<{ readonly userName: string }>()
})
// Nor does it get what is shown to nobody.
directory.on('user.pat.added', ({ payload }) => {
  expectTypeOf(payload).not.toHaveProperty('hash')
})
directory.on('*', ({ payload }) => {
  expectTypeOf(payload).toEqualTypeOf<JsonValue>()
})
// @ts-expect-error no such event
directory.on('user.renamed', () => undefined)

// What is linked to a user is searched by its members.
ada.users.list({ filter: { op: 'identity', path: ['email'], test: { op: 'equals', value: 'bob@work.example' } } })
ada.users.list({ filter: { op: 'identity', path: ['provider'], test: { op: 'exists' } } })
// @ts-expect-error no such member
ada.users.list({ filter: { op: 'identity', path: ['orgId'], test: { op: 'exists' } } })
expectTypeOf(ada.users.linkIdentity('bob', 'bobby')).resolves.toHaveProperty('identities')

// Records cannot be changed in place.
declare const bob: UserRecord
// @ts-expect-error read-only
bob.state = 'locked'

// Values are JSON or bytes, by key or as pairs.
const metadata = ada.users.metadata('bob')
metadata.set({ a: 1, b: [null, { c: 'x' }], d: new Uint8Array() })
metadata.set([['a', 1]])
// @ts-expect-error no functions
metadata.set({ a: () => 1 })
// @ts-expect-error no dates
metadata.set({ a: new Date() })
// @ts-expect-error undefined removes nothing
metadata.set({ a: undefined })
// @ts-expect-error pairs have two members
metadata.set([['a']])
// An update says what became of which key, what only sets and removes does not.
expectTypeOf(metadata.apply({ set: { a: 1 } })).resolves.toEqualTypeOf<MetadataWritten>()
expectTypeOf(metadata.apply({ set: { a: 1 }, increment: { b: 1 } })).resolves.toEqualTypeOf<MetadataUpdated>()
expectTypeOf(metadata.merge({ a: null })).resolves.toEqualTypeOf<MetadataUpdated>()
metadata.update('a', (value, remove) => (value === undefined ? remove : value))
// @ts-expect-error nothing is no value
metadata.update('a', () => undefined)
// @ts-expect-error a function is asked again, so it answers at once
metadata.update('a', async () => 1)
// @ts-expect-error a number is added
metadata.increment('a', '1')
// @ts-expect-error an operation of RFC 6902
metadata.patch([{ op: 'spam', path: '/a' }])
// @ts-expect-error no part of a change
metadata.apply({ sett: { a: 1 } })
expectTypeOf(metadata.values()).resolves.toEqualTypeOf<Readonly<Record<string, MetadataValue>>>()

// Inputs are known to the last member.
// @ts-expect-error a machine has a name
ada.users.createMachine({ userName: 'robot' })
// @ts-expect-error not a state one can be created in
ada.users.createHuman({ state: 'locked' })
// @ts-expect-error no such member
ada.users.update('bob', { nickname: 'B' })

// A key names a write, whatever it is.
ada.users.lock('bob', { idempotencyKey: 'k' })
ada.orgs.members('acme').add({ userId: 'bob', roles: [] }, { idempotencyKey: 'k' })
// @ts-expect-error a key is text
ada.users.lock('bob', { idempotencyKey: 7 })
// @ts-expect-error only JSON can be kept
ada.once({ idempotencyKey: 'k', request: 1 }, async () => new Date())

// Filters and sorts name members of what is listed.
ada.users.list({
  filter: { op: 'equals', field: 'userName', value: 'bob' },
  sort: [{ field: 'createdAt', descending: true }],
})
ada.users.list({
  filter: {
    op: 'and',
    filters: [
      { op: 'metadata', namespace: 'app', path: ['plan'], test: { op: 'equals', value: 'pro' } },
      { op: 'range', field: 'updatedAt', from: 0, fromInclusive: true, toInclusive: false },
    ],
  },
})
ada.clients.list({ filter: { op: 'metadata', namespace: 'client', path: ['plan'], test: { op: 'exists' } } })
// @ts-expect-error objects are looked into by a path
ada.users.list({ filter: { op: 'metadata', namespace: 'app', path: [], test: { op: 'equals', value: {} } } })
// @ts-expect-error members carry no metadata to search by
ada.members.list({ filter: { op: 'metadata', namespace: 'app', path: ['plan'], test: { op: 'exists' } } })
// @ts-expect-error users have no such member
ada.users.list({ filter: { op: 'equals', field: 'password', value: 'x' } })
// @ts-expect-error entries are found by key alone
metadata.list({ filter: { op: 'equals', field: 'value', value: 'x' } })

// Whether it was allowed decides what else is known.
const answer = await ada.checkPermission('user.read')
// @ts-expect-error only a denial has a reason
answer.reason
if (answer.allowed) expectTypeOf(answer.via).extract<string>().toEqualTypeOf<'system'>()

// Only what was created shows a token.
const bootstrapped = await directory.bootstrapOwner()
// @ts-expect-error there may be an owner already
bootstrapped.token
if (bootstrapped.created) expectTypeOf(bootstrapped.token).toEqualTypeOf<string>()

// Errors are told apart by class or by a closed list of codes.
declare const error: unknown
if (isDirectoryError(error)) expectTypeOf(error.code).toEqualTypeOf<DirectoryErrorCode>()
expectTypeOf<NotFoundError['code']>().toEqualTypeOf<'not_found'>()
// @ts-expect-error abstract
new DirectoryError()
// @ts-expect-error no such subject
new NotFoundError('weather', 'x')

// A read's shape decides its answer.
type RecordAnswer = ReadAnswer<{ read: 'record'; kind: 'user'; key: { userId: string } }>
expectTypeOf<RecordAnswer>().toEqualTypeOf<UserRecord | undefined>()
type EntriesAnswer = ReadAnswer<{
  read: 'entries'
  subject: { subjectType: 'user'; subjectId: string }
  namespace: string
}>
expectTypeOf<EntriesAnswer>().toEqualTypeOf<readonly EntryRecord[]>()

// The names of ZITADEL's roles and permissions are literals.
expectTypeOf<'ORG_OWNER'>().toExtend<BuiltInRole>()
expectTypeOf<'user.write'>().toExtend<Permission>()
expectTypeOf<string>().not.toExtend<Permission>()

// A directory needs a storage, and roles are lists of permissions.
// @ts-expect-error no storage
const withoutStorage: DirectoryOptions = {}
// @ts-expect-error a list
const withWrongRoles: Pick<DirectoryOptions, 'roles'> = { roles: { LIBRARIAN: 'book.lend' } }

export { withoutStorage, withWrongRoles }

// Neither listeners nor readers of events see what tokens and codes are made of.
expectTypeOf<EventOf<'user.pat.added'>['payload']>().not.toHaveProperty('hash')
expectTypeOf<EventOf<'user.pat.added'>['payload']>().toHaveProperty('tokenId')
expectTypeOf<EventOf<'user.human.email.code.added'>['payload']>().not.toHaveProperty('hash')

// What was folded is carried by the event, and shown to nobody.
expectTypeOf<EventOf<'user.history.folded'>['payload']>().toEqualTypeOf<{
  readonly events: number
  readonly since: number
}>()
directory.as({ userId: 'ada', reason: 'ticket 4711' })
// @ts-expect-error a point is a sequence or a time
ada.users.asOf('bob', '1')
// What is looked for is typed by what is defined.
declare const defined: ActingDirectory<{
  'user.app': {
    keys: {
      plan: DefinedKey<string, 'free' | 'pro'>
      seats: DefinedKey<number, number>
      tags: DefinedKey<string[], string[]>
      address: DefinedKey<object, { city: string }>
    }
    unknownKeys: 'reject'
  }
}>
defined.users.find({
  where: {
    metadata: {
      plan: { in: ['free'] },
      seats: { gte: 1, lt: 9 },
      tags: { has: 'a' },
      address: { at: { city: { prefix: 'O' } } },
    },
  },
})
// @ts-expect-error no such plan
defined.users.find({ where: { metadata: { plan: 'gold' } } })
// @ts-expect-error no such key
defined.users.find({ where: { metadata: { plam: 'free' } } })
// @ts-expect-error a number has no parts
defined.users.find({ where: { metadata: { seats: { prefix: '1' } } } })
// @ts-expect-error the same in a branch
defined.users.find({ where: { or: [{ not: { metadata: { seats: '1' } } }] } })
// @ts-expect-error no such member
defined.users.find({ where: { usrName: 'ada' } })
// @ts-expect-error no such state
defined.users.find({ where: { state: 'gone' } })
// @ts-expect-error never null
ada.users.find({ where: { userName: null } })
// @ts-expect-error not ordered by
ada.users.find({ orderBy: { emailVerified: 'asc' } })
ada.users.find({ where: { metadata: { anything: { gte: 5 } }, firstName: null }, orderBy: [{ createdAt: 'desc' }] })

// What is included is typed by what is asked for, and by what is defined.
const included = await defined.users.find({ include: { metadata: { app: ['plan', 'seats'] }, memberships: true } })
expectTypeOf(included.items[0]!.metadata).toEqualTypeOf<{
  readonly app: { readonly plan?: 'free' | 'pro'; readonly seats?: number }
}>()
expectTypeOf(included.items[0]!.memberships[0]!.orgName).toEqualTypeOf<string | null>()
const whole = await defined.users.find({ include: { metadata: ['app', 'user'] } })
expectTypeOf(whole.items[0]!.metadata.app.seats).toEqualTypeOf<number | undefined>()
expectTypeOf(whole.items[0]!.metadata.user).toEqualTypeOf<Readonly<Record<string, MetadataValue>>>()
expectTypeOf(whole.items[0]!).not.toHaveProperty('memberships')
expectTypeOf((await ada.users.find()).items[0]!).not.toHaveProperty('metadata')
// @ts-expect-error no such key
defined.users.find({ include: { metadata: { app: ['plam'] } } })
// @ts-expect-error only users are members
ada.orgs.find({ include: { memberships: true } })
// @ts-expect-error members carry no metadata
ada.members.find({ where: { metadata: { plan: 'free' } } })
// @ts-expect-error a list has items
ada.members.find({ where: { roles: 'ORG_OWNER' } })
ada.orgs
  .members()
  .find({ where: { roles: { has: 'ORG_OWNER' }, user: { email: null } }, orderBy: { createdAt: 'desc' } })
declare const definedOrgs: ActingDirectory<{
  'org.org': { keys: { tier: DefinedKey<string, 'basic' | 'gold'> }; unknownKeys: 'reject' }
}>
definedOrgs.orgs.find({ where: { metadata: { tier: { in: ['gold'] } } }, orderBy: { name: 'asc' } })
// @ts-expect-error no such tier
definedOrgs.orgs.find({ where: { metadata: { tier: 'silver' } } })
// @ts-expect-error no such name
definedOrgs.clients.find({ where: { names: 'Shop' } })
