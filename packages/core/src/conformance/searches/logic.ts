import assert from 'node:assert/strict'
import type { Behavior } from '../behavior'
import { apply } from '../place'
import { four, idsOf, putUsers, text, type UserFilter } from './users'

export const logicBehaviors: readonly Behavior[] = [
  {
    name: 'and of nothing is true, or of nothing is false',
    async check(world) {
      await apply(world, putUsers(four))
      const everyone = ['ada', 'bob', 'carol', 'dave']

      assert.deepEqual(await idsOf(world, { op: 'and', filters: [] }), everyone)
      assert.deepEqual(await idsOf(world, { op: 'or', filters: [] }), [])
      assert.deepEqual(await idsOf(world, { op: 'not', filter: { op: 'and', filters: [] } }), [])
      assert.deepEqual(await idsOf(world, { op: 'not', filter: { op: 'or', filters: [] } }), everyone)
      assert.deepEqual(
        await idsOf(world, { op: 'and', filters: [text('userId', 'ada'), { op: 'and', filters: [] }] }),
        ['ada'],
      )
    },
  },
  {
    name: 'and, or and not nest',
    async check(world) {
      await apply(world, putUsers(four))
      const machine = text('type', 'machine')
      const verified: UserFilter = { op: 'equals', field: 'emailVerified', value: true }

      assert.deepEqual(await idsOf(world, { op: 'and', filters: [machine, verified] }), ['carol'])
      assert.deepEqual(await idsOf(world, { op: 'or', filters: [machine, verified] }), ['ada', 'carol', 'dave'])
      assert.deepEqual(
        await idsOf(world, {
          op: 'or',
          filters: [
            { op: 'and', filters: [machine, { op: 'not', filter: verified }] },
            { op: 'not', filter: { op: 'or', filters: [machine, verified] } },
          ],
        }),
        ['bob', 'dave'],
      )
      let chain: UserFilter = machine
      for (let depth = 0; depth < 20; depth++) chain = { op: 'not', filter: { op: 'and', filters: [chain, verified] } }
      assert.deepEqual(await idsOf(world, chain), evaluateChain())
    },
  },
  {
    name: 'not turns a filter around, also where the member is null',
    async check(world) {
      await apply(world, putUsers(four))
      const none = (filter: UserFilter) => idsOf(world, { op: 'not', filter })

      assert.deepEqual(await none(text('nickName', 'x')), ['bob', 'dave'])
      assert.deepEqual(await none(text('nickName', '', 'contains')), ['dave'])
      assert.deepEqual(await none({ op: 'equals', field: 'nickName', value: 'x' }), ['bob', 'dave'])
      assert.deepEqual(await none({ op: 'equals', field: 'nickName', value: null }), ['ada', 'bob', 'carol'])
      assert.deepEqual(await none({ op: 'in', field: 'nickName', values: ['x', 'y'] }), ['dave'])
      assert.deepEqual(await none({ op: 'in', field: 'nickName', values: [] }), ['ada', 'bob', 'carol', 'dave'])
      assert.deepEqual(await none({ op: 'not', filter: text('nickName', 'x') }), ['ada', 'carol'])
    },
  },
  {
    name: 'a filter of a thousand alternatives is answered',
    async check(world) {
      await apply(world, putUsers(four))
      const filters = Array.from({ length: 1000 }, (_, index) => text('userName', `user-${index}`))

      assert.deepEqual(await idsOf(world, { op: 'or', filters: [...filters, text('userId', 'bob')] }), ['bob'])
    },
  },
]

/** The chain of the nesting behavior, worked out on the four users. */
function evaluateChain(): readonly string[] {
  return four
    .filter(({ type, emailVerified }) => {
      let value = type === 'machine'
      for (let depth = 0; depth < 20; depth++) value = !(value && emailVerified)
      return value
    })
    .map(({ userId }) => userId)
}
