import assert from 'node:assert/strict'
import type { RecordPut } from '../../storage/commit'
import type { TextMethod } from '../../storage/search'
import type { Behavior } from '../behavior'
import { changeOf, commitOf, creationOf } from '../commit-of'
import { apply } from '../place'
import { orgOf, userOf } from '../record-of'
import { ada, idsOf, putUsers, text } from './users'

const texts: Readonly<Record<string, string | null>> = {
  '01': 'ada',
  '02': 'Ada',
  '03': 'ADA',
  '04': 'adam',
  '05': 'Canada',
  '06': '100%',
  '07': '100 percent',
  '08': 'a_b',
  '09': 'axb',
  '10': 'back\\slash',
  '11': 'Ärger',
  '12': 'ärger',
  '13': 'arger',
  '14': 'ЯНА Привет',
  '15': 'Яна привет',
  '16': '😀 smile',
  '17': '',
  '18': null,
  '19': "O'Neil",
  '20': 'Ada ',
  '21': '[a-z]*?',
  '22': 'a\u0308rger',
}

interface TextCase {
  readonly method: 'equals' | 'starts-with' | 'contains' | 'ends-with'
  readonly value: string
  readonly exactly: readonly string[]
  readonly ignoringCase: readonly string[]
}

const all = Object.keys(texts)
  .filter((id) => texts[id] !== null)
  .toSorted()

const textCases: readonly TextCase[] = [
  { method: 'equals', value: 'Ada', exactly: ['02'], ignoringCase: ['01', '02', '03'] },
  { method: 'equals', value: 'ÄRGER', exactly: [], ignoringCase: ['11', '12'] },
  { method: 'equals', value: 'яна привет', exactly: [], ignoringCase: ['14', '15'] },
  { method: 'equals', value: '', exactly: ['17'], ignoringCase: ['17'] },
  { method: 'equals', value: '100_', exactly: [], ignoringCase: [] },
  { method: 'equals', value: 'a%', exactly: [], ignoringCase: [] },
  { method: 'equals', value: "O'Neil", exactly: ['19'], ignoringCase: ['19'] },
  { method: 'starts-with', value: 'ad', exactly: ['01', '04'], ignoringCase: ['01', '02', '03', '04', '20'] },
  { method: 'starts-with', value: '100%', exactly: ['06'], ignoringCase: ['06'] },
  { method: 'starts-with', value: 'a_', exactly: ['08'], ignoringCase: ['08'] },
  { method: 'starts-with', value: 'Яна', exactly: ['15'], ignoringCase: ['14', '15'] },
  { method: 'starts-with', value: '😀', exactly: ['16'], ignoringCase: ['16'] },
  { method: 'starts-with', value: '', exactly: all, ignoringCase: all },
  { method: 'contains', value: 'ada', exactly: ['01', '04', '05'], ignoringCase: ['01', '02', '03', '04', '05', '20'] },
  { method: 'contains', value: '%', exactly: ['06'], ignoringCase: ['06'] },
  { method: 'contains', value: '_', exactly: ['08'], ignoringCase: ['08'] },
  { method: 'contains', value: '\\', exactly: ['10'], ignoringCase: ['10'] },
  { method: 'contains', value: '\\_', exactly: [], ignoringCase: [] },
  { method: 'contains', value: "'", exactly: ['19'], ignoringCase: ['19'] },
  { method: 'contains', value: 'ПРИВЕТ', exactly: [], ignoringCase: ['14', '15'] },
  { method: 'contains', value: '[a-z]*', exactly: ['21'], ignoringCase: ['21'] },
  { method: 'contains', value: '', exactly: all, ignoringCase: all },
  { method: 'ends-with', value: 'DA', exactly: ['03'], ignoringCase: ['01', '02', '03', '05'] },
  { method: 'ends-with', value: '%', exactly: ['06'], ignoringCase: ['06'] },
  { method: 'ends-with', value: '_b', exactly: ['08'], ignoringCase: ['08'] },
  { method: 'ends-with', value: ' ', exactly: ['20'], ignoringCase: ['20'] },
  { method: 'ends-with', value: 'привет', exactly: ['15'], ignoringCase: ['14', '15'] },
  { method: 'ends-with', value: '', exactly: all, ignoringCase: all },
]

export const textBehaviors: readonly Behavior[] = [
  ...(['equals', 'starts-with', 'contains', 'ends-with'] as const).flatMap((method) =>
    [false, true].map(
      (ignoreCase): Behavior => ({
        name: `text ${method} ${ignoreCase ? 'ignoring case' : 'exactly'}, with % _ and \\ standing for themselves`,
        async check(world) {
          await apply(
            world,
            putUsers(Object.entries(texts).map(([userId, text]) => userOf(userId, { nickName: text, email: text }))),
          )

          for (const { value, exactly, ignoringCase } of textCases.filter((textCase) => textCase.method === method)) {
            const expected = ignoreCase ? ignoringCase : exactly
            for (const field of ['nickName', 'email'] as const) {
              const found = await idsOf(world, text(field, value, method, ignoreCase))
              assert.deepEqual(found, expected, `${field} “${value}”`)
            }
          }
        },
      }),
    ),
  ),
  {
    name: 'ignoring case finds what a text is now, and not what it was',
    async check(world) {
      await apply(world, putUsers([userOf('ada', { userName: 'ÄDA', email: 'ADA@x.org' })]))
      await apply(
        world,
        commitOf(changeOf(ada), {
          put: [{ kind: 'user', record: userOf('ada', { userName: 'ÉVE', email: null }), created: false }],
        }),
      )

      assert.deepEqual(await idsOf(world, text('userName', 'äda', 'equals', true)), [])
      assert.deepEqual(await idsOf(world, text('userName', 'éV', 'starts-with', true)), ['ada'])
      assert.deepEqual(await idsOf(world, text('email', 'ada@x.org', 'equals', true)), [])
      assert.deepEqual(await idsOf(world, { op: 'not', filter: text('email', '', 'contains', true) }), ['ada'])
    },
  },
  {
    name: 'orgs are found by their names, ignoring case or not',
    async check(world) {
      const orgs = [orgOf('1', { name: 'Ägypten' }), orgOf('2', { name: 'ÄGYPTEN Ltd' }), orgOf('3', { name: 'Egypt' })]
      await apply(
        world,
        creationOf(ada, { put: orgs.map((record): RecordPut => ({ kind: 'org', record, created: false })) }),
      )
      const found = async (method: TextMethod, value: string, ignoreCase: boolean) => {
        const filter = { op: 'text', field: 'name', method, value, ignoreCase } as const
        const search = { kind: 'org', filter, offset: 0, limit: 10, count: true } as const
        const { items, total } = await world.storage.search(world.instanceId, search)
        assert.equal(total, items.length)
        return items.map(({ orgId }) => orgId)
      }

      assert.deepEqual(await found('equals', 'Ägypten', false), ['1'])
      assert.deepEqual(await found('equals', 'ägyptEN', true), ['1'])
      assert.deepEqual(await found('starts-with', 'äg', true), ['1', '2'])
      assert.deepEqual(await found('starts-with', 'ÄG', false), ['2'])
      assert.deepEqual(await found('ends-with', 'LTD', true), ['2'])
    },
  },
]
