import type { DirectoryStorage } from '@indwell/core'
import { postgresStorage } from '@indwell/storage-postgres'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { createWorld } from './world'

let database: PostgresDatabase
beforeAll(async () => {
  database = await createPostgresDatabase()
})
afterAll(() => database.drop())

const storages: readonly [string, () => DirectoryStorage][] = [
  ['SQLite', () => sqliteStorage({ filename: ':memory:' })],
  ['Postgres', () => postgresStorage({ connectionString: database.url })],
]

describe.each(storages)('codes given at the same time on %s', (name, createStorage) => {
  let world: Awaited<ReturnType<typeof createWorld>>
  beforeAll(async () => {
    world = await createWorld({ storage: createStorage(), instanceId: name })
  })
  afterAll(() => world.directory.close())

  const reasons = (results: readonly PromiseSettledResult<unknown>[]) =>
    results.map((result) => (result.status === 'fulfilled' ? 'done' : String(result.reason.reason))).sort()

  it('verify once, and say so to one', async () => {
    const { users } = world.ada
    const { emailCode } = await users.createHuman({
      userId: 'once',
      userName: 'once',
      email: 'c@x.example',
      emailCode: 'return',
    })

    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => users.verifyEmail('once', emailCode?.code ?? '')),
    )

    expect(reasons(results)).toEqual(['done', ...Array(19).fill('email_already_verified')])
    const events = await world.ada.events({ subject: { type: 'user', id: 'once' } })
    expect(events.filter(({ type }) => type === 'user.human.email.verified')).toHaveLength(1)
  })

  it('are guessed five times at most', async () => {
    const { users } = world.ada
    await users.createHuman({ userId: 'guessed', phone: '+411', phoneCode: 'return' })

    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, guess) => users.verifyPhone('guessed', `guess ${guess}`)),
    )

    expect(reasons(results)).toEqual([...Array(15).fill('code_spent'), ...Array(5).fill('code_wrong')])
  })

  it('prove no address but the one they were made for', async () => {
    const { users } = world.ada
    for (let run = 0; run < 10; run += 1) {
      const userId = `moved-${run}`
      const { emailCode } = await users.createHuman({
        userId,
        userName: userId,
        email: 'old@x.example',
        emailCode: 'return',
      })
      await Promise.allSettled([
        users.verifyEmail(userId, emailCode?.code ?? ''),
        users.update(userId, { email: 'new@x.example' }),
      ])

      expect(await users.get(userId)).toMatchObject({ email: 'new@x.example', emailVerified: false })
    }
  })

  it('are made one after the other, and the last one counts', async () => {
    const { users } = world.ada
    await users.createHuman({ userId: 'renewed', userName: 'renewed', email: 'c@x.example' })

    const requested = await Promise.all(Array.from({ length: 4 }, () => users.requestEmailCode('renewed')))

    const [last] = requested.toSorted((a, b) => Number(b.sequence) - Number(a.sequence))
    await users.verifyEmail('renewed', last?.code ?? '')
  })

  it('do not count from the moment on at which another one is made', async () => {
    const { users } = world.ada
    const userId = 'replaced'
    const { emailCode } = await users.createHuman({
      userId,
      userName: userId,
      email: 'c@x.example',
      emailCode: 'return',
    })

    await Promise.allSettled([users.requestEmailCode(userId), users.verifyEmail(userId, emailCode?.code ?? '')])

    const types = (await world.ada.events({ subject: { type: 'user', id: userId } })).map(({ type }) => type)
    // Whoever is first wins: a code that was replaced does not count, and of a verified address none is made.
    const [added, first, ...others] = types
    expect([added, first]).toEqual(['user.human.added', 'user.human.email.code.added'])
    expect([
      ['user.human.email.verified'],
      ['user.human.email.code.added', 'user.human.email.verification.failed'],
    ]).toContainEqual(others)
  })

  it('initialize a user once', async () => {
    const { users } = world.ada
    const { emailCode } = await users.createHuman({
      userId: 'initial',
      userName: 'initial',
      email: 'i@x.example',
      state: 'initial',
      emailCode: 'return',
    })

    const results = await Promise.allSettled([
      ...Array.from({ length: 5 }, () => users.initialize('initial', { code: emailCode?.code ?? '' })),
      ...Array.from({ length: 5 }, () => users.initialize('initial')),
    ])

    expect(reasons(results)).toEqual(['done', ...Array(9).fill('user_not_initial')])
  })

  it('change an address only of a user that is initialized by then', async () => {
    const { users } = world.ada
    for (let run = 0; run < 10; run += 1) {
      const userId = `early-${run}`
      await users.createHuman({ userId, userName: userId, email: 'i@x.example', state: 'initial' })
      await Promise.allSettled([
        users.update(userId, { email: 'new@x.example' }, { refuseInitial: true }),
        users.initialize(userId),
      ])

      const types = (await world.ada.events({ subject: { type: 'user', id: userId } })).map(({ type }) => type)
      const changed = types.indexOf('user.human.email.changed')
      if (changed >= 0) expect(types.indexOf('user.human.initialization.check.succeeded')).toBeLessThan(changed)
    }
  })
})
