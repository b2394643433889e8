import { randomBytes } from 'node:crypto'
import { createDirectory, defineMetadata } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import pg from 'pg'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMigratedDatabase, rowsAsText } from '../../../test/postgres'
import { type PostgresPair, startPostgresPair } from '../../../test/postgres-pair'
import { describeEncryptionCrossings } from './encryption-crossings'

describeEncryptionCrossings('Postgres', async () => {
  const database = await createMigratedDatabase()
  const pool = new pg.Pool({ connectionString: database.url })
  pool.on('error', () => {})
  const storage = postgresStorage({ pool })
  return {
    storage,
    async begin() {
      const client = await pool.connect()
      await client.query('begin')
      const end = async (text: string) => {
        await client.query(text)
        client.release()
      }
      return { handle: client, commit: () => end('commit'), rollback: () => end('rollback') }
    },
    dump: async () => [Buffer.from((await rowsAsText(database)).join('\n'))],
    async close() {
      await storage.close()
      await pool.end()
      await database.drop()
    },
  }
})

describe('encrypted metadata on a replica', () => {
  let pair: PostgresPair
  beforeAll(async () => {
    pair = await startPostgresPair()
  })
  afterAll(() => pair.stop())

  it('is read, listed, found and told from there, under keys of any age, and stands there sealed', async () => {
    const keys = new Map(['k1', 'k2'].map((id) => [id, randomBytes(32)]))
    const indexKey = randomBytes(32)
    const keyProvider = { currentKeyId: 'k1', key: (id: string) => keys.get(id), indexKey: () => indexKey }
    const metadata = defineMetadata({
      user: {
        taxId: { schema: v.string(), encrypted: { blindIndex: true } },
        note: { schema: v.string(), encrypted: true },
      },
    })
    const replicas = { connectionString: pair.standbyUrl(), waitMs: 30_000 }
    const storage = postgresStorage({ connectionString: pair.primaryUrl(), replicas })
    const directory = await createDirectory({ storage, metadata, keyProvider })
    const { users } = directory.asSystem('test')
    await users.createHuman({ userId: 'ada', userName: 'ada', metadata: { app: { taxId: 'Geheimnis-1' } } })
    await users.metadata('ada').set({ note: 'Geheimnis-2' })
    const shown = async () => {
      const reading = directory.readFrom('replica', { atLeast: await directory.bookmark() }).asSystem('test')
      const found = await reading.users.find({ where: { metadata: { taxId: 'Geheimnis-1' } } })
      const events = await reading.events({ subject: { type: 'user', id: 'ada' } })
      return {
        values: await reading.users.metadata('ada').values(),
        listed: (await reading.users.metadata('ada').list()).items.map(({ value }) => value),
        found: found.items.map(({ userId }) => userId),
        told: ['Geheimnis-1', 'Geheimnis-2'].map((value) => JSON.stringify(events).includes(value)),
      }
    }
    const expected = {
      values: { taxId: 'Geheimnis-1', note: 'Geheimnis-2' },
      listed: ['Geheimnis-2', 'Geheimnis-1'],
      found: ['ada'],
      told: [true, true],
    }
    const sorted = async () => {
      const { listed, ...others } = await shown()
      return { ...others, listed: listed.map(String).sort().reverse() }
    }
    expect(await sorted()).toEqual(expected)
    keyProvider.currentKeyId = 'k2'
    await directory.reencryptMetadata()
    keys.delete('k1')
    expect(await sorted()).toEqual(expected)
    expect(JSON.stringify(await rowsAsText({ url: pair.standbyUrl() }))).not.toContain('Geheimnis')
    await directory.close()
  })

  it('cannot be read from one that has not seen a rotation whose old key is gone, unless a bookmark asks for it', async () => {
    const keys = new Map(['k1', 'k2'].map((id) => [id, randomBytes(32)]))
    const onUnreadable = () => {}
    const keyProvider = { currentKeyId: 'k1', keepKeysMs: 0, key: (id: string) => keys.get(id), onUnreadable }
    const metadata = defineMetadata({ user: { note: { schema: v.string(), encrypted: true } } })
    const replicas = { connectionString: pair.standbyUrl(), waitMs: 0 }
    const storage = postgresStorage({ connectionString: pair.primaryUrl(), replicas })
    const directory = await createDirectory({ storage, metadata, keyProvider, instanceId: crypto.randomUUID() })
    const { users } = directory.asSystem('test')
    const { userId } = await users.createMachine({ userName: 'bob', name: 'Bob' })
    await users.metadata(userId).set({ note: 'secret' })
    const before = await directory.bookmark()
    await pair.catchUp()
    await pair.ask(pair.standbyUrl(), 'select pg_wal_replay_pause()')
    try {
      keyProvider.currentKeyId = 'k2'
      expect(await directory.reencryptMetadata()).toMatchObject({ entries: 1, unreadable: 0 })
      keys.delete('k1')
      const readAt = (atLeast: string) =>
        directory.readFrom('replica', { atLeast }).asSystem('test').users.metadata(userId)
      await expect(readAt(before).get('note')).rejects.toMatchObject({ reason: 'metadata_unreadable' })
      expect((await readAt(await directory.bookmark()).get('note')).value).toBe('secret')
    } finally {
      await pair.ask(pair.standbyUrl(), 'select pg_wal_replay_resume()')
      await directory.close()
    }
  })
})
