import { createDirectory } from '@indwell/core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type PostgresPair, startPostgresPair } from '../../../test/postgres-pair'
import { startTcpProxy } from '../../../test/tcp-proxy'
import { postgresStorage } from '../src/index'

// Lines that lose everything and tell nobody. `pnpm torture postgres-split` does the same to a network.

const impatient = { statementTimeoutMs: 200, connectTimeoutMs: 400 }

const ended: (() => Promise<void>)[] = []
let pair: PostgresPair
beforeAll(async () => {
  pair = await startPostgresPair()
})
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end()
})
afterAll(() => pair.stop())

/** Bob's directory: the primary by a line of its own, the standby without one. */
async function openByLine(max: number) {
  const line = await startTcpProxy(pair.primaryUrl())
  const [primary, standby] = [line.through(pair.primaryUrl()), pair.standbyUrl()].map((url) => new URL(url).host)
  const connectionString = `postgres://postgres:indwell@${primary},${standby}/postgres`
  const storage = postgresStorage({ connectionString, max, ...impatient })
  const instanceId = crypto.randomUUID()
  const directory = await createDirectory({ storage, instanceId })
  ended.push(
    () => line.close(),
    () => directory.close(),
  )
  const system = directory.asSystem('test')
  const { userId } = await system.users.createMachine({ userName: 'bob', name: 'Bob' })
  return {
    line,
    instanceId,
    system,
    entries: system.users.metadata(userId, 'app'),
    /** Not gathered with others. */
    read: () => storage.load(instanceId, [{ read: 'aggregate', key: { type: 'user', id: userId } }]),
  }
}

describe('a line to the primary', () => {
  it('that loses questions, answers or both ends every call in an error, and is used again once it is mended', async () => {
    const ways = (['questions', 'answers', 'both'] as const).map(async (way) => {
      const { line, entries, read } = await openByLine(2)
      await entries.set({ before: 1 })
      // Two connections, one for each of the two.
      await Promise.all([read(), read()])
      line.hold(way)
      const outcomes = await Promise.allSettled([entries.values(), entries.set({ lost: 1 })])
      const codes = outcomes.map((found) => found.status === 'rejected' && (found.reason as { code: unknown }).code)
      expect(codes, way).toEqual(['storage_unavailable', 'outcome_unknown'])
      line.hold('none')
      const again = () => entries.set({ after: 1 }).catch(() => undefined)
      await expect.poll(again, { timeout: 20_000 }).toMatchObject({ changed: ['after'] })
      // The other connection may still be on its way down.
      const values = () => entries.values().catch(() => undefined)
      await expect.poll(values, { timeout: 20_000, message: way }).toMatchObject({ before: 1, after: 1 })
    })
    await Promise.all(ways)
  })

  it('brings no write after its outcome was told to be unknown: what is read then is so', async () => {
    const { line, entries, read } = await openByLine(2)
    await Promise.all([read(), read()])
    line.hold('questions')
    await expect(entries.set({ lost: 1 })).rejects.toMatchObject({ code: 'outcome_unknown' })
    // Once the line, which is in this process, has noticed what a system knows at once.
    await expect.poll(() => line.connections()).toBeLessThan(2)
    line.hold('none')
    const again = async () => read()
    await expect.poll(() => again().catch(() => []), { timeout: 20_000 }).toMatchObject([{ sequence: '1' }])
    await expect.poll(() => line.connections()).toBeLessThanOrEqual(2)
    await entries.set({ after: 1 })
    expect(await entries.values()).toEqual({ after: 1 })
    expect(await read()).toMatchObject([{ sequence: '2' }])
  })
})

describe('a write whose wait for a standby is cancelled', () => {
  it('is not answered, of one statement, of several and in a transaction', async () => {
    const storage = postgresStorage({ connectionString: pair.primaryUrl(), max: 4 })
    const directory = await createDirectory({ storage, instanceId: crypto.randomUUID() })
    ended.push(() => directory.close())
    const system = directory.asSystem('test')
    const users = await Promise.all(
      ['one', 'several', 'transaction'].map((userName) => system.users.createMachine({ userName, name: 'A' })),
    )
    const [one, several, inTransaction] = users.map(({ userId }) => userId) as [string, string, string]
    const { orgId } = await system.orgs.create({ name: 'Acme' })
    await pair.ask(pair.primaryUrl(), `alter system set synchronous_standby_names = 'nobody'`)
    await pair.ask(pair.primaryUrl(), 'select pg_reload_conf()')
    const outcomes = Promise.allSettled([
      system.users.metadata(one).set({ a: 1 }),
      system.orgs.delete(orgId),
      directory.transaction((joined) => joined.asSystem('test').users.metadata(inTransaction).set({ a: 1 })),
    ])
    const waiting = `select pid from pg_stat_activity where wait_event = 'SyncRep'`
    while ((await pair.ask(pair.primaryUrl(), waiting)).length < 3);
    await pair.ask(pair.primaryUrl(), `select pg_cancel_backend(pid) from (${waiting}) as waiting`)
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { code: 'outcome_unknown' } })
    await pair.ask(pair.primaryUrl(), `alter system set synchronous_standby_names = 'standby'`)
    await pair.ask(pair.primaryUrl(), 'select pg_reload_conf()')
    expect(await system.users.metadata(several).set({ a: 1 })).toMatchObject({ changed: ['a'] })
  })
})

describe('a primary that was left behind and lives on', () => {
  afterEach(() => pair.rejoin())

  it('answers no write, and no read of who was led to the new one', async () => {
    const { line, instanceId, system, entries, read } = await openByLine(3)
    await entries.set({ count: 1 })
    await Promise.all([read(), read()])
    line.hold('both')
    const asked = [read(), read()]
    const lost = pair.primaryUrl()
    await pair.split()

    // By the third connection, which is made now and finds the new primary.
    await entries.set({ count: 2 })
    line.hold('none')
    // Asked before that, of the old one, so these may tell what was there.
    await Promise.all(asked)
    // Of the new one alone from here on, whichever connections the pool still has.
    for (const [bob] of await Promise.all([read(), read(), read()])) expect(bob).toMatchObject({ sequence: '3' })

    const beyond = await createDirectory({
      storage: postgresStorage({ connectionString: lost, ...impatient }),
      instanceId,
      migrate: false,
    })
    ended.push(() => beyond.close())
    const write = beyond.asSystem('test').users.createMachine({ userName: 'eve', name: 'Eve' })
    await expect(write).rejects.toMatchObject({ code: 'outcome_unknown' })
    expect((await system.users.list()).items).toHaveLength(1)
  })

  it('is led to by nobody who knows of the other, also when that is gone', async () => {
    const { line, entries } = await openByLine(1)
    line.hold('both')
    await pair.split()
    await expect.poll(() => entries.set({ count: 1 }).catch(() => undefined), { timeout: 20_000 }).toBeDefined()
    line.hold('none')
    await pair.endPrimary()

    await expect(entries.values()).rejects.toMatchObject({ reason: 'unreachable' })
    await expect(entries.values()).rejects.toMatchObject({ reason: 'unreachable' })
  })
})
