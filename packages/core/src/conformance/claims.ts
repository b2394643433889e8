import assert from 'node:assert/strict'
import type { Behavior } from './behavior'
import { changeOf, claimFor, commitOf, creationOf, orgKey, removalOf, userKey } from './commit-of'
import { apply, attempt, loadOne } from './place'

const ada = userKey('ada')
const bob = userKey('bob')
const email = { type: 'email', value: 'ada@acme.example' }
const taken = { outcome: 'claim-taken', claim: email }

export const claimBehaviors: readonly Behavior[] = [
  {
    name: 'a taken claim says who holds it',
    async check(world) {
      assert.equal(await loadOne(world, { read: 'claim', claim: email }), undefined)

      await apply(world, creationOf(ada, { takeClaims: [claimFor(ada, email)] }))
      assert.deepEqual(await loadOne(world, { read: 'claim', claim: email }), {
        ...email,
        ownerType: 'user',
        ownerId: 'ada',
      })
    },
  },
  {
    name: 'a claim that is held is refused to others and to its own holder',
    async check(world) {
      await apply(world, creationOf(ada, { takeClaims: [claimFor(ada, email)] }))

      assert.deepEqual(await attempt(world, creationOf(bob, { takeClaims: [claimFor(bob, email)] })), taken)
      assert.deepEqual(await attempt(world, commitOf(changeOf(ada), { takeClaims: [claimFor(ada, email)] })), taken)
    },
  },
  {
    name: 'claims of different types or values do not meet',
    async check(world) {
      await apply(world, creationOf(ada, { takeClaims: [claimFor(ada, email)] }))

      await apply(
        world,
        creationOf(bob, {
          takeClaims: [claimFor(bob, { ...email, type: 'userName' }), claimFor(bob, { ...email, value: 'ada@acme' })],
        }),
      )
    },
  },
  {
    name: 'of 200 that try to take a claim exactly one does',
    async check(world) {
      const storages = [world.storage, await world.reopen(), await world.reopen(), await world.reopen()]

      const outcomes = await Promise.all(
        Array.from({ length: 200 }, (_, index) => {
          const user = userKey(`user-${index}`)
          const place = { ...world, storage: storages[index % storages.length]! }
          return attempt(place, creationOf(user, { takeClaims: [claimFor(user, email)] }))
        }),
      )
      const winners = outcomes.flatMap(({ outcome }, index) => (outcome === 'applied' ? [`user-${index}`] : []))
      assert.equal(winners.length, 1)
      assert.equal((await loadOne(world, { read: 'claim', claim: email }))?.ownerId, winners[0])
      for (const outcome of outcomes) if (outcome.outcome !== 'applied') assert.deepEqual(outcome, taken)
    },
  },
  {
    name: 'of 200 batch members that try to take a claim the first does',
    async check(world) {
      const users = Array.from({ length: 200 }, (_, index) => userKey(`user-${index}`))

      const outcomes = await world.storage.commit(
        world.instanceId,
        users.map((user) => creationOf(user, { takeClaims: [claimFor(user, email)] })),
      )
      assert.equal(outcomes[0]?.outcome, 'applied')
      assert.deepEqual(outcomes.slice(1), Array(199).fill(taken))
    },
  },
  {
    name: 'writers that take the same claims in opposite order all get an answer',
    async check(world) {
      const storages = [world.storage, await world.reopen(), await world.reopen()]
      const claims = [email, { type: 'phone', value: '+41' }, { type: 'nick', value: 'ada' }]

      const outcomes = await Promise.all(
        Array.from({ length: 60 }, (_, index) => {
          const user = userKey(`user-${index}`)
          const mine = index % 2 === 0 ? claims : claims.toReversed()
          const place = { ...world, storage: storages[index % storages.length]! }
          return attempt(place, creationOf(user, { takeClaims: mine.map((claim) => claimFor(user, claim)) }))
        }),
      )
      assert.equal(outcomes.filter(({ outcome }) => outcome === 'applied').length, 1)
      assert.equal(outcomes.filter(({ outcome }) => outcome === 'claim-taken').length, 59)
    },
  },
  {
    name: 'a released claim is free for others',
    async check(world) {
      await apply(world, creationOf(ada, { takeClaims: [claimFor(ada, email)] }))
      await apply(world, commitOf(changeOf(ada), { releaseClaims: [email] }))
      assert.equal(await loadOne(world, { read: 'claim', claim: email }), undefined)

      await apply(world, creationOf(bob, { takeClaims: [claimFor(bob, email)] }))
      assert.equal((await loadOne(world, { read: 'claim', claim: email }))?.ownerId, 'bob')
    },
  },
  {
    name: 'one commit releases a claim and takes another',
    async check(world) {
      const next = { type: 'email', value: 'ada@new.example' }
      await apply(world, creationOf(ada, { takeClaims: [claimFor(ada, email)] }))

      await apply(world, commitOf(changeOf(ada), { releaseClaims: [email], takeClaims: [claimFor(ada, next)] }))
      assert.equal(await loadOne(world, { read: 'claim', claim: email }), undefined)
      assert.equal((await loadOne(world, { read: 'claim', claim: next }))?.ownerId, 'ada')
    },
  },
  {
    name: 'a removal releases its claims in the same commit',
    async check(world) {
      await apply(world, creationOf(ada, { takeClaims: [claimFor(ada, email)] }))
      await apply(world, removalOf(ada, { releaseClaims: [email] }))

      await apply(world, creationOf(bob, { takeClaims: [claimFor(bob, email)] }))
    },
  },
  {
    name: 'releasing a claim that nobody holds is no failure',
    async check(world) {
      await apply(world, creationOf(ada, { releaseClaims: [email] }))

      assert.equal(await loadOne(world, { read: 'claim', claim: email }), undefined)
    },
  },
  {
    name: 'a refused commit releases nothing',
    async check(world) {
      const nick = { type: 'nick', value: 'ada' }
      await apply(world, creationOf(ada, { takeClaims: [claimFor(ada, email), claimFor(ada, nick)] }))

      const refused = creationOf(bob, { releaseClaims: [nick], takeClaims: [claimFor(bob, email)] })
      assert.deepEqual(await attempt(world, refused), taken)
      assert.equal((await loadOne(world, { read: 'claim', claim: nick }))?.ownerId, 'ada')
    },
  },
  {
    name: 'claims that differ by case, by accents or by how accents are spelled are different',
    async check(world) {
      const values = ['acme', 'Acme', 'ACME', 'acmé', 'acme\u0301', 'acme ', ' acme', '']
      const org = orgKey('acme')

      await apply(world, creationOf(org, { takeClaims: values.map((value) => claimFor(org, { type: 'name', value })) }))
      for (const value of values) {
        assert.equal((await loadOne(world, { read: 'claim', claim: { type: 'name', value } }))?.value, value)
      }
      assert.equal(await loadOne(world, { read: 'claim', claim: { type: 'name', value: 'aCme' } }), undefined)
      assert.equal(await loadOne(world, { read: 'claim', claim: { type: 'Name', value: 'acme' } }), undefined)
    },
  },
]
