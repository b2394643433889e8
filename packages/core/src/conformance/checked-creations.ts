import assert from 'node:assert/strict'
import type { Commit, UnreadCommit } from '../storage/commit'
import type { Claim } from '../storage/records'
import type { Behavior } from './behavior'
import { commitUnread, held, lacked, permit, prepare, type Situation } from './checked-unread-commits'
import { changeOf, claimFor, commitOf, creationOf, eventOf, noon, orgKey, removalOf, userKey } from './commit-of'
import { apply, eventsOf, loadOne, type Place } from './place'
import { entryKeyOf, memberOf, orgOf, userOf } from './record-of'

const eve = userKey('eve')
const globex = orgKey('globex')
const name: Claim = { type: 'user_name', value: 'eve' }
const plan = entryKeyOf('eve', 'plan')
const stamp = { aggregate: 1, event: 0 }
const added = { expect: 'new', events: [eventOf('added'), eventOf('touched')] } as const

/** Makes Eve in Acme with a record, a claim and an entry, as the caller Ada. */
function eveOf(rest: Partial<UnreadCommit> = {}): UnreadCommit {
  const acme = changeOf(orgKey('acme'), { events: [], revise: false })
  return {
    ...commitOf([acme, changeOf(eve, added)], {
      put: [{ kind: 'user', record: userOf('eve'), created: true, stamp }],
      putEntries: [{ key: plan, value: { json: '"gold"' }, stamp: { aggregate: 1, event: 1 } }],
      takeClaims: [claimFor(eve, name)],
    }),
    permit,
    ...rest,
  }
}

/** Makes an org of which Ada is a member. */
function globexOf(rest: Partial<UnreadCommit> = {}): UnreadCommit {
  const ada = changeOf(userKey('ada'), { events: [] })
  const stamp = { aggregate: 0, event: 0 }
  return {
    ...commitOf([changeOf(globex, { ...added, owner: 'globex' }), ada], {
      put: [
        { kind: 'org', record: orgOf('globex'), created: true, stamp },
        { kind: 'member', record: memberOf('globex', 'ada'), created: true, stamp },
      ],
      takeClaims: [claimFor(globex, { type: 'org_name', value: 'globex' })],
    }),
    permit: { ...permit, roles: { instance: ['IAM_OWNER'], org: ['ORG_CREATOR'] } },
    ...rest,
  }
}

const owner = memberOf('acme', 'ada')
const anywhere = memberOf('', 'ada', { level: 'instance', roles: ['IAM_OWNER'] })

/** Of callers who make an org. */
const founders: readonly (Situation & { readonly applies: boolean })[] = [
  { what: 'a role in the instance', members: [anywhere], applies: true },
  { what: 'a role in its own org', members: [{ ...owner, roles: ['ORG_CREATOR'] }], applies: true },
  { what: 'other roles', members: [owner], applies: false },
  {
    what: 'a role in the instance, and names another org',
    orgs: [orgOf('acme'), orgOf('other')],
    members: [anywhere],
    permit: { orgId: 'other' },
    applies: true,
  },
  {
    what: 'a role in the org that it names',
    orgs: [orgOf('acme'), orgOf('other')],
    members: [memberOf('other', 'ada', { roles: ['ORG_CREATOR'] })],
    permit: { orgId: 'other' },
    applies: true,
  },
  {
    what: 'a role in its own org, and names another one',
    orgs: [orgOf('acme'), orgOf('other')],
    members: [{ ...owner, roles: ['ORG_CREATOR'] }],
    permit: { orgId: 'other' },
    applies: false,
  },
  {
    what: 'a role, and names an org that is not there',
    members: [anywhere],
    permit: { orgId: 'gone' },
    applies: false,
  },
  { what: 'a role, and is locked', user: { state: 'locked' }, members: [anywhere], applies: false },
]

/** Nothing of what makes Eve is there. */
async function requireNothing(place: Place): Promise<void> {
  assert.deepEqual(await eventsOf(place, eve), [])
  assert.equal(await loadOne(place, { read: 'aggregate', key: eve }), undefined)
  assert.equal(await loadOne(place, { read: 'record', kind: 'user', key: { userId: 'eve' } }), undefined)
  assert.equal(await loadOne(place, { read: 'entry', key: plan }), undefined)
}

/** Ada may, and Acme lives. */
async function prepareAcme(place: Place): Promise<void> {
  await prepare(place, { what: 'a role', members: [owner] })
  await apply(place, creationOf(orgKey('acme')))
}

export const checkedCreationBehaviors: readonly Behavior[] = [
  {
    name: 'make what the caller may, and what it may not are declined and leave nothing',
    async check({ storage, instanceId }) {
      for (const [number, situation] of [...held, ...lacked].entries()) {
        const place = { storage, instanceId: `${instanceId} ${number}` }
        await prepare(place, situation)
        await apply(place, creationOf(orgKey('acme')))

        const outcomes = await commitUnread(place, [eveOf({ permit: { ...permit, ...situation.permit } })])
        if (outcomes === undefined) return
        const applies = held.includes(situation)
        assert.equal(outcomes[0]?.outcome, applies ? 'applied' : 'declined', `a caller with ${situation.what}`)
        if (!applies) await requireNothing(place)
      }
    },
  },
  {
    name: 'make orgs for callers with a role where they work, whatever org that is',
    async check({ storage, instanceId }) {
      for (const [number, situation] of founders.entries()) {
        const place = { storage, instanceId: `${instanceId} ${number}` }
        await prepare(place, situation)
        const commit = globexOf()
        const outcomes = await commitUnread(place, [
          { ...commit, permit: { ...commit.permit!, homeOrgId: 'acme', ...situation.permit } },
        ])
        if (outcomes === undefined) return
        const { applies } = situation
        assert.equal(outcomes[0]?.outcome, applies ? 'applied' : 'declined', `a caller with ${situation.what}`)
        assert.equal((await eventsOf(place, globex)).length, applies ? 2 : 0)
        const member = { level: 'org', orgId: 'globex', userId: 'ada' } as const
        assert.equal((await loadOne(place, { read: 'record', kind: 'member', key: member })) !== undefined, applies)
      }
    },
  },
  {
    name: 'store all that the commit holds, and answer as a commit does, with the owner and every entry',
    async check(world) {
      await prepareAcme(world)
      const outcomes = await commitUnread(world, [eveOf({ at: noon + 5 })])
      if (outcomes === undefined) return
      const [outcome] = outcomes
      const events = await eventsOf(world, eve)
      assert.deepEqual(outcome, {
        outcome: 'applied',
        at: noon + 5,
        sequences: ['1', '2'],
        positions: events.map(({ position }) => position),
        owner: 'acme',
        createdAt: noon + 5,
        put: [0],
      })
      assert.deepEqual(
        events.map(({ type, sequence, owner }) => [type, sequence, owner]),
        [
          ['added', '1', 'acme'],
          ['touched', '2', 'acme'],
        ],
      )
      assert.deepEqual(
        await loadOne(world, { read: 'record', kind: 'user', key: { userId: 'eve' } }),
        userOf('eve', { createdAt: noon + 5, changedAt: noon + 5 }),
      )
      assert.equal((await loadOne(world, { read: 'entry', key: plan }))?.sequence, '2')
      assert.equal((await loadOne(world, { read: 'claim', claim: name }))?.ownerId, 'eve')
    },
  },
  {
    name: 'are declined for a caller of another org than they presume',
    async check(world) {
      await prepareAcme(world)
      const outcomes = await commitUnread(world, [eveOf({ permit: { ...permit, homeOrgId: 'other' } })])
      if (outcomes === undefined) return
      assert.deepEqual(outcomes, [{ outcome: 'declined' }])
      await requireNothing(world)
      const [applied] = (await commitUnread(world, [eveOf({ permit: { ...permit, homeOrgId: 'acme' } })]))!
      assert.equal(applied?.outcome, 'applied')
    },
  },
  {
    name: 'are declined where something is in their way, and leave nothing',
    async check({ storage, instanceId }) {
      const inTheWay: Record<string, (place: Place) => Promise<unknown>> = {
        'what they make': (place) => apply(place, creationOf(eve)),
        'a claim': (place) =>
          apply(place, creationOf(userKey('carl'), { takeClaims: [claimFor(userKey('carl'), name)] })),
        'what has to live': (place) => apply(place, removalOf(orgKey('acme'))),
      }
      for (const [what, come] of Object.entries(inTheWay)) {
        const place = { storage, instanceId: `${instanceId} ${what}` }
        await prepare(place, { what: 'a role', members: [owner] })
        await apply(place, creationOf(orgKey('acme')))
        await come(place)
        const before = await eventsOf(place, eve)
        const outcomes = await commitUnread(place, [eveOf()])
        if (outcomes === undefined) return
        assert.deepEqual(outcomes, [{ outcome: 'declined' }], what)
        assert.deepEqual(await eventsOf(place, eve), before)
        assert.equal(await loadOne(place, { read: 'entry', key: plan }), undefined)
      }
    },
  },
  {
    name: 'that come with others, or are more than the making of one thing, are made whole or declined',
    async check({ storage, instanceId }) {
      const more: Partial<Commit> = { expectEntries: [{ key: plan, sequence: undefined, aggregate: 1 }] }
      const batches = [
        [eveOf(), globexOf()],
        [eveOf({ permit: { ...permit, userId: 'eve' } }), globexOf()],
        [eveOf(more)],
      ]
      for (const [number, commits] of batches.entries()) {
        const place = { storage, instanceId: `${instanceId} ${number}` }
        await prepareAcme(place)
        const outcomes = await commitUnread(place, commits)
        if (outcomes === undefined) return
        assert.equal(outcomes.length, commits.length)
        if (outcomes[0]?.outcome === 'applied') assert.equal((await eventsOf(place, eve)).length, 2)
        else await requireNothing(place)
        if (number === 1) assert.equal(outcomes[0]?.outcome, 'declined')
      }
    },
  },
  {
    name: 'that take one claim at once: one is made, and the others are declined and leave nothing',
    async check(world) {
      await prepareAcme(world)
      const named = (number: number): UnreadCommit => {
        const user = userKey(`user${number}`)
        const [acme] = eveOf().aggregates
        return { ...commitOf([acme!, changeOf(user, added)], { takeClaims: [claimFor(user, name)] }), permit }
      }
      const all = await Promise.all(Array.from({ length: 8 }, (_, number) => commitUnread(world, [named(number)])))
      const outcomes = all.flatMap((one) => one ?? [])
      if (outcomes.length === 0) return
      assert.equal(outcomes.filter(({ outcome }) => outcome === 'applied').length, 1)
      for (const [number, { outcome }] of outcomes.entries()) {
        const events = await eventsOf(world, userKey(`user${number}`))
        assert.equal(events.length, outcome === 'applied' ? 2 : 0)
      }
    },
  },
]
