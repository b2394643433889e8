import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { encodeParameter } from '../src/encode-parameter'
import { postgresStorage } from '../src/index'
import type { PostgresClient, PostgresQuery } from '../src/postgres-pool'
import { type Prepared, PreparedQuery, runQuery } from '../src/prepared-query'
import { creationOf } from './commits'

const prepared = (name: string | undefined, text: string, values: Prepared['values']): Prepared => ({
  name,
  text,
  values,
  timeoutMs: 30_000,
})

describe('queries without a description of their rows', () => {
  let database: PostgresDatabase
  let pool: pg.Pool

  beforeAll(async () => {
    database = await createPostgresDatabase()
    pool = new pg.Pool({ connectionString: database.url, max: 1 })
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  async function using<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect()
    try {
      return await work(client)
    } finally {
      client.release()
    }
  }

  it('send any list as it is', async () => {
    const texts = ['', 'a', 'NULL', 'null', '{}', '","', '"', '\\', '\\"', '\\x00', ' a ', '\n', '😀', "'", null]
    const bytes = [Buffer.from([]), Buffer.from([0, 34, 92, 255]), null]
    const numbers = [0, -1, 2 ** 40, null]
    const lists = [texts, bytes, numbers, [true, false, null], [], ['\\x41', '{"a":"b\\\\"}']]
    const sent = lists.map(encodeParameter)
    const text = `select ${['text', 'bytea', 'int8', 'boolean', 'text', 'text'].map((type, i) => `to_json($${i + 1}::${type}[])`).join()}`
    const [row] = await using((client) => runQuery(client, prepared(undefined, text, sent)))
    const hex = (value: unknown) => (Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value)
    expect(row!.map((list) => JSON.parse(list!))).toEqual(lists.map((list) => list.map(hex)))
  })

  it('send any value as it is, beside bytes and without', async () => {
    const texts = ['', 'a', '😀', 'ä'.repeat(10_000), null]
    const bytes = [Buffer.from([]), Buffer.from([0, 255]), null]
    const columns = (values: readonly unknown[], type: string) =>
      `select ${values.map((_, index) => `$${index + 1}::${type}`).join()}`
    await using(async (client) => {
      expect(await runQuery(client, prepared('texts', columns(texts, 'text'), texts))).toEqual([texts])
      const mixed = [...bytes, ...texts]
      const text = `${columns(bytes, 'bytea')}, ${texts.map((_, index) => `$${bytes.length + index + 1}::text`).join()}`
      for (const name of ['mixed', undefined]) {
        expect(await runQuery(client, prepared(name, text, mixed))).toEqual([['\\x', '\\x00ff', null, ...texts]])
      }
      expect(await runQuery(client, prepared('none', 'select 1', []))).toEqual([['1']])
    })
  })

  it('are parsed once for each connection, and leave it of use when they fail', async () => {
    await using(async (client) => {
      const run = (value: string) => runQuery(client, prepared('divides', 'select 10 / $1::int4', [value]))
      expect(await run('2')).toEqual([['5']])
      await expect(run('0')).rejects.toMatchObject({ code: '22012' })
      await expect(run('no number')).rejects.toMatchObject({ code: '22P02' })
      await expect(runQuery(client, prepared('broken', 'select nothing here', []))).rejects.toMatchObject({
        code: '42703',
      })
      expect(await Promise.all([run('5'), run('10')])).toEqual([[['2']], [['1']]])
      const { rows } = await client.query(`select name from pg_prepared_statements where name = 'divides'`)
      expect(rows).toEqual([{ name: 'divides' }])
    })
  })

  it('are given up after their time, each by its own', async () => {
    const impatient = { ...prepared(undefined, 'select pg_sleep(60)', []), timeoutMs: 50 }
    const client = await pool.connect()
    client.on('error', () => {})
    await expect(runQuery(client, impatient)).rejects.toThrow('no answer in time')
    client.release(true)
    await using(async (other) => {
      const brief = { ...prepared(undefined, `select 'here' from pg_sleep(0.2)`, []), timeoutMs: 60_000 }
      expect(await runQuery(other, brief)).toEqual([['here']])
    })
  })

  it('answer the same through whoever hands the driver a copy', async () => {
    await using(async (client) => {
      const copying = Object.create(client, {
        query: { value: (query: PostgresQuery) => client.query({ ...query }) },
      }) as PostgresClient
      const query = new PreparedQuery(prepared('copied', `select $1::int4, null, true`, ['7']), () => {})
      expect(Object.keys(query)).toEqual(
        expect.arrayContaining(['name', 'text', 'values', 'callback', 'rowMode', 'types']),
      )
      expect(await runQuery(copying, prepared('copied', `select $1::int4, null, true`, ['7']))).toEqual([
        ['7', null, 't'],
      ])
    })
  })

  it('are the driver’s own where a client sends them ahead', async () => {
    const ahead = new pg.Pool({ connectionString: database.url, max: 1, pipeline: true } as pg.PoolConfig)
    try {
      const storage = postgresStorage({ pool: ahead })
      await storage.migrate()
      const read = { read: 'aggregate', key: { type: 'user', id: 'ada' } } as const
      expect(await storage.load('ahead', [read])).toEqual([undefined])
      expect(await storage.commit('ahead', [creationOf('ada')])).toMatchObject([{ outcome: 'applied' }])
      expect(await storage.load('ahead', [read])).toMatchObject([{ sequence: '1' }])
    } finally {
      await ahead.end()
    }
  })
})
