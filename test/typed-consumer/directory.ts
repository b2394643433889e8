import { createDirectory, type Directory } from '@indwell/core'
import { createHttpAdapter } from '@indwell/http-adapter'
import { auth0, exportUsers, importUsers } from '@indwell/http-adapter/auth0'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { type Address, metadata } from './metadata.js'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const isTrue = <_ extends true>() => undefined

// What follows is declared by what is inferred, as in a project that emits declarations.
export const directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }), metadata })
export const exchange = createHttpAdapter(directory, { faces: [auth0()] })
export const exported = () => exportUsers(directory, { format: 'json' })
export const imported = () => importUsers(directory, [], { format: 'auth0' })

export const acting = directory.asSystem('app')
export const metadataOf = (userId: string) => acting.users.metadata(userId)
export const valuesOf = (userId: string) => metadataOf(userId).values()
export const planOf = async (userId: string) => (await metadataOf(userId).get('plan')).value
export const avatarOf = async (userId: string) => (await acting.users.metadata(userId, 'zitadel').find('avatar'))?.value
export const snapshotsOf = (userIds: string[]) => acting.users.findSnapshots(userIds, ['app'])
export const tierOf = async (orgId: string) => (await acting.orgs.metadata(orgId).values()).tier
export const foundByPlan = () =>
  acting.users.find({
    where: { metadata: { plan: { in: ['pro'] }, seats: { gte: 1 } } },
    include: { metadata: ['app'] },
  })
export const foundInOrgs = () =>
  acting.users.find({ include: { metadata: { app: ['seats'], elsewhere: true }, memberships: true } })
export const goldOrgs = () =>
  acting.orgs.find({ where: { metadata: { tier: 'gold' } }, include: { metadata: ['org'] } })
export class Accounts {
  readonly users = acting.users
  readonly reading = directory.readFrom('replica', { atLeast: '' }).asSystem('report').users
}

isTrue<Equal<Awaited<ReturnType<typeof planOf>>, 'free' | 'pro'>>()
isTrue<Equal<Awaited<ReturnType<typeof avatarOf>>, InstanceType<typeof Uint8Array> | undefined>>()
isTrue<Equal<Awaited<ReturnType<typeof tierOf>>, 'basic' | 'gold'>>()

type Item<Find extends () => Promise<{ readonly items: readonly unknown[] }>> = Awaited<
  ReturnType<Find>
>['items'][number]
isTrue<Equal<Item<typeof foundByPlan>['metadata']['app']['plan'], 'free' | 'pro'>>()
isTrue<Equal<Item<typeof foundInOrgs>['metadata']['app']['seats'], number | undefined>>()
isTrue<Equal<Item<typeof foundInOrgs>['memberships'][number]['orgName'], string | null>>()
isTrue<Equal<Item<typeof goldOrgs>['metadata']['org']['tier'], 'basic' | 'gold'>>()

export async function uses(userId: string): Promise<void> {
  const access = metadataOf(userId)
  const values = await access.values()
  isTrue<Equal<typeof values.plan, 'free' | 'pro'>>()
  isTrue<Equal<typeof values.seats, number | undefined>>()
  isTrue<Equal<typeof values.since, string | undefined>>()
  isTrue<Equal<typeof values.note, string | undefined>>()
  isTrue<Equal<typeof values.address, Address | undefined>>()
  const [snapshot] = await snapshotsOf([userId])
  isTrue<Equal<NonNullable<NonNullable<typeof snapshot>['metadata']['app']>['plan'], 'free' | 'pro'>>()

  await access.set({ plan: 'pro', seats: 3, since: new Date(), badge: { series: 'a' }, address: { street: 'x' } })
  await access.set([['plan', 'pro']])
  await access.apply({ set: { seats: 4 }, remove: ['plan', 'gone long ago'] })
  await access.merge({ plan: null, seats: 2 })
  await access.mergeDeep({ address: { city: null } })
  await access.update('seats', (seats) => (seats ?? 0) + 1)
  await access.update('plan', (plan, remove) => (plan === 'pro' ? remove : 'pro'))
  await access.update('since', (since) => since ?? new Date())
  const { added } = await access.apply({ increment: { seats: 1 }, update: { plan: () => 'free' } })
  isTrue<Equal<typeof added, readonly string[]>>()
  await acting.users.createHuman({ userName: 'ada', metadata: { app: { plan: 'pro' }, other: { any: 1 } } })
  await acting.users.update(userId, { nickName: 'A', metadata: { app: { set: { seats: 1 } } } })
  await acting.orgs.create({ name: 'Acme', metadata: { org: { tier: 'gold', other: 1 } } })
  await acting.orgs.metadata().set({ tier: 'gold', other: [1] })
  await acting.users.metadata(userId, 'elsewhere').set({ any: 1 })
  await acting.clients.metadata('shop').set({ any: 1 })
  await acting.once(
    { idempotencyKey: 'k', request: userId },
    async ({ users }) => (await users.metadata(userId).get('plan')).value,
  )

  // @ts-expect-error no plan
  await access.set({ plan: 'gold' })
  // @ts-expect-error what goes in is a date
  await access.set({ since: '2026' })
  // @ts-expect-error keys that are not defined are refused
  await access.set({ other: 1 })
  // @ts-expect-error keys that are not defined are never there
  await access.get('other')
  // @ts-expect-error nor among the values
  values.other
  // @ts-expect-error no plan
  await access.set([['plan', 'gold']])
  // @ts-expect-error no plan
  await access.apply({ set: { plan: 'gold' } })
  // @ts-expect-error no plan
  await access.merge({ plan: 'gold' })
  // @ts-expect-error no plan
  await access.update('plan', () => 'gold')
  // @ts-expect-error no plan
  await access.apply({ update: { plan: () => 'gold' } })
  // @ts-expect-error an address has no such part
  await access.mergeDeep({ address: { zip: 'x' } })
  // @ts-expect-error keys that are not defined cannot be counted
  await access.increment('other')
  // @ts-expect-error no plan
  await acting.users.createHuman({ userName: 'ada', metadata: { app: { plan: 'gold' } } })
  // @ts-expect-error no tier
  await acting.orgs.metadata().set({ tier: 'silver', other: 1 })
  // @ts-expect-error no number
  await acting.users.update(userId, { metadata: { app: { set: { seats: 'many' } } } })
}

/** Without a definition any key holds any value. */
export async function untyped(other: Directory): Promise<void> {
  const access = other.asSystem('app').users.metadata('ada')
  await access.set({ anything: [1, 'a'], bytes: new Uint8Array() })
  const { anything } = await access.values()
  const value = (await access.get('anything')).value
  isTrue<Equal<typeof value | undefined, typeof anything>>()
  // @ts-expect-error neither JSON nor bytes
  await access.set({ anything: new Date() })
}
