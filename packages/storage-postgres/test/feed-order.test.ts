import type { Claim, DirectoryStorage } from '@indwell/core'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { type PostgresPool, postgresStorage } from '../src/index'
import { changeOf, commitOf, creationOf } from './commits'

/** The same pool; once it has answered `count` statements, `then` happens before the next. */
function pausingPool(pool: pg.Pool, count: number, then: () => Promise<unknown>): PostgresPool {
  let answered = 0
  return {
    async connect() {
      const client = await pool.connect()
      return {
        async query(query) {
          const answer = await client.query(query)
          answered += 1
          if (answered === count) await then()
          return answer
        },
        release: (destroy) => client.release(destroy),
        on: (event, listener) => client.on(event, listener),
        removeListener: (event, listener) => client.removeListener(event, listener),
      }
    },
  }
}

describe('the feed', () => {
  let database: PostgresDatabase
  let pool: pg.Pool
  let storage: DirectoryStorage

  beforeAll(async () => {
    database = await createPostgresDatabase()
    pool = new pg.Pool({ connectionString: database.url, max: 4 })
    storage = postgresStorage({ pool })
    await storage.migrate()
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  // Found by `pnpm torture postgres-processes --seed 104`: a follower saw a name taken before it saw it given back.
  it('tells who gave a claim back before who took it, also where the taker had begun first', async () => {
    const claim: Claim = { type: 'user_name', value: 'ada' }
    await storage.commit('i', [
      creationOf('holder', { takeClaims: [{ ...claim, ownerType: 'user', ownerId: 'holder' }] }),
    ])

    // A commit that empties an org takes its locks in a statement of its own: `begin` and that one come first.
    const taking = postgresStorage({
      pool: pausingPool(pool, 2, async () =>
        storage.commit('i', [commitOf(changeOf('holder'), { releaseClaims: [claim] })]),
      ),
    })
    const org = { type: 'org', id: 'gone' } as const
    await storage.commit('i', [commitOf({ ...changeOf('', { expect: 'new', revise: true }), key: org, owner: 'gone' })])
    const outcomes = await taking.commit('i', [
      commitOf(
        [
          { ...changeOf('', { revise: true, removes: true }), key: org, owner: 'gone' },
          changeOf('taker', { expect: 'new', revise: true }),
        ],
        { removeHeldBy: { orgId: 'gone' }, takeClaims: [{ ...claim, ownerType: 'user', ownerId: 'taker' }] },
      ),
    ])

    expect(outcomes).toMatchObject([{ outcome: 'applied' }])
    const feed = await storage.readEvents('i', { aggregateTypes: ['user'], limit: 9 })
    expect(feed.map(({ aggregate, sequence }) => `${aggregate.id} ${sequence}`)).toEqual([
      'holder 1',
      'holder 2',
      'taker 1',
    ])
  })

  const entry = { subjectType: 'user', subjectId: 'waited-for', namespace: 'app', key: 'a' } as const
  const putEntries = [{ key: entry, value: { json: '1' }, stamp: { aggregate: 0, event: 0 } }]
  const change = commitOf(changeOf('waited-for'), { putEntries })
  const changeMore = commitOf(changeOf('waited-for'), {
    putEntries: putEntries.map((put) => ({ ...put, key: { ...entry, key: 'b' } })),
  })
  const ofAnother = commitOf(changeOf('another'), {
    putEntries: putEntries.map((put) => ({ ...put, key: { ...entry, subjectId: 'another' } })),
  })
  it.each<[string, (storage: DirectoryStorage) => Promise<unknown>]>([
    ['a commit that is alone', async (storage) => storage.commit('i', [change])],
    ['commits together', async (storage) => storage.commit('i', [change, commitOf(changeOf('another'))])],
    ['a commit without reads', async (storage) => storage.commitUnread!('i', [change])],
    ['commits without reads', async (storage) => storage.commitUnread!('i', [change, ofAnother])],
    ['commits without reads on one subject', async (storage) => storage.commitUnread!('i', [change, changeMore])],
  ])('has no place yet for %s, as long as it waits', async (_, write) => {
    const org = { type: 'org', id: crypto.randomUUID() } as const
    const owner = org.id
    await storage.commit('i', [
      creationOf('waited-for'),
      creationOf('another'),
      commitOf({ ...changeOf('', { expect: 'new', revise: true }), key: org, owner }),
    ])

    let writing: Promise<unknown> | undefined
    const whileHeld = async () => {
      let written = false
      writing = write(storage).finally(() => {
        written = true
      })
      let waiting: { readonly backend_xid: string | null }[] = []
      while (waiting.length === 0 && !written) {
        const { rows } = await pool.query(
          `select backend_xid from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`,
        )
        waiting = rows
      }
      expect(waiting).toEqual([{ backend_xid: null }])
    }
    // `begin` and the locks come first.
    const holding = postgresStorage({ pool: pausingPool(pool, 2, whileHeld) })
    const outcomes = await holding.commit('i', [
      commitOf([{ ...changeOf('', { revise: true, removes: true }), key: org, owner }, changeOf('waited-for')], {
        removeHeldBy: { orgId: org.id },
      }),
    ])

    expect(outcomes).toMatchObject([{ outcome: 'applied' }])
    expect(await writing).toBeDefined()
  })
})
