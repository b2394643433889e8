import { createDirectory, type DirectoryStorage } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { describe, expect, it } from 'vitest'
import { bearing } from '../test/bearing'
import { auth0 } from './auth0'
import { createHttpAdapter } from './create-http-adapter'
import { endOfTurn } from './end-of-turn'
import { zitadel } from './zitadel'

const utf8 = new TextEncoder()

/** As sockets that were read one after the other hand on what arrived: whatever one has to do at once is done first. */
const oneByOne = <T>(works: readonly (() => Promise<T> | undefined)[]): Promise<readonly (T | undefined)[]> =>
  Promise.all(
    works.map(
      (work) =>
        new Promise<T | undefined>((resolve, reject) => {
          process.nextTick(() => Promise.resolve(work()).then(resolve, reject))
        }),
    ),
  )

async function served() {
  const batches: number[] = []
  const loads: number[] = []
  const storage = sqliteStorage({ filename: ':memory:' })
  const counting: DirectoryStorage = {
    ...storage,
    load(instanceId, reads) {
      loads.push(reads.length)
      return storage.load(instanceId, reads)
    },
    commit(instanceId, commits) {
      batches.push(commits.length)
      return storage.commit(instanceId, commits)
    },
    commitUnread(instanceId, commits) {
      batches.push(commits.length)
      return storage.commitUnread!(instanceId, commits)
    },
  }
  const directory = await createDirectory({ storage: counting })
  const owner = await directory.bootstrapOwner()
  if (!owner.created) throw new Error('not created')
  const authenticate = async () => ({ userId: owner.userId })
  const exchange = createHttpAdapter(directory, { faces: [zitadel(), auth0()], authenticate })
  const system = directory.asSystem('test')
  const person = { userName: 'ada', firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' }
  const { userId } = await system.users.createHuman(person)
  batches.length = 0
  loads.length = 0
  const send = (method: string, url: string, body: object) => () =>
    exchange({ ...bearing('a-token'), method, url, body: async () => utf8.encode(JSON.stringify(body)) })
  return { batches, loads, send, system, userId, close: () => directory.close() }
}

describe('writes that arrive together', () => {
  it('share a transaction in the ZITADEL face', async () => {
    const { batches, send, system, userId, close } = await served()
    const keys = ['a', 'b', 'c', 'd', 'e']

    const path = (key: string) => `/management/v1/users/${userId}/metadata/${key}`
    const answers = await oneByOne(keys.map((key) => send('POST', path(key), { value: 'MQ==' })))

    expect(answers.map((answer) => answer?.status)).toEqual([200, 200, 200, 200, 200])
    expect(batches).toEqual([5])
    expect(Object.keys(await system.users.metadata(userId, 'zitadel').values())).toEqual(keys)
    await close()
  })

  it('share a transaction in the Auth0 face', async () => {
    const { batches, send, system, userId, close } = await served()
    const path = `/api/v2/users/${encodeURIComponent(`auth0|${userId}`)}`

    const bodies = ['a', 'b', 'c'].map((key) => ({ user_metadata: { [key]: 1 } }))
    const answers = await oneByOne(bodies.map((body) => send('PATCH', path, body)))

    expect(answers.map((answer) => answer?.status)).toEqual([200, 200, 200])
    expect(batches[0]).toBe(3)
    expect(Object.keys(await system.users.metadata(userId, 'user').values())).toEqual(['a', 'b', 'c'])
    await close()
  })
})

describe('reads that arrive together', () => {
  it('are one question to the storage in the ZITADEL face', async () => {
    const { loads, send, system, userId, close } = await served()
    await system.users.metadata(userId, 'zitadel').set({ a: new Uint8Array([1]) })
    loads.length = 0

    const read = send('GET', `/management/v1/users/${userId}/metadata/a`, {})
    const answers = await oneByOne([read, read, read])

    expect(answers.map((answer) => answer?.status)).toEqual([200, 200, 200])
    // The caller and the entry, for each.
    expect(loads).toEqual([6])
    await close()
  })
})

describe('endOfTurn', () => {
  it('is one moment for all who wait for it, and another for who comes later', async () => {
    const first = endOfTurn()
    expect(endOfTurn()).toBe(first)
    await first
    expect(endOfTurn()).not.toBe(first)
  })
})
