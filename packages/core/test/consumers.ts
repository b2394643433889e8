import {
  type Change,
  type ConsumerOptions,
  createDirectory,
  type Directory,
  type DirectoryStorage,
} from '@indwell/core'
import { expect, it } from 'vitest'

/** Asks again until it holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5))
}

const locks: ConsumerOptions = { types: ['user.locked', 'user.unlocked'], firstRetryMs: 1, longestRetryMs: 5 }
const nameOf = ({ aggregate, sequence }: Change) => `${aggregate.id} ${sequence}`

/** Rules that hold on every storage. `open` answers storages on one database, another one for each test. */
export function consumerRules(newDatabase: () => Promise<() => DirectoryStorage>): void {
  const inDirectories = (check: (one: Directory, other: Directory) => Promise<void>) => async () => {
    const open = await newDatabase()
    const one = await createDirectory({ storage: open() })
    const other = await createDirectory({ storage: open() })
    const { orgs, users } = one.asSystem('test')
    await orgs.create({ orgId: 'acme', name: 'Acme' })
    for (const userId of ['ada', 'bob']) await users.createHuman({ userId, orgId: 'acme', userName: userId })
    try {
      await check(one, other)
    } finally {
      await one.close()
      await other.close()
    }
  }
  const lockBoth = async (directory: Directory) => {
    const { users } = directory.asSystem('test')
    for (const userId of ['ada', 'bob']) await users.lock(userId)
    for (const userId of ['ada', 'bob']) await users.unlock(userId)
  }

  it(
    'handles each change in order, and goes on where another process left off',
    inDirectories(async (one, other) => {
      const first: string[] = []
      const consumer = one.consumer('mail', (change) => void first.push(nameOf(change)), locks)
      await lockBoth(one)
      await until(() => first.length === 4)
      await consumer.stop()
      expect(first).toEqual(['ada 2', 'bob 2', 'ada 3', 'bob 3'])

      await one.asSystem('test').users.lock('ada')
      const second: string[] = []
      other.consumer('mail', (change) => void second.push(nameOf(change)), locks)
      await until(() => second.length > 0)
      await one.asSystem('test').users.unlock('ada')
      await until(() => second.length > 1)
      expect(second).toEqual(['ada 4', 'ada 5'])
      expect(await consumer.status()).toMatchObject({ isHeld: true, isHeldHere: false })
    }),
  )

  it(
    'is held by one process at a time, and taken over from one that fell silent',
    inDirectories(async (one, other) => {
      const [first, second]: [string[], string[]] = [[], []]
      let silent = false
      const options = { ...locks, leaseMs: 400, pollMs: 20 }
      const consumer = one.consumer(
        'mail',
        async (change, { signal }) => {
          first.push(nameOf(change))
          // Blocks the process as a garbage collection or a debugger would: it cannot renew either.
          if (silent) {
            const end = Date.now() + 700
            while (Date.now() < end);
            await new Promise((resolve) => setTimeout(resolve, 50))
            expect(signal.aborted).toBe(true)
          }
        },
        options,
      )
      await until(async () => (await consumer.status()).isHeldHere)
      const standby = other.consumer('mail', (change) => void second.push(nameOf(change)), options)
      await lockBoth(one)
      await until(() => first.length === 4)
      expect(second).toEqual([])
      silent = true
      await one.asSystem('test').users.lock('ada')
      await until(() => first.length === 5)
      silent = false
      await until(() => [...first, ...second].filter((name) => name === 'ada 4').length >= 2)
      await standby.stop()
    }),
  )

  it(
    'keeps what fails waiting with all behind it of its subject, and lets others pass',
    inDirectories(async (one) => {
      const seen: string[] = []
      let broken = true
      const consumer = one.consumer(
        'mail',
        (change, { attempt }) => {
          if (broken && change.aggregate.id === 'ada') throw new Error(`no ada, ${attempt}`)
          seen.push(nameOf(change))
        },
        { ...locks, attempts: 100 },
      )
      await lockBoth(one)
      await until(() => seen.length === 2)
      await until(async () => (await consumer.status()).waiting === 2)
      expect((await consumer.status()).lastError).toMatch(/^no ada, \d+$/)
      broken = false
      await until(() => seen.length === 4)
      expect(seen).toEqual(['bob 2', 'bob 3', 'ada 2', 'ada 3'])
    }),
  )

  it(
    'parks what fails too often, goes on with its subject, and tries again what is parked when it is told to',
    inDirectories(async (one) => {
      const seen: string[] = []
      let broken = true
      const consumer = one.consumer(
        'mail',
        (change) => {
          if (broken && nameOf(change) === 'ada 2') throw new Error('poison')
          seen.push(nameOf(change))
        },
        { ...locks, attempts: 3 },
      )
      await lockBoth(one)
      await until(() => seen.length === 3)
      await until(async () => (await consumer.status()).waiting === 0)
      const { parked } = await consumer.status()
      expect(parked).toMatchObject([
        { type: 'user.locked', aggregate: { type: 'user', id: 'ada' }, attempts: 3, error: 'poison' },
      ])
      broken = false
      await consumer.retryParked()
      await until(() => seen.length === 4)
      expect(seen.at(-1)).toBe('ada 2')
      await until(async () => (await consumer.status()).parked.length === 0)
    }),
  )

  it(
    'replays from any position, whoever asks for it',
    inDirectories(async (one, other) => {
      const seen: Change[] = []
      const options = { ...locks, leaseMs: 400, pollMs: 20 }
      const consumer = one.consumer('mail', (change) => void seen.push(change), options)
      await lockBoth(one)
      await until(() => seen.length === 4)
      await consumer.replay(seen[1]!.position)
      await until(() => seen.length === 6)
      const standby = other.consumer('mail', () => expect.unreachable(), options)
      await standby.replay()
      await until(() => seen.length === 10)
      expect(seen.map(nameOf).slice(4)).toEqual(['ada 3', 'bob 3', 'ada 2', 'bob 2', 'ada 3', 'bob 3'])
      await standby.stop()
      await expect(consumer.replay('no position')).rejects.toMatchObject({ code: 'invalid_input', path: 'after' })
    }),
  )

  it(
    'pauses and ends where the handler says so',
    inDirectories(async (one) => {
      const seen: string[] = []
      let failure: object | undefined = { retryAfterMs: 30 }
      const consumer = one.consumer(
        'mail',
        (change) => {
          if (failure !== undefined) {
            const thrown = Object.assign(new Error('later'), failure)
            failure = 'disable' in failure ? failure : { disable: true }
            throw thrown
          }
          seen.push(nameOf(change))
        },
        locks,
      )
      await lockBoth(one)
      await until(async () => (await consumer.status()).disabledAt !== undefined)
      expect(seen).toEqual([])
      failure = undefined
      await consumer.enable()
      await until(() => seen.length === 4)
      expect([...seen].sort()).toEqual(['ada 2', 'ada 3', 'bob 2', 'bob 3'])
      await consumer.disable()
      expect((await consumer.status()).disabledAt).toBeTypeOf('number')
    }),
  )

  it(
    'begins with what is to come where it is told to',
    inDirectories(async (one) => {
      await lockBoth(one)
      const seen: string[] = []
      const consumer = one.consumer('mail', (change) => void seen.push(nameOf(change)), { ...locks, start: 'newest' })
      await until(async () => (await consumer.status()).isHeldHere)
      await one.asSystem('test').users.lock('bob')
      await until(() => seen.length === 1)
      expect(seen).toEqual(['bob 4'])
    }),
  )

  it(
    'names what makes no sense',
    inDirectories(async (one) => {
      const refusals = [
        ['', {}, 'name'],
        ['a\0b', {}, 'name'],
        ['x'.repeat(201), {}, 'name'],
        ['mail', { attempts: 0 }, 'attempts'],
        ['mail', { leaseMs: 1 }, 'leaseMs'],
        ['mail', { checkpointEvery: 1.5 }, 'checkpointEvery'],
        ['mail', { start: 'middle' }, 'start'],
        ['mail', { types: ['nonsense'] }, 'types.0'],
      ] as const
      for (const [name, options, path] of refusals) {
        expect(() => one.consumer(name, () => {}, options as ConsumerOptions)).toThrow(
          expect.objectContaining({ code: 'invalid_input', path }),
        )
      }
    }),
  )
}
