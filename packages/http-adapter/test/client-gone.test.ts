import { createDirectory, type Directory, type DirectoryStorage } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auth0 } from '../src/auth0'
import { createHttpAdapter } from '../src/create-http-adapter'
import type { Exchange, ExchangeRequest } from '../src/exchange'
import { zitadel } from '../src/zitadel'
import { hosts } from './hosts'

const token = 'token-of-the-owner'
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }

/** A storage as if behind a network, that answers a question when it is let go on. */
function heldStorage() {
  const { isLocal: _, commitUnread: __, ...storage } = sqliteStorage({ filename: ':memory:' })
  let held: 'load' | 'search' | undefined
  let passing = 0
  let goOn = () => {}
  const asked: string[] = []
  const holding = async <T>(question: 'load' | 'search', ask: () => T | Promise<T>): Promise<T> => {
    asked.push(question)
    if (held === question && passing-- === 0) {
      held = undefined
      await new Promise<void>((resolve) => {
        goOn = resolve
      })
    }
    return ask()
  }
  const remote: DirectoryStorage = {
    ...storage,
    load: (instanceId, reads) => holding('load', () => storage.load(instanceId, reads)),
    search: (instanceId, search) => holding('search', () => storage.search(instanceId, search)),
  }
  return {
    storage: remote,
    asked,
    /** The question after so many of its kind. */
    hold(question: NonNullable<typeof held>, after: number) {
      held = question
      passing = after
      asked.length = 0
    },
    isHeld: () => held === undefined,
    letGo: () => goOn(),
  }
}

const reads = [
  ['Auth0', 'search', 'GET', '/api/v2/users?include_totals=true', undefined],
  ['ZITADEL', 'load', 'POST', '/management/v1/users/_search', '{}'],
] as const
const writes = [
  ['Auth0', 'POST', '/api/v2/users', JSON.stringify({ email: 'new@acme.example', app_metadata: { plan: 'pro' } })],
  [
    'ZITADEL',
    'POST',
    '/management/v1/users/human/_import',
    JSON.stringify({
      userName: 'new',
      profile: { firstName: 'N', lastName: 'N' },
      email: { email: 'new@acme.example' },
    }),
  ],
] as const

/** One by Node's own request, one by a Web `Request`. */
const served = hosts.filter(({ name }) => name === 'node:http' || name.endsWith('by its request'))

describe.each(served)('on $name, a client that is gone', (host) => {
  let held: ReturnType<typeof heldStorage>
  let directory: Directory
  let url: string
  let close: () => Promise<void>
  let fetchIt: (input: string, init?: RequestInit) => Promise<Response>
  const requests: ExchangeRequest[] = []
  const errors: unknown[] = []

  beforeEach(async () => {
    requests.length = 0
    errors.length = 0
    held = heldStorage()
    directory = await createDirectory({ storage: held.storage })
    await directory.bootstrapOwner({ token })
    await directory.asSystem('test').users.createHuman({ userName: 'ada', email: 'ada@acme.example' })
    const exchange = createHttpAdapter(directory, {
      faces: [auth0(), zitadel()],
      onError: (error) => errors.push(error),
    })
    const seen: Exchange = (request) => {
      requests.push(request)
      return exchange(request)
    }
    const mounted = await host.mount(seen, { prefix: '', parser: false })
    url = mounted.url
    close = mounted.close
    fetchIt = mounted.fetch
  })
  afterEach(async () => {
    held.letGo()
    await close()
    await directory.close()
  })

  /** Sends a request, and hangs up while the database is asked. */
  const sendAndLeave = async (question: 'load' | 'search', path: string, init: RequestInit) => {
    const leaving = new AbortController()
    // The first load finds out who is calling, before the body is read.
    held.hold(question, question === 'load' ? 1 : 0)
    const answer = fetchIt(`${url}${path}`, { ...init, signal: leaving.signal }).catch((error: unknown) => error)
    await expect.poll(held.isHeld).toBe(true)
    leaving.abort()
    expect(await answer).toMatchObject({ name: 'AbortError' })
    await expect.poll(() => requests[0]!.signal.aborted).toBe(true)
    held.asked.length = 0
    held.letGo()
    await new Promise(setImmediate)
  }

  it.each(reads)('has no more asked for what it would have read (%s)', async (_, question, method, path, body) => {
    const init = { method, headers, ...(body !== undefined && { body }) }
    const whole = await fetchIt(`${url}${path}`, init)
    expect([whole.status, JSON.stringify(await whole.json()).includes('ada@acme.example')]).toEqual([200, true])
    requests.length = 0

    await sendAndLeave(question, path, init)

    expect(held.asked).toEqual([])
    expect(errors).toEqual([])
    expect((await fetchIt(`${url}${path}`, init)).status).toBe(200)
  })

  it.each(writes)(
    'has what it asked for written whole, and gets the answer when it asks again (%s)',
    async (_, method, path, body) => {
      const init = { method, headers: { ...headers, 'idempotency-key': 'a-key' }, body }
      await sendAndLeave('load', path, init)

      const { users } = directory.asSystem('test')
      const found = async () =>
        (await users.list({ filter: { op: 'equals', field: 'email', value: 'new@acme.example' } })).items
      await expect.poll(async () => (await found()).length).toBe(1)
      const again = await fetchIt(`${url}${path}`, init)
      expect(again.status).toBeLessThan(300)
      expect(JSON.stringify(await again.json())).toContain((await found())[0]!.userId)
      expect(await found()).toHaveLength(1)
      expect(errors).toEqual([])
    },
  )
})

describe('a database in this process', () => {
  it('is not asked whether the client is gone: it has answered before', async () => {
    const directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
    await directory.bootstrapOwner({ token })
    const exchange = createHttpAdapter(directory, { faces: [auth0(), zitadel()] })
    for (const [, , method, url, body = ''] of reads) {
      const request = {
        method,
        url,
        headers,
        body: async () => new TextEncoder().encode(body),
        get signal(): AbortSignal {
          throw new Error('was asked')
        },
      }
      expect((await exchange(request))?.status).toBe(200)
    }
    await directory.close()
  })
})
