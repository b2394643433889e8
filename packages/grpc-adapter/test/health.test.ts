import { Buffer } from 'node:buffer'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { descriptorOf } from '../src/messages/descriptors'
import { callNative, callWeb, framed } from './grpc-call'
import { createWorld, type World } from './world'

const path = '/grpc.health.v1.Health/Check'

const ask = (service: string): Buffer => {
  const descriptor = descriptorOf('grpc.health.v1.HealthCheckRequest')
  return framed(toBinary(descriptor, create(descriptor, { service })))
}

describe('the health service', () => {
  let world: World
  beforeAll(async () => {
    world = await createWorld()
  })
  afterAll(() => world.close())

  it.each(['', 'zitadel.management.v1.ManagementService', 'zitadel.user.v2.UserService', 'grpc.health.v1.Health'])(
    'tells without a token that %j is served',
    async (service) => {
      const answers = [
        await callNative(world.session, path, ask(service)),
        await callWeb(fetch, world.http1 + path, ask(service)),
      ]
      for (const { trailers, message } of answers) {
        expect(trailers).toEqual({ 'grpc-status': '0' })
        expect(fromBinary(descriptorOf('grpc.health.v1.HealthCheckResponse'), message!)).toMatchObject({ status: 1 })
      }
    },
  )

  it.each([
    [path, ask('zitadel.session.v2.SessionService'), 5, 'unknown service'],
    [path, framed(Buffer.from([0x0a, 0x01, 0xff])), 13, /HealthCheckRequest/],
    // Nothing here streams.
    ['/grpc.health.v1.Health/Watch', ask(''), 12, 'unknown method Watch for service grpc.health.v1.Health'],
  ])('refuses %s (%#)', async (asked, body, code, message) => {
    const { trailers } = await callNative(world.session, asked, body)
    expect(trailers['grpc-status']).toBe(String(code))
    expect(trailers['grpc-message']).toEqual(typeof message === 'string' ? message : expect.stringMatching(message))
  })
})
