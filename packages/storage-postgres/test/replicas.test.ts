import { createDirectory, type Directory } from '@indwell/core'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type PostgresPair, startPostgresPair } from '../../../test/postgres-pair'
import { startTcpProxy, type TcpProxy } from '../../../test/tcp-proxy'
import { type PostgresStorageOptions, postgresStorage } from '../src/index'
import { countingPool } from './counting-pool'

let pair: PostgresPair
beforeAll(async () => {
  pair = await startPostgresPair()
  // A replica that knows of no tables yet is left alone for a second.
  const storage = postgresStorage({ connectionString: pair.primaryUrl() })
  await storage.migrate()
  await storage.close()
  await pair.catchUp()
})
afterAll(() => pair.stop())

const openPools: pg.Pool[] = []
const openDirectories: Directory[] = []
afterEach(async () => {
  await pair.ask(pair.standbyUrl(), 'select pg_wal_replay_resume()')
  await Promise.all(openDirectories.splice(0).map((directory) => directory.close()))
  await Promise.all(openPools.splice(0).map((pool) => pool.end()))
})

function countedPool(connectionString: string) {
  const pool = new pg.Pool({ connectionString, max: 3 })
  pool.on('error', () => {})
  openPools.push(pool)
  return countingPool(pool)
}

async function open(options: PostgresStorageOptions, instanceId: string): Promise<Directory> {
  const directory = await createDirectory({ storage: postgresStorage(options), instanceId })
  openDirectories.push(directory)
  return directory
}

const onPro = {
  op: 'metadata',
  namespace: 'app',
  path: ['plan'],
  test: { op: 'equals', value: 'pro' },
} as const

const pause = () => pair.ask(pair.standbyUrl(), 'select pg_wal_replay_pause()')

describe('reading from a replica', () => {
  let primary: ReturnType<typeof countingPool>
  let replica: ReturnType<typeof countingPool>
  let directory: Directory
  let userId: string

  beforeEach(async () => {
    primary = countedPool(pair.primaryUrl())
    replica = countedPool(pair.standbyUrl())
    directory = await open(
      { pool: primary.pool, replicas: { pool: replica.pool, waitMs: 30_000 } },
      crypto.randomUUID(),
    )
    const created = await directory.asSystem('test').users.createHuman({ userName: 'ada', email: 'ada@example.com' })
    userId = created.userId
    primary.texts.length = 0
    replica.texts.length = 0
  })

  const reading = async () => directory.readFrom('replica', { atLeast: await directory.bookmark() }).asSystem('test')

  it('asks the primary for nothing but the bookmark', async () => {
    const replicated = await reading()
    expect(primary.texts.splice(0)).toEqual([expect.stringContaining('pg_snapshot_xmax')])

    expect(await replicated.users.get(userId)).toMatchObject({ userName: 'ada' })
    expect(await replicated.users.list({ count: true })).toMatchObject({ total: 1 })
    expect(await replicated.events({ subject: { type: 'user', id: userId } })).not.toEqual([])

    expect(primary.texts).toEqual([])
    expect(replica.texts).not.toEqual([])
  })

  it('is nothing that any other call does', async () => {
    await directory.asSystem('test').users.list()
    expect(replica.texts).toEqual([])
  })

  it('never shares a question with reads of the primary', async () => {
    const replicated = await reading()
    primary.texts.length = 0

    const system = directory.asSystem('test')
    await Promise.all([
      replicated.users.get(userId),
      system.users.get(userId),
      replicated.users.getOrUndefined('nobody'),
    ])

    expect(primary.texts).toHaveLength(1)
    expect(replica.texts.filter((text) => !text.includes('::xid8'))).toHaveLength(1)
  })

  it('waits for a replica that is behind, and sees what was answered before the bookmark', async () => {
    await pause()
    await directory.asSystem('test').users.update(userId, { displayName: 'Ada' })
    const replicated = await reading()
    primary.texts.length = 0
    let seen: unknown
    const read = replicated.users.get(userId).then((user) => {
      seen = user.displayName
    })
    while (replica.texts.length < 3) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(seen).toBeUndefined()

    await pair.ask(pair.standbyUrl(), 'select pg_wal_replay_resume()')
    await read

    expect(seen).toBe('Ada')
    expect(primary.texts).toEqual([])
  })

  it('sees an event by its position, and all before it', async () => {
    await pause()
    const positions: string[] = []
    directory.on('*', ({ position }) => void positions.push(position))
    const system = directory.asSystem('test')
    await system.users.metadata(userId).set({ plan: 'free' })
    await system.users.metadata(userId).set({ plan: 'pro' })
    const read = directory
      .readFrom('replica', { atLeast: positions.at(-1)! })
      .asSystem('test')
      .users.metadata(userId)
      .values()
    await pair.ask(pair.standbyUrl(), 'select pg_wal_replay_resume()')

    expect(await read).toEqual({ plan: 'pro' })
  })

  it('sees by position and bookmark also what was numbered ahead of the server', async () => {
    const options = { pool: primary.pool, replicas: { pool: replica.pool, waitMs: 30_000 }, prefix: 'moved_' }
    const moved = await open(options, crypto.randomUUID())
    for (const [name, volatility, number] of [
      ['transaction', 'volatile', 'pg_current_xact_id()'],
      ['horizon', 'stable', 'pg_snapshot_xmin(pg_current_snapshot())'],
    ]) {
      await pair.ask(
        pair.primaryUrl(),
        `create or replace function moved_event_${name}() returns xid8 language sql ${volatility}
          as 'select (${number}::text::int8 + 1000000000)::text::xid8'`,
      )
    }
    const positions: string[] = []
    moved.on('*', ({ position }) => void positions.push(position))
    const created = await moved.asSystem('test').users.createHuman({ userName: 'eve' })

    for (const atLeast of [positions.at(-1)!, await moved.bookmark()]) {
      primary.texts.length = 0
      const replicated = moved.readFrom('replica', { atLeast }).asSystem('test')
      expect(await replicated.users.get(created.userId)).toMatchObject({ userName: 'eve' })
      expect(primary.texts).toEqual([])
      await pause()
      await moved.asSystem('test').users.update(created.userId, { displayName: 'Eve' })
      const updated = await moved.bookmark()
      const read = moved.readFrom('replica', { atLeast: updated }).asSystem('test').users.get(created.userId)
      await pair.ask(pair.standbyUrl(), 'select pg_wal_replay_resume()')
      expect(await read).toMatchObject({ displayName: 'Eve' })
    }
  })

  it('goes by an index of metadata as far as the replica has it', async () => {
    const system = directory.asSystem('test')
    await system.users.metadata(userId, 'app').set({ plan: 'pro' })
    const before = await directory.bookmark()
    const found = async () => {
      const replicated = directory.readFrom('replica', { atLeast: before }).asSystem('test')
      return (await replicated.users.list({ filter: onPro })).items.map((user) => user.userId)
    }
    expect(await found()).toEqual([userId])
    await pause()
    const storage = postgresStorage({ pool: primary.pool, replicas: { pool: replica.pool, waitMs: 30_000 } })
    const indexed = await createDirectory({
      storage,
      instanceId: directory.instanceId,
      metadataIndexes: [{ subjectType: 'user', namespace: 'app', path: ['plan'] }],
    })
    await indexed.metadataIndexes.reindex()
    // The primary's storage knows by now that the index serves.
    expect((await indexed.asSystem('test').users.list({ filter: onPro })).items).toHaveLength(1)
    primary.texts.length = 0

    const replicated = indexed.readFrom('replica', { atLeast: before }).asSystem('test')
    expect((await replicated.users.list({ filter: onPro })).items.map((user) => user.userId)).toEqual([userId])
    expect(primary.texts).toEqual([])
    await indexed.close()
  })

  it('shows the past where a bookmark of the past is all that is asked for', async () => {
    const before = await directory.bookmark()
    // The replica has it, and nothing that comes later.
    await directory.readFrom('replica', { atLeast: before }).asSystem('test').users.get(userId)
    await pause()
    await directory.asSystem('test').users.update(userId, { displayName: 'Ada' })

    const replicated = directory.readFrom('replica', { atLeast: before }).asSystem('test')

    expect(await replicated.users.get(userId)).not.toMatchObject({ displayName: 'Ada' })
  })

  it('takes no right from a replica: one that is revoked counts no more, one that is granted counts', async () => {
    const system = directory.asSystem('test')
    await system.members.add({ userId, roles: ['IAM_OWNER'] })
    const before = await directory.bookmark()
    const asAda = () => directory.readFrom('replica', { atLeast: before }).as({ userId })
    await asAda().users.list()
    await pause()

    await system.members.remove(userId)
    await expect(asAda().users.list()).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(asAda().users.get(userId)).rejects.toMatchObject({ code: 'permission_denied' })
    await system.members.add({ userId, roles: ['IAM_OWNER'] })
    expect((await asAda().users.list()).items).toHaveLength(1)
    await system.users.lock(userId)
    await expect(asAda().users.list()).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('takes no right from a role that a replica still knows', async () => {
    const system = directory.asSystem('test')
    const { roleId } = await system.roles.create({ name: 'Librarian', permissions: ['book.lend'] })
    await system.members.add({ userId, roles: [roleId] })
    const before = await directory.bookmark()
    const asAda = () => directory.readFrom('replica', { atLeast: before }).as({ userId })
    expect(await asAda().checkPermission('book.lend')).toMatchObject({ allowed: true })
    await pause()

    await system.roles.update(roleId, { permissions: [] })

    expect(await asAda().checkPermission('book.lend')).toMatchObject({ allowed: false })
  })

  it('refuses a write, whatever its caller may do', async () => {
    const replicated = await reading()
    const untyped = replicated as ReturnType<Directory['asSystem']>
    await expect(untyped.users.delete(userId)).rejects.toMatchObject({
      code: 'storage_unavailable',
      reason: 'read_only',
    })
    expect(await directory.asSystem('test').users.getOrUndefined(userId)).toBeDefined()
  })

  it.each(['', 'before-', '1', '1-1-1'])('refuses %j, which is no bookmark', (atLeast) => {
    expect(() => directory.readFrom('replica', { atLeast })).toThrow(expect.objectContaining({ code: 'invalid_input' }))
  })

  it('refuses a bookmark as a place to resume the feed from', async () => {
    const after = await directory.bookmark()
    await expect(directory.asSystem('test').events({ after })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('never shows what an event of a transaction that is still open could come before', async () => {
    const atLeast = await directory.bookmark()
    const feed = async () =>
      (await directory.readFrom('replica', { atLeast }).asSystem('test').events({ limit: 1000 })).map(
        ({ type }) => type,
      )
    const client = new pg.Client({ connectionString: pair.primaryUrl() })
    await client.connect()
    await client.query('begin')
    await client.query('select pg_current_xact_id()')
    await directory.asSystem('test').users.metadata(userId).set({ plan: 'pro' })
    await pair.catchUp()

    expect(await feed()).not.toContain('user.metadata.set')
    await client.query('commit')
    await client.end()
    await directory
      .readFrom('replica', { atLeast: await directory.bookmark() })
      .asSystem('test')
      .users.get(userId)
    expect(await feed()).toContain('user.metadata.set')
  })
})

describe('a replica that is of no use', () => {
  const instanceId = crypto.randomUUID()

  async function updateBehind(options: PostgresStorageOptions) {
    const directory = await open(options, instanceId)
    const system = directory.asSystem('test')
    const { userId } = await system.users.createHuman({ userName: crypto.randomUUID() })
    await pause()
    await system.users.update(userId, { displayName: 'Ada' })
    return { directory, userId, atLeast: await directory.bookmark() }
  }

  it('is waited for no longer than told, and then the primary answers', async () => {
    const replica = countedPool(pair.standbyUrl())
    const { directory, userId, atLeast } = await updateBehind({
      connectionString: pair.primaryUrl(),
      replicas: { pool: replica.pool, waitMs: 0 },
    })
    const replicated = () => directory.readFrom('replica', { atLeast }).asSystem('test')

    expect(await replicated().users.get(userId)).toMatchObject({ displayName: 'Ada' })
    expect(replica.texts).toHaveLength(1)
    // Nor is it asked again at once.
    expect(await replicated().users.get(userId)).toMatchObject({ displayName: 'Ada' })
    expect(replica.texts).toHaveLength(1)
  })

  it('leaves the answer to the primary when it is not there', async () => {
    const { directory, userId, atLeast } = await updateBehind({
      connectionString: pair.primaryUrl(),
      replicas: { connectionString: 'postgres://127.0.0.1:1/postgres' },
    })
    const replicated = directory.readFrom('replica', { atLeast }).asSystem('test')
    expect(await replicated.users.get(userId)).toMatchObject({ displayName: 'Ada' })
  })

  it('need not be there at all', async () => {
    const { directory, userId, atLeast } = await updateBehind({ connectionString: pair.primaryUrl() })
    const replicated = directory.readFrom('replica', { atLeast }).asSystem('test')
    expect(await replicated.users.get(userId)).toMatchObject({ displayName: 'Ada' })
    expect(() => directory.readFrom('replica', { atLeast: '?' })).toThrow()
  })
})

describe('a replica that falls silent', () => {
  // Without an end of its own to the wait these would wait for minutes.
  const patient = { statementTimeoutMs: 600_000 }
  const lines: TcpProxy[] = []
  afterEach(async () => {
    for (const line of lines.splice(0)) await line.close()
  })

  async function openByLine(hostsPool: boolean) {
    const line = await startTcpProxy(pair.standbyUrl())
    lines.push(line)
    const connectionString = line.through(pair.standbyUrl())
    const pool = new pg.Pool({ connectionString, max: 3 })
    pool.on('error', () => {})
    if (hostsPool) openPools.push(pool)
    const primary = countedPool(pair.primaryUrl())
    const replicas = { ...(hostsPool ? { pool } : { connectionString }), waitMs: 30_000 }
    const directory = await open(
      { pool: primary.pool, namedStatements: false, ...patient, replicas },
      crypto.randomUUID(),
    )
    const { userId } = await directory.asSystem('test').users.createHuman({ userName: 'ada' })
    const atLeast = await directory.bookmark()
    const read = () => directory.readFrom('replica', { atLeast }).asSystem('test').users.get(userId)
    expect(await read()).toMatchObject({ userName: 'ada' })
    primary.texts.length = 0
    return { line, read, primary }
  }

  describe.each([
    ['by its own pool', false],
    ['by a pool of the host', true],
  ])('%s', (_, hostsPool) => {
    it('leaves the answer to the primary where a connection that was idle is asked', async () => {
      const { line, read, primary } = await openByLine(hostsPool)
      line.hold('both')
      expect(await read()).toMatchObject({ userName: 'ada' })
      expect(primary.texts).toHaveLength(1)
    })

    it('leaves the answer to the primary in the middle of a read', async () => {
      const { line, read, primary } = await openByLine(hostsPool)
      const met = line.once({ kind: 'stall behind', text: 'as "found0"' }).then(() => line.hold('both'))
      expect(await read()).toMatchObject({ userName: 'ada' })
      await met
      expect(primary.texts).toHaveLength(1)
    })

    it('is another than one that takes its time, and is there', async () => {
      const { read, primary } = await openByLine(hostsPool)
      const client = new pg.Client({ connectionString: pair.primaryUrl() })
      await client.connect()
      await client.query('begin; lock table indwell_user in access exclusive mode')
      await pair.catchUp()
      const reading = read()
      await new Promise((resolve) => setTimeout(resolve, 2500))
      await client.query('commit')
      await client.end()
      expect(await reading).toMatchObject({ userName: 'ada' })
      expect(primary.texts).toEqual([])
    })
  })
})

describe('options of replicas', () => {
  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('refuse to wait for %d ms', (waitMs) => {
    const replicas = { connectionString: pair.standbyUrl(), waitMs }
    expect(() => postgresStorage({ connectionString: pair.primaryUrl(), replicas })).toThrow(TypeError)
  })
})

describe('a connection', () => {
  it('that finds itself on a server that takes no writes is not used again', async () => {
    const pool = new pg.Pool({ connectionString: pair.primaryUrl(), max: 1 })
    openPools.push(pool)
    const directory = await open({ pool }, crypto.randomUUID())
    const create = () => directory.asSystem('test').users.createHuman({ userName: crypto.randomUUID() })
    await pool.query('set default_transaction_read_only = on')

    await expect(create()).rejects.toMatchObject({ code: 'storage_unavailable', reason: 'read_only' })
    await create()
  })
})

describe('a connection string', () => {
  const port = (url: string) => new URL(url).port
  const several = (...ports: string[]) =>
    `postgres://postgres:indwell@${ports.map((each) => `127.0.0.1:${each}`).join()}/postgres`
  const write = async (connectionString: string) => {
    const directory = await open({ connectionString }, crypto.randomUUID())
    return directory.asSystem('test').users.createHuman({ userName: 'ada' })
  }

  it('of several hosts leads past one that is not there and one that takes no writes', async () => {
    await write(several('1', port(pair.standbyUrl()), port(pair.primaryUrl())))
  })

  it('leads to no server that takes no writes, and says that there is none', async () => {
    await expect(write(several('1', port(pair.standbyUrl())))).rejects.toMatchObject({
      code: 'storage_unavailable',
      reason: 'unreachable',
    })
    await expect(write(`${pair.standbyUrl()}?target_session_attrs=read-write`)).rejects.toMatchObject({
      reason: 'unreachable',
    })
  })

  it('asks no other host when one refuses the password', async () => {
    const wrong = several(port(pair.primaryUrl()), '1').replace('indwell', 'wrong')
    await expect(write(wrong)).rejects.toMatchObject({ code: 'storage_unavailable', reason: 'failed' })
  })
})
