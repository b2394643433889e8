import { createDirectory, type Read } from '@indwell/core'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { postgresStorage } from '../src/index'
import { recordingPool } from './recording-pool'

describe('many reads at once', () => {
  let database: PostgresDatabase
  let pool: pg.Pool
  const texts: string[] = []

  beforeAll(async () => {
    database = await createPostgresDatabase()
    pool = new pg.Pool({ connectionString: database.url, max: 2 })
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  it('are answered each in its place, whatever their keys have in common', async () => {
    const storage = postgresStorage({ pool: recordingPool(pool, ({ text }) => texts.push(text)) })
    const directory = await createDirectory({ storage })
    const system = directory.asSystem('test')
    const ids = await Promise.all(
      Array.from({ length: 6 }, async (_, number) => {
        const metadata = { app: { plan: number }, user: { plan: -number } }
        return (await system.users.createHuman({ userName: `user${number}`, metadata })).userId
      }),
    )
    const entry = (subjectId: string, namespace = 'app'): Read => ({
      read: 'entry',
      key: { subjectType: 'user', subjectId, namespace, key: 'plan' },
    })
    const load = async (reads: readonly Read[]) => {
      texts.length = 0
      const found = await storage.load(directory.instanceId, reads)
      expect(texts).toHaveLength(1)
      return found.map((one) => (one === undefined ? undefined : 'value' in one ? one.value : one))
    }
    const json = (value: number) => ({ json: String(value) })

    const alike = [ids[5]!, ids[0]!, 'nobody', ids[3]!, ids[3]!, ids[1]!].map((id) => entry(id))
    expect(await load(alike)).toEqual([json(5), json(0), undefined, json(3), json(3), json(1)])
    const [textOfAlike] = texts

    const mixed = [entry(ids[1]!, 'user'), entry(ids[2]!), entry('nobody'), entry(ids[2]!, 'user'), entry(ids[4]!)]
    expect(await load(mixed)).toEqual([json(-1), json(2), undefined, json(-2), json(4)])
    expect(texts[0]).not.toBe(textOfAlike)

    const kinds: Read[] = [
      ...ids.slice(0, 3).map((userId): Read => ({ read: 'record', kind: 'user', key: { userId } })),
      ...ids.slice(3, 5).map((id) => entry(id)),
      { read: 'principal', userId: ids[5]!, orgId: directory.defaultOrgId },
      { read: 'principal', userId: ids[0]! },
      { read: 'principal', userId: 'nobody' },
      { read: 'aggregate', key: { type: 'user', id: ids[4]! } },
      { read: 'entries', subject: { subjectType: 'user', subjectId: ids[2]! }, namespace: 'app' },
      { read: 'entries', subject: { subjectType: 'user', subjectId: ids[1]! }, namespace: 'app', keys: [] },
    ]
    for (const reads of [kinds, [...kinds].reverse()]) {
      const found = await load(reads)
      const [ada, bob, cid, three, four, principal, away, none, aggregate, all, no] =
        reads === kinds ? found : [...found].reverse()
      expect([ada, bob, cid]).toMatchObject(ids.slice(0, 3).map((userId) => ({ userId })))
      expect([three, four]).toEqual([json(3), json(4)])
      expect([principal, away]).toMatchObject([{ user: { userId: ids[5] } }, { user: { userId: ids[0] } }])
      expect([none, no]).toEqual([undefined, []])
      expect(aggregate).toMatchObject({ id: ids[4], live: true })
      expect(all).toMatchObject([{ subjectId: ids[2], key: 'plan', value: json(2) }])
    }
    // One of whose kind there is one in each instance.
    const instances = Array.from({ length: 5 }, (): Read => ({ read: 'record', kind: 'instance', key: {} }))
    expect(await load(instances)).toMatchObject(instances.map(() => ({ defaultOrgId: directory.defaultOrgId })))
  })
})
