import type { Read } from '@indwell/core'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { postgresStorage } from '../src/index'
import type { PostgresQuery } from '../src/postgres-pool'
import { recordingPool } from './recording-pool'

describe('a look by a key, while there are no statistics', () => {
  let database: PostgresDatabase
  let pool: pg.Pool
  const ran: PostgresQuery[] = []

  beforeAll(async () => {
    database = await createPostgresDatabase()
    pool = new pg.Pool({ connectionString: database.url, max: 2 })
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  const lookups: readonly Read[] = [
    { read: 'record', kind: 'user', key: { userId: 'a' } },
    { read: 'record', kind: 'org', key: { orgId: 'a' } },
    { read: 'record', kind: 'member', key: { level: 'org', orgId: 'a', userId: 'a' } },
    { read: 'record', kind: 'client', key: { clientId: 'a' } },
    { read: 'record', kind: 'accessToken', key: { userId: 'a', tokenId: 'a' } },
    { read: 'principal', userId: 'a', orgId: 'a' },
  ]

  it('goes by the key itself, and by no index that has a column more between', async () => {
    const storage = postgresStorage({ pool: recordingPool(pool, (query) => ran.push(query)) })
    await storage.migrate()
    for (const read of lookups) {
      for (const reads of [[read], Array.from({ length: 8 }, () => read)]) {
        ran.length = 0
        await storage.load('default', reads)
        const [{ text, values } = { text: '', values: [] }] = ran
        const { rows } = await pool.query(`explain (format json) ${text}`, values)
        const indexes = JSON.stringify(rows).match(/(?<="Index Name":")[^"]+/g) ?? []
        expect(indexes.length).toBeGreaterThan(0)
        expect(indexes.filter((name) => !name.endsWith('_key'))).toEqual([])
      }
    }
  })
})
