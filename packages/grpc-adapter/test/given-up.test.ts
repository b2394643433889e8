import type { DirectoryStorage } from '@indwell/core'
import { ListUsersRequestSchema } from '@zitadel/proto/zitadel/management_pb.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migratedSqlite } from '../../../test/sqlite'
import { callNative, requestOf } from './grpc-call'
import { createWorld, type World } from './world'

const path = '/zitadel.management.v1.ManagementService/ListUsers'
const body = requestOf(ListUsersRequestSchema, {})

/** A storage as if behind a network, that answers a load when it is let go on. */
async function heldStorage() {
  const { isLocal: _, commitUnread: __, ...storage } = await migratedSqlite()
  let passing = Number.POSITIVE_INFINITY
  let goOn: (() => void) | undefined
  const asked: string[] = []
  const remote: DirectoryStorage = {
    ...storage,
    async load(instanceId, reads) {
      asked.push('load')
      if (passing-- === 0) {
        await new Promise<void>((resolve) => {
          goOn = resolve
        })
      }
      return storage.load(instanceId, reads)
    },
    async search(instanceId, search) {
      asked.push('search')
      return storage.search(instanceId, search)
    },
  }
  return {
    storage: remote,
    asked,
    /** The load after so many. */
    holdAfter(loads: number) {
      passing = loads
      asked.length = 0
    },
    isHeld: () => goOn !== undefined,
    letGo: () => goOn?.(),
  }
}

describe('what a call reads', () => {
  let world: World
  let held: Awaited<ReturnType<typeof heldStorage>>
  let headers: Readonly<Record<string, string>>
  beforeEach(async () => {
    held = await heldStorage()
    world = await createWorld({ storage: held.storage })
    headers = { authorization: `Bearer ${world.rootToken}` }
  })
  afterEach(async () => {
    held.letGo()
    expect(world.errors).toEqual([])
    await world.close()
  })

  /** The first load finds out whose token it is. */
  const holdTheUseCase = async () => {
    expect((await callNative(world.session, path, body, headers)).trailers['grpc-status']).toBe('0')
    held.holdAfter(1)
  }
  const nothingMoreIsAsked = async () => {
    held.asked.length = 0
    held.letGo()
    await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setImmediate(resolve))
    expect(held.asked).toEqual([])
    expect((await callNative(world.session, path, body, headers)).trailers['grpc-status']).toBe('0')
  }

  it('is given up when its client cancels it', async () => {
    await holdTheUseCase()
    const stream = world.session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      ...headers,
    })
    stream.end(body)
    await expect.poll(held.isHeld).toBe(true)
    // CANCEL
    stream.close(8)
    await expect.poll(() => stream.closed).toBe(true)
    // Whatever is sent on the session after the reset is read after it.
    await new Promise((resolve) => world.session.ping(resolve))
    await nothingMoreIsAsked()
  })

  it('is given up at its deadline, which is told then', async () => {
    await holdTheUseCase()
    const { trailers } = await callNative(world.session, path, body, { ...headers, 'grpc-timeout': '1S' })

    expect(trailers['grpc-status']).toBe('4')
    expect(held.isHeld()).toBe(true)
    await nothingMoreIsAsked()
  })
})
