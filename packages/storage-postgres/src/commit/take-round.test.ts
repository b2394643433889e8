import type { Commit } from '@indwell/core'
import { expect, it } from 'vitest'
import { changeOf, commitOf, creationOf } from '../../test/commits'
import { type RoundMember, takeRound } from './take-round'

const first = { aggregate: 0, event: 0 }
const entry = (key: string, subjectId = 'ada') => ({ subjectType: 'user' as const, subjectId, namespace: 'app', key })
const put = (key: string) => ({ key: entry(key), value: { json: '1' }, stamp: first })
const claim = { type: 'email', value: 'a@b.example' }

/** Places in the batch, round by round. */
function roundsOf(...commits: Commit[]): number[][] {
  const rounds: number[][] = []
  let pending: readonly RoundMember[] = commits.map((commit, index) => ({ commit, index, chain: undefined }))
  while (pending.length > 0) {
    const { round, rest } = takeRound(pending)
    rounds.push(round.map(({ index }) => index))
    pending = rest
  }
  return rounds
}

const touch = (rest: Partial<Commit> = {}) => commitOf(changeOf('ada'), rest)

it('takes commits of different aggregates at once', () => {
  expect(roundsOf(creationOf('ada'), creationOf('bob'), commitOf(changeOf('eve')))).toEqual([[0, 1, 2]])
})

it('takes a commit that removes what an org holds alone, and in its turn', () => {
  const removal = commitOf(changeOf('acme', { removes: true }), { removeHeldBy: { orgId: 'acme' } })

  expect(roundsOf(touch(), creationOf('bob'), removal, creationOf('eve'), touch())).toEqual([[0, 1], [2], [3, 4]])
})

it('takes any number of live commits on one aggregate at once, also where they put the same entry', () => {
  expect(roundsOf(touch({ putEntries: [put('a')] }), touch({ putEntries: [put('a')] }), touch())).toEqual([[0, 1, 2]])
})

it.each<[string, Commit, Commit]>([
  ['a creation before what relies on it', creationOf('ada'), touch()],
  ['a removal before what relies on it', commitOf(changeOf('ada', { removes: true })), touch()],
  ['an event before an expected sequence', touch(), commitOf(changeOf('ada', { expect: { sequence: '1' } }))],
  [
    'a revision before an expected one',
    commitOf(changeOf('ada', { revise: true })),
    commitOf(changeOf('ada', { expect: { revision: 1 } })),
  ],
  [
    'a put before an expected entry',
    touch({ putEntries: [put('a')] }),
    touch({ expectEntries: [{ key: entry('a'), sequence: '1', aggregate: 0 }] }),
  ],
  ['a put before a removal', touch({ putEntries: [put('a')] }), touch({ removeEntries: [{ key: entry('a') }] })],
  [
    'a put before a removal of all',
    touch({ putEntries: [put('a')] }),
    touch({ removeEntries: [{ of: { subjectType: 'user', subjectId: 'ada' } }] }),
  ],
  [
    'a claim before its second taker',
    creationOf('ada', { takeClaims: [{ ...claim, ownerType: 'user', ownerId: 'ada' }] }),
    creationOf('bob', { takeClaims: [{ ...claim, ownerType: 'user', ownerId: 'bob' }] }),
  ],
])('keeps %s', (_, earlier, later) => {
  expect(roundsOf(earlier, later)).toEqual([[0], [1]])
})

it('takes expectations that nothing in the round moves at once', () => {
  const relying = (userId: string) => [
    changeOf(userId, { expect: 'new' }),
    changeOf('org', { expect: { revision: 3 }, events: [] }),
  ]
  expect(roundsOf(commitOf(relying('ada')), commitOf(relying('bob')))).toEqual([[0, 1]])
})

it('lets nothing overtake a commit that waits', () => {
  const waiting = commitOf(changeOf('ada', { expect: { sequence: '2' } }))
  expect(roundsOf(touch(), waiting, touch(), commitOf(changeOf('bob')))).toEqual([[0, 3], [1], [2]])
})

it('keeps times that depend on each other across aggregates apart', () => {
  const both = commitOf([changeOf('ada'), changeOf('bob')])
  expect(roundsOf(both, touch(), commitOf(changeOf('bob')))).toEqual([[0, 1], [2]])
})

it('locks no more aggregates at once than the server has room for', () => {
  const commits = Array.from({ length: 300 }, (_, index) => creationOf(`user-${index}`))
  expect(roundsOf(...commits).map(({ length }) => length)).toEqual([128, 128, 44])
})
