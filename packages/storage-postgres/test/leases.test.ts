import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { type PostgresStorage, postgresStorage } from '../src/index'

describe('a connection that was given back', () => {
  let database: PostgresDatabase
  let pool: pg.Pool
  let storage: PostgresStorage
  const clients: pg.PoolClient[] = []

  beforeEach(async () => {
    database = await createPostgresDatabase()
    pool = new pg.Pool({ connectionString: database.url, max: 1 })
    pool.on('error', () => {})
    storage = postgresStorage({ pool })
    await storage.migrate()
    await turn()
    clients.length = 0
    pool.on('acquire', (client) => clients.push(client))
  })
  afterEach(async () => {
    await storage.close()
    await pool.end()
    await database.drop()
  })

  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const read = async () => storage.load('default', [{ read: 'record', kind: 'user', key: { userId: 'ada' } }])

  it('is had by who asks next, without the pool', async () => {
    for (let count = 0; count < 5; count += 1) expect(await read()).toEqual([undefined])
    expect(clients).toHaveLength(1)
  })

  it('is the pool’s again within a turn', async () => {
    await read()
    await turn()
    expect(pool.idleCount).toBe(1)
  })

  it('goes to those first who wait for the pool', async () => {
    const order: string[] = []
    const reading = read()
    const host = pool.connect().then((client) => {
      order.push('host')
      return client
    })
    await reading
    const again = read().then(() => order.push('storage'))
    const client = await host
    client.release()
    await again
    expect(order).toEqual(['host', 'storage'])
  })

  it('is used by nobody once it broke', async () => {
    await read()
    const [first] = clients
    first!.emit('error', new Error('broken'))
    expect(await read()).toEqual([undefined])
    expect(clients).toHaveLength(2)
    expect(clients[1]).not.toBe(first)
  })

  it('is the pool’s when the storage is closed', async () => {
    await read()
    await storage.close()
    expect(pool.idleCount).toBe(1)
  })
})
