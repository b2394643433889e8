import assert from 'node:assert/strict'
import type { Permit, UnreadCommit, UnreadOutcome } from '../storage/commit'
import type { EntryValue, MemberRecord, OrgRecord, UserRecord } from '../storage/records'
import type { Behavior } from './behavior'
import { changeOf, commitOf, creationOf, eventOf, noon, userKey } from './commit-of'
import { apply, eventsOf, loadOne, type Place } from './place'
import { entryKeyOf, memberOf, orgOf, userOf } from './record-of'

const bob = userKey('bob')
const gold: EntryValue = { json: '"gold"' }
const plan = entryKeyOf('bob', 'plan')

/** Sets Bob's plan as the caller Ada, who writes to users with one role of each level. */
function setOf(terms: Partial<Pick<UnreadCommit, 'permit'>> & { readonly sequence?: string }): UnreadCommit {
  const { sequence, ...permit } = terms
  const change = changeOf(bob, {
    owner: '',
    revise: false,
    events: [eventOf('set', { key: 'plan' })],
    ...(sequence !== undefined && { expect: { sequence } }),
  })
  return {
    ...commitOf(change, { putEntries: [{ key: plan, value: gold, stamp: { aggregate: 0, event: 0 } }] }),
    ...permit,
  }
}

export const permit: Permit = { userId: 'ada', roles: { instance: ['IAM_OWNER', 'a"b%\\'], org: ['ORG_OWNER'] } }

/** `undefined` for a storage that is asked for no such thing. */
export async function commitUnread(
  place: Place,
  commits: readonly UnreadCommit[],
): Promise<readonly UnreadOutcome[] | undefined> {
  return place.storage.checksUnread && place.storage.commitUnread?.(place.instanceId, commits)
}

export interface Situation {
  readonly what: string
  readonly user?: Partial<UserRecord>
  readonly orgs?: readonly OrgRecord[]
  readonly members?: readonly MemberRecord[]
  readonly permit?: Partial<Permit>
}

const acme = orgOf('acme')
const owner = memberOf('acme', 'ada')
const anywhere = memberOf('', 'ada', { level: 'instance', roles: ['IAM_OWNER'] })

export const held: readonly Situation[] = [
  { what: 'a role in the org that owns it', members: [owner] },
  { what: 'a role among others', members: [{ ...owner, roles: ['A', 'ORG_OWNER', 'B'] }] },
  { what: 'a role in the instance', members: [anywhere] },
  { what: 'a role with letters that mean something elsewhere', members: [{ ...anywhere, roles: ['a"b%\\'] }] },
  { what: 'a role that has yet to expire', members: [{ ...owner, expiresAt: noon + 1 }] },
  { what: 'a role in the instance, beside one that expired', members: [anywhere, { ...owner, expiresAt: noon }] },
  { what: 'a role in the org that it names', members: [owner], permit: { orgId: 'acme' } },
  {
    what: 'a role in an org other than its own',
    user: { orgId: 'home' },
    orgs: [acme, orgOf('home')],
    members: [owner],
    permit: { orgId: 'acme' },
  },
  {
    what: 'an org that is not active, and works from another',
    user: { orgId: 'home' },
    orgs: [orgOf('acme', { state: 'inactive' }), orgOf('home')],
    members: [owner],
    permit: { orgId: 'acme' },
  },
  { what: 'a role, though it has yet to be initialized', user: { state: 'initial' }, members: [owner] },
]

export const lacked: readonly Situation[] = [
  { what: 'no role' },
  { what: 'other roles', members: [{ ...owner, roles: ['ORG_USER_MANAGER', 'ORG_OWNER_VIEWER'] }] },
  {
    what: 'a name that holds that of a role',
    members: [{ ...owner, roles: ['x"ORG_OWNER"', 'ORG_OWNER"', 'ORGxOWNER'] }],
  },
  { what: 'a role of the instance in an org', members: [{ ...owner, roles: ['IAM_OWNER'] }] },
  { what: 'a role of an org in the instance', members: [{ ...anywhere, roles: ['ORG_OWNER'] }] },
  { what: 'a role in another org', orgs: [acme, orgOf('other')], members: [memberOf('other', 'ada')] },
  { what: 'a role that expired', members: [{ ...owner, expiresAt: noon }] },
  { what: 'a role of somebody else', members: [memberOf('acme', 'eve')] },
  { what: 'a role, and is inactive', user: { state: 'inactive' }, members: [owner] },
  { what: 'a role, and is locked', user: { state: 'locked' }, members: [anywhere] },
  {
    what: 'a role, and belongs to an org that is inactive',
    orgs: [orgOf('acme', { state: 'inactive' })],
    members: [owner],
  },
  { what: 'a role, and belongs to no org', user: { orgId: 'gone' }, members: [anywhere], permit: { orgId: 'acme' } },
  { what: 'a role, and works in another org', user: { orgId: 'home' }, orgs: [acme, orgOf('home')], members: [owner] },
  {
    what: 'a role, and names another org',
    orgs: [acme, orgOf('other')],
    members: [anywhere],
    permit: { orgId: 'other' },
  },
  { what: 'a role, and names an org that is not there', members: [anywhere], permit: { orgId: 'gone' } },
  { what: 'a role, and is somebody else', members: [owner], permit: { userId: 'nobody' } },
]

export async function prepare(place: Place, { user = {}, orgs = [acme], members = [] }: Situation): Promise<void> {
  const records = [
    { kind: 'user' as const, record: userOf('ada', user) },
    ...orgs.map((record) => ({ kind: 'org' as const, record })),
    ...members.map((record) => ({ kind: 'member' as const, record })),
  ]
  await apply(place, creationOf(userKey('ada'), { put: records.map((put) => ({ ...put, created: false })) }))
  await apply(place, creationOf(bob))
}

export const checkedUnreadCommitBehaviors: readonly Behavior[] = [
  {
    name: 'apply where the caller may, and where it may not are declined and leave nothing',
    async check({ storage, instanceId }) {
      for (const [number, situation] of [...held, ...lacked].entries()) {
        const place = { storage, instanceId: `${instanceId} ${number}` }
        await prepare(place, situation)

        const outcomes = await commitUnread(place, [setOf({ permit: { ...permit, ...situation.permit } })])
        if (outcomes === undefined) return
        const expected = held.includes(situation) ? 'applied' : 'declined'
        assert.equal(outcomes[0]?.outcome, expected, `a caller with ${situation.what}`)
        assert.equal((await eventsOf(place, bob)).length, expected === 'applied' ? 2 : 1)
        assert.equal(
          (await loadOne(place, { read: 'entry', key: plan }))?.sequence,
          expected === 'applied' ? '2' : undefined,
        )
      }
    },
  },
  {
    name: 'of a caller who may not are declined as well where nothing would change or nothing is there',
    async check(world) {
      await prepare(world, { what: 'no role' })
      await apply(
        world,
        commitOf(changeOf(bob), { putEntries: [{ key: plan, value: gold, stamp: { aggregate: 0, event: 0 } }] }),
      )
      const outcomes = await commitUnread(world, [setOf({ permit })])
      if (outcomes === undefined) return
      assert.deepEqual(outcomes, [{ outcome: 'declined' }])

      const elsewhere = { ...world, instanceId: `${world.instanceId} elsewhere` }
      assert.deepEqual(await commitUnread(elsewhere, [setOf({ permit })]), [{ outcome: 'declined' }])
    },
  },
  {
    name: 'of several callers each is held to what its own caller may, or declined',
    async check(world) {
      await prepare(world, { what: 'a role', members: [owner] })
      const outcomes = await commitUnread(world, [setOf({ permit: { ...permit, userId: 'eve' } }), setOf({ permit })])
      if (outcomes === undefined) return
      assert.equal(outcomes[0]?.outcome, 'declined')
      assert.notEqual(outcomes[1]?.outcome, 'missing')
    },
  },
  {
    name: 'apply at the sequence that they expect, and are declined at any other',
    async check(world) {
      await prepare(world, { what: 'a role', members: [owner] })
      const attempts = [setOf({ sequence: '2' }), setOf({ sequence: '0' }), setOf({ sequence: '2', permit })]
      for (const commit of attempts) {
        const outcomes = await commitUnread(world, [commit])
        if (outcomes === undefined) return
        assert.deepEqual(outcomes, [{ outcome: 'declined' }])
      }
      assert.equal((await eventsOf(world, bob)).length, 1)
      const outcomes = await commitUnread(world, [setOf({ sequence: '1' })])
      assert.equal(outcomes?.[0]?.outcome, 'applied')
      assert.deepEqual(await commitUnread(world, [setOf({ sequence: '1', permit })]), [{ outcome: 'declined' }])
    },
  },
  {
    name: 'that expect one sequence at once: one applies, or none where they come together',
    async check(world) {
      await prepare(world, { what: 'a role', members: [owner] })
      const valued = (number: number): UnreadCommit => {
        const commit = setOf({ sequence: '1' })
        return { ...commit, putEntries: commit.putEntries!.map((put) => ({ ...put, value: { json: String(number) } })) }
      }
      const together = await commitUnread(
        world,
        Array.from({ length: 8 }, (_, number) => valued(number)),
      )
      if (together === undefined) return
      const alone = await Promise.all(Array.from({ length: 8 }, (_, number) => commitUnread(world, [valued(number)])))
      const all = [...together, ...alone.flatMap((outcomes) => outcomes ?? [])]
      assert.equal(all.filter(({ outcome }) => outcome === 'applied').length, 1)
      assert.equal((await eventsOf(world, bob)).length, 2)
    },
  },
]
