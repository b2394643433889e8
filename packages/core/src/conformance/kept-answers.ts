import assert from 'node:assert/strict'
import type { Commit } from '../storage/commit'
import type { Behavior } from './behavior'
import { changeOf, commitOf, creationOf, noon, orgKey, userKey } from './commit-of'
import { apply, attempt, eventsOf, loadOne, type Place } from './place'

const ada = userKey('ada')
const kept = { outcome: 'answer-kept' }

const answerOf = (key = 'k1', rest: Partial<NonNullable<Commit['keepAnswer']>> = {}) => ({
  keepAnswer: { key, request: 'asked', answer: 'told', expiresAt: noon + 1000, ...rest },
})
const answerIn = (place: Place, key = 'k1') => loadOne(place, { read: 'keptAnswer', key })

export const keptAnswerBehaviors: readonly Behavior[] = [
  {
    name: 'an answer is kept with the time and the sequences of its commit',
    async check(world) {
      assert.equal(await answerIn(world), undefined)
      await apply(world, creationOf(ada))

      const commit = commitOf([changeOf(ada), changeOf(orgKey('acme'), { expect: 'new' })], answerOf())
      const { at, sequences } = await apply(world, { ...commit, at: noon - 5 })
      assert.deepEqual([at, sequences], [noon, ['2', '1']])
      assert.deepEqual(await answerIn(world), {
        key: 'k1',
        request: 'asked',
        answer: 'told',
        at,
        sequences,
        expiresAt: noon + 1000,
      })
    },
  },
  {
    name: 'a commit under a key that has an answer writes nothing, whatever it is',
    async check(world) {
      await apply(world, creationOf(ada, answerOf()))

      assert.deepEqual(await attempt(world, commitOf(changeOf(ada), answerOf())), kept)
      assert.deepEqual(await attempt(world, creationOf(userKey('bob'), answerOf())), kept)
      assert.equal((await eventsOf(world, ada)).length, 1)
      assert.equal(await loadOne(world, { read: 'aggregate', key: userKey('bob') }), undefined)
    },
  },
  {
    name: 'other conditions of a commit decide before the key of its answer',
    async check(world) {
      await apply(world, creationOf(ada, answerOf()))
      assert.deepEqual(await attempt(world, creationOf(ada, answerOf())), { outcome: 'occupied', aggregate: ada })
    },
  },
  {
    name: 'a commit that is refused keeps no answer',
    async check(world) {
      assert.equal((await attempt(world, commitOf(changeOf(ada), answerOf()))).outcome, 'missing')
      assert.equal(await answerIn(world), undefined)
    },
  },
  {
    name: 'a commit without events keeps its answer',
    async check(world) {
      await apply(world, creationOf(ada))
      await apply(world, commitOf(changeOf(ada, { events: [], revise: false }), answerOf()))
      assert.deepEqual((await answerIn(world))?.sequences, ['1'])
      assert.equal((await eventsOf(world, ada)).length, 1)
    },
  },
  {
    name: 'an answer that has expired gives way to another under its key',
    async check(world) {
      await apply(world, creationOf(ada, answerOf()))
      const before = { ...commitOf(changeOf(ada), answerOf('k1', { answer: 'again' })), at: noon + 999 }
      assert.deepEqual(await attempt(world, before), kept)
      await apply(world, { ...before, at: noon + 1000 })
      assert.equal((await answerIn(world))?.answer, 'again')
    },
  },
  {
    name: 'answers that have expired go with later ones',
    async check(world) {
      await apply(world, creationOf(ada))
      for (const key of ['a', 'b', 'c']) await apply(world, commitOf(changeOf(ada), answerOf(key)))
      await apply(world, commitOf(changeOf(ada), answerOf('later', { expiresAt: noon + 1001 })))
      await apply(world, {
        ...commitOf(changeOf(ada), answerOf('last', { expiresAt: noon + 5000 })),
        at: noon + 1000,
      })
      const left = await Promise.all(['a', 'b', 'c', 'later', 'last'].map((key) => answerIn(world, key)))
      assert.deepEqual(
        left.map((answer) => answer?.key),
        [undefined, undefined, undefined, 'later', 'last'],
      )
    },
  },
  {
    name: 'of 40 commits of several connections under one key exactly one applies, and its answer is kept',
    async check(world) {
      const storages = [world.storage, await world.reopen(), await world.reopen(), await world.reopen()]
      const outcomes = await Promise.all(
        Array.from({ length: 40 }, (_, index) => {
          const place = { ...world, storage: storages[index % storages.length]! }
          return attempt(place, creationOf(userKey(`user-${index}`), answerOf('k1', { answer: `user-${index}` })))
        }),
      )
      const winners = outcomes.flatMap(({ outcome }, index) => (outcome === 'applied' ? [`user-${index}`] : []))
      assert.equal(winners.length, 1)
      assert.equal((await answerIn(world))?.answer, winners[0])
      for (const outcome of outcomes) if (outcome.outcome !== 'applied') assert.deepEqual(outcome, kept)
    },
  },
  {
    name: 'of several that take the key of an expired answer exactly one applies',
    async check(world) {
      const storages = [world.storage, await world.reopen(), await world.reopen()]
      await apply(world, creationOf(ada, answerOf()))
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, index) => {
          const place = { ...world, storage: storages[index % storages.length]! }
          const commit = creationOf(userKey(`user-${index}`), answerOf('k1', { expiresAt: noon + 9000 }))
          return attempt(place, { ...commit, at: noon + 1000 })
        }),
      )
      assert.equal(outcomes.filter(({ outcome }) => outcome === 'applied').length, 1)
      assert.equal(outcomes.filter(({ outcome }) => outcome === 'answer-kept').length, 19)
    },
  },
  {
    name: 'of a batch under one key the first applies',
    async check(world) {
      const outcomes = await world.storage.commit(
        world.instanceId,
        ['a', 'b', 'c'].map((id) => creationOf(userKey(id), answerOf())),
      )
      assert.deepEqual([outcomes[0]?.outcome, ...outcomes.slice(1)], ['applied', kept, kept])
    },
  },
  {
    name: 'an instance knows no key of another',
    async check(world) {
      const other = { ...world, instanceId: `${world.instanceId}-second` }
      await apply(world, creationOf(ada, answerOf()))
      assert.equal(await answerIn(other), undefined)
      await apply(other, creationOf(ada, answerOf('k1', { answer: 'other' })))
      assert.deepEqual([(await answerIn(world))?.answer, (await answerIn(other))?.answer], ['told', 'other'])
    },
  },
]
