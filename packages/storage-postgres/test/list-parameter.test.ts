import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { ListParameter } from '../src/list-parameter'
import { type Prepared, runQuery } from '../src/prepared-query'

describe('a list as a parameter', () => {
  let database: PostgresDatabase
  let client: pg.Client

  beforeAll(async () => {
    database = await createPostgresDatabase()
    client = new pg.Client(database.url)
    await client.connect()
  })
  afterAll(async () => {
    await client.end()
    await database.drop()
  })

  it.each<[ListParameter['type'], readonly unknown[]]>([
    ['text', []],
    ['text', ['', 'a', null, '"quoted" \\ {1,2}', 'NULL', 'ä 漢 🦉', `${'x'.repeat(50_000)}é`.repeat(2)]],
    ['int4', [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), null]],
    ['int8', [0, -1, 1_795_332_130_922, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, -(2 ** 32), 2 ** 32]],
    ['boolean', [true, false, null]],
    ['bytea', [Buffer.alloc(0), Buffer.from([0, 255, 92]), null]],
  ])('of %s is the same as bytes and as text', async (type, items) => {
    const list = new ListParameter(type, items)
    const text = `select coalesce(array_length($1::${type}[], 1), 0), to_json($1::${type}[])::text`
    const run = (values: Prepared['values']) => runQuery(client, { name: undefined, text, values, timeoutMs: 5000 })

    const [asBytes] = await run([list])
    const [written] = await run([list.toString()])
    const { rows } = await client.query({ text, values: [list], rowMode: 'array' })

    expect(asBytes).toEqual(written)
    expect(rows[0]?.map(String)).toEqual(written)
    expect(asBytes?.[0]).toBe(String(items.length))
    if (type !== 'bytea') expect(JSON.parse(asBytes![1]!)).toEqual(items)
  })
})
