import type { Commit, CommitOutcome, DirectoryStorage } from '@indwell/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { postgresStorage } from '../src/index'
import { changeOf, commitOf, creationOf } from './commits'

const first = { aggregate: 0, event: 0 }
const claim = { type: 'email', value: 'a@b.example' }
const entry = (key: string) => ({ subjectType: 'user', subjectId: 'ada', namespace: 'app', key }) as const

describe('storages that share nothing but the database', () => {
  let database: PostgresDatabase
  let storages: DirectoryStorage[]

  beforeAll(async () => {
    database = await createPostgresDatabase()
    storages = Array.from({ length: 4 }, () => postgresStorage({ connectionString: database.url, max: 8 }))
    await Promise.all(storages.map((storage) => storage.migrate()))
  })
  afterAll(async () => {
    await Promise.all(storages.map((storage) => storage.close()))
    await database.drop()
  })

  /** One call for each commit, all at once, storage by storage in turns. */
  const race = async (instance: string, commits: readonly Commit[]): Promise<CommitOutcome[]> => {
    const calls = commits.map((commit, index) => storages[index % storages.length]!.commit(instance, [commit]))
    return (await Promise.all(calls)).flat()
  }
  const sequencesOf = (outcomes: readonly CommitOutcome[]) =>
    outcomes
      .flatMap((outcome) => (outcome.outcome === 'applied' ? outcome.sequences : []))
      .map(Number)
      .sort((a, b) => a - b)

  it('number the events of one aggregate without gap when 64 write to it', async () => {
    await race('hot', [creationOf('ada')])
    const outcomes = await race(
      'hot',
      Array.from({ length: 64 }, (_, index) =>
        commitOf(changeOf('ada'), {
          putEntries: [{ key: entry(`k${index % 3}`), value: { json: String(index) }, stamp: first }],
          ...(index % 4 === 0 ? { removeEntries: [{ key: entry('other') }] } : {}),
        }),
      ),
    )
    expect(sequencesOf(outcomes)).toEqual(Array.from({ length: 64 }, (_, index) => index + 2))
  })

  it('let one of 200 take a claim', async () => {
    const outcomes = await race(
      'claim',
      Array.from({ length: 200 }, (_, index) =>
        creationOf(`user-${index}`, { takeClaims: [{ ...claim, ownerType: 'user', ownerId: `user-${index}` }] }),
      ),
    )
    expect(outcomes.filter(({ outcome }) => outcome === 'applied')).toHaveLength(1)
    expect(outcomes.filter(({ outcome }) => outcome === 'claim-taken')).toHaveLength(199)
  })

  it('let one of many create an aggregate', async () => {
    const outcomes = await race(
      'new',
      Array.from({ length: 40 }, () => creationOf('ada')),
    )
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['applied', ...Array(39).fill('occupied')])
  })

  it('let one of many that expect the same entry change it', async () => {
    await race('entry', [creationOf('ada', { putEntries: [{ key: entry('a'), value: { json: '0' }, stamp: first }] })])
    const outcomes = await race(
      'entry',
      Array.from({ length: 40 }, (_, index) =>
        commitOf(changeOf('ada'), {
          expectEntries: [{ key: entry('a'), sequence: '1', aggregate: 0 }],
          putEntries: [{ key: entry('a'), value: { json: String(index) }, stamp: first }],
        }),
      ),
    )
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['applied', ...Array(39).fill('stale')])
  })

  it('leave no entry behind when a user goes while others write to it', async () => {
    const subject = { subjectType: 'user', subjectId: 'ada' } as const
    for (let round = 0; round < 10; round++) {
      const instance = `gone-${round}`
      await race(instance, [creationOf('ada')])
      const put = (index: number) =>
        commitOf(changeOf('ada'), { putEntries: [{ key: entry(`k${index}`), value: { json: '1' }, stamp: first }] })
      await race(instance, [
        ...Array.from({ length: 10 }, (_, index) => put(index)),
        commitOf(changeOf('ada', { removes: true }), { removeEntries: [{ of: subject }] }),
        ...Array.from({ length: 10 }, (_, index) => put(index + 10)),
      ])
      expect(await storages[0]!.load(instance, [{ read: 'entries', subject, namespace: 'app' }])).toEqual([[]])
    }
  })

  it('never wait for each other in a circle', async () => {
    const users = Array.from({ length: 8 }, (_, index) => `user-${index}`)
    await race(
      'circle',
      users.map((user) => creationOf(user)),
    )
    const commits = Array.from({ length: 120 }, (_, index) => {
      const [one, two] = [users[index % 8]!, users[(index * 3 + 1) % 8]!]
      return one === two ? commitOf(changeOf(one)) : commitOf([changeOf(one), changeOf(two, { events: [] })])
    })
    const outcomes = await race('circle', commits)
    expect(outcomes.every(({ outcome }) => outcome === 'applied')).toBe(true)
  })
})
