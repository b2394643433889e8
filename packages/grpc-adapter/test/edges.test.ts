import { gzipSync } from 'node:zlib'
import { fromBinary } from '@bufbuild/protobuf'
import { createFetch } from '@indwell/http-adapter'
import {
  GetMyOrgRequestSchema,
  GetMyOrgResponseSchema,
  GetUserByIDRequestSchema,
  SetUserMetadataRequestSchema,
} from '@zitadel/proto/zitadel/management_pb.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callNative, callWeb, framed, type GrpcAnswer, requestOf } from './grpc-call'
import { createWorld, type World } from './world'

const service = '/zitadel.management.v1.ManagementService'
const myOrg = `${service}/GetMyOrg`
const askMyOrg = requestOf(GetMyOrgRequestSchema, {})

const told = ({ httpStatus, trailers }: GrpcAnswer) => [
  httpStatus,
  Number(trailers['grpc-status']),
  decodeURIComponent(trailers['grpc-message'] ?? ''),
]

describe('gRPC', () => {
  let world: World
  let headers: Readonly<Record<string, string>>
  beforeAll(async () => {
    world = await createWorld()
    headers = { authorization: `Bearer ${world.rootToken}` }
  })
  afterAll(async () => {
    expect(world.errors).toEqual([])
    await world.close()
  })

  const native = (path: string, body: Uint8Array, more: Readonly<Record<string, string>> = {}) =>
    callNative(world.session, path, body, { ...headers, ...more })
  const web = (path: string, body: Uint8Array, more: Readonly<Record<string, string>> = {}) =>
    callWeb(fetch, world.http1 + path, body, { ...headers, ...more })

  it('answers with one message and trailers behind it', async () => {
    const answer = await native(myOrg, askMyOrg)

    expect(answer).toMatchObject({ httpStatus: 200, trailersOnly: false, trailers: { 'grpc-status': '0' } })
    expect(answer.headers).toMatchObject({ 'content-type': 'application/grpc', 'cache-control': 'no-store' })
    expect(answer.headers['grpc-status']).toBeUndefined()
    expect(fromBinary(GetMyOrgResponseSchema, answer.message!).org?.name).toBe('Acme')
  })

  it('says an error in one block of headers', async () => {
    const answer = await native(`${service}/GetUserByID`, requestOf(GetUserByIDRequestSchema, { id: 'none' }))

    expect(answer).toMatchObject({ httpStatus: 200, trailersOnly: true, message: undefined })
    expect(told(answer)).toEqual([200, 5, 'User could not be found (QUERY-Dfbg2)'])
  })

  it.each([
    ['application/grpc', 'application/grpc'],
    ['application/grpc+proto', 'application/grpc+proto'],
    ['Application/gRPC; charset=x', 'application/grpc'],
  ])('is asked for by %s', async (asked, answered) => {
    const answer = await native(myOrg, askMyOrg, { 'content-type': asked })

    expect(answer.trailers['grpc-status']).toBe('0')
    expect(answer.headers['content-type']).toBe(answered)
  })

  it.each([
    'application/grpc-web',
    'application/grpc-web+proto',
    'application/grpc-web-text',
    'application/grpc-web-text+proto',
  ])('is answered as %s, over HTTP/1.1, HTTP/2 and by fetch alone', async (type) => {
    const more = { ...headers, 'content-type': type }
    const byFetch = callWeb(createFetch(world.exchange), `http://x.test${myOrg}`, askMyOrg, more)
    for (const answer of [await web(myOrg, askMyOrg, more), await byFetch]) {
      expect(answer.headers['content-type']).toBe(type)
      expect(answer.trailers).toEqual({ 'grpc-status': '0' })
      expect(fromBinary(GetMyOrgResponseSchema, answer.message!).org?.name).toBe('Acme')
    }
    const body = type.includes('text') ? Buffer.from(askMyOrg.toString('base64')) : askMyOrg
    const byHttp2 = await callNative(world.session, myOrg, body, more)
    const text = type.includes('text') ? Buffer.from(byHttp2.body.toString(), 'base64') : byHttp2.body
    expect(byHttp2.headers['content-type']).toBe(type)
    expect(text.toString('latin1')).toMatch(/grpc-status: 0\r\n$/)
  })

  it.each(['application/grpc+json', 'application/grpc+thrift', 'application/grpc-web+json'])(
    'has no codec for %s',
    async (type) => {
      const send = type.includes('web') ? web : native
      expect(told(await send(myOrg, askMyOrg, { 'content-type': type }))).toEqual([200, 12, `no codec for ${type}`])
    },
  )

  it('leaves what has another content type to the host', async () => {
    for (const type of ['application/json', 'application/grpcx', 'text/plain', 'application/connect+proto']) {
      const answer = await fetch(world.http1 + myOrg, { method: 'POST', headers: { 'content-type': type }, body: '{}' })
      expect([type, answer.status]).toEqual([type, 404])
    }
    expect((await fetch(world.http1 + myOrg)).status).toBe(404)
  })

  it('is refused over HTTP/1.1, which says what works there', async () => {
    for (const ask of [fetch, createFetch(world.exchange)]) {
      const answer = await ask(world.http1 + myOrg, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/grpc', te: 'trailers' },
        body: new Uint8Array(askMyOrg),
      })
      expect(answer.status).toBe(505)
      expect(await answer.text()).toContain('application/grpc-web+proto')
    }
  })

  it('is refused by any method but POST', async () => {
    const answer = await fetch(world.http1 + myOrg, {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'application/grpc-web' },
      body: new Uint8Array(askMyOrg),
    })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it.each([
    [`${service}/Nothing`, 'unknown method Nothing for service zitadel.management.v1.ManagementService'],
    [`${service}/Healthz`, 'unknown method Healthz for service zitadel.management.v1.ManagementService'],
    ['/zitadel.session.v2.SessionService/GetSession', 'unknown service zitadel.session.v2.SessionService'],
    [
      '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
      'unknown service grpc.reflection.v1.ServerReflection',
    ],
    ['/__proto__/constructor', 'unknown service __proto__'],
    [`/prefix${myOrg}`, 'malformed method name'],
    ['/', 'malformed method name'],
  ])('knows nothing of %s', async (path, message) => {
    for (const send of [native, web]) expect(told(await send(path, askMyOrg))).toEqual([200, 12, message])
  })

  it('reads paths without their query', async () => {
    expect((await native(`${myOrg}?x=/y`, askMyOrg)).trailers['grpc-status']).toBe('0')
  })

  it('takes requests in gzip, and says so to who compresses otherwise', async () => {
    const compressed = framed(gzipSync(askMyOrg.subarray(5)), 1)
    for (const send of [native, web]) {
      expect(told(await send(myOrg, compressed, { 'grpc-encoding': 'gzip' }))).toEqual([200, 0, ''])
      const refused = await send(myOrg, compressed, { 'grpc-encoding': 'snappy' })
      expect(told(refused)).toEqual([200, 12, 'grpc-encoding "snappy" is not supported'])
      expect(refused.headers['grpc-accept-encoding']).toBe('identity,gzip')
    }
  })

  it.each([
    ['truncated', askMyOrg.subarray(0, 3), 13],
    ['longer than it says', Buffer.concat([askMyOrg, Buffer.alloc(2)]), 13],
    ['of two messages', Buffer.concat([askMyOrg, askMyOrg]), 12],
    ['of none', Buffer.alloc(0), 12],
    ['with a flag that nobody knows', framed(Buffer.alloc(0), 2), 13],
    ['said to be 4 GiB long', Buffer.from([0, 255, 255, 255, 255]), 8],
    ['that is no message', framed(Buffer.from([0x0a, 0x7f])), 13],
    ['with text that is no UTF-8', framed(Buffer.from([0x0a, 0x01, 0xff])), 13],
  ])('refuses a body %s', async (_, body, code) => {
    for (const send of [native, web]) {
      expect((await send(`${service}/GetUserByID`, body)).trailers['grpc-status']).toBe(String(code))
    }
  })

  it('takes messages of 4 MiB, although other bodies may have 1 MiB, and no longer ones', async () => {
    const sized = (bytes: number) =>
      requestOf(SetUserMetadataRequestSchema, { id: 'x', key: 'k', value: new Uint8Array(bytes) })
    const overhead = sized(4_000_000).length - 5 - 4_000_000
    const longest = sized(4_194_304 - overhead)
    expect(longest.length).toBe(4_194_304 + 5)
    const path = `${service}/SetUserMetadata`
    for (const send of [native, web]) {
      expect((await send(path, longest)).trailers['grpc-message']).toContain('SetUserMetadataRequest.Value')
    }
    for (const type of ['application/grpc-web', 'application/grpc-web-text']) {
      const answer = await web(path, sized(4_194_305 - overhead), { 'content-type': type })
      expect(answer.trailers['grpc-status']).toBe('8')
    }
    const tooLong = await native(path, sized(4_194_305 - overhead)).catch((error: Error) => error)
    expect(tooLong).toMatchObject({ trailers: { 'grpc-status': '8' } })
  })

  it('refuses heads beyond the limits by a status', async () => {
    const flood = Object.fromEntries(Array.from({ length: 110 }, (_, index) => [`x-flood-${index}`, 'x']))
    for (const send of [native, web]) {
      expect(told(await send(myOrg, askMyOrg, flood))).toEqual([200, 3, expect.stringContaining('too_many_headers')])
    }
  })

  it.each([
    ['1', 'is no time'],
    ['123456789m', 'has nine digits'],
    ['1s', 'has a unit that nobody knows'],
    ['-1S', 'is negative'],
    ['1.5S', 'is no whole number'],
  ])('refuses the timeout %s, which %s', async (timeout) => {
    const answer = await native(myOrg, askMyOrg, { 'grpc-timeout': timeout })
    expect(told(answer)).toEqual([200, 13, 'malformed grpc-timeout'])
  })

  it.each(['1H', '99999999H', '1M', '10S', '9000m', '9000000u', '99999999n'])(
    'keeps to a timeout of %s',
    async (timeout) => {
      expect((await native(myOrg, askMyOrg, { 'grpc-timeout': timeout })).trailers['grpc-status']).toBe('0')
    },
  )

  it.each(['0S', '0n'])('has no time for anything within %s', async (timeout) => {
    expect((await native(myOrg, askMyOrg, { 'grpc-timeout': timeout })).trailers['grpc-status']).toBe('4')
  })
})

describe('a call that takes long', () => {
  let world: World
  const waiting: AbortSignal[] = []
  beforeAll(async () => {
    world = await createWorld({
      authenticate: ({ signal }) =>
        new Promise((_, reject) => {
          waiting.push(signal)
          signal.addEventListener('abort', () => reject(signal.reason))
        }),
    })
  })
  afterAll(() => world.close())

  it('ends in time with code 4, and what it does is told to end', async () => {
    for (const send of [
      () => callNative(world.session, myOrg, askMyOrg, { authorization: 'Bearer x', 'grpc-timeout': '500m' }),
      () => callWeb(fetch, world.http1 + myOrg, askMyOrg, { authorization: 'Bearer x', 'grpc-timeout': '500000u' }),
    ]) {
      expect(told(await send())).toEqual([200, 4, 'context deadline exceeded'])
      expect(waiting.pop()).toMatchObject({ aborted: true, reason: { name: 'TimeoutError' } })
    }
  })

  it.each([{}, { 'grpc-timeout': '1H' }])('is told to end when its client cancels it, %j', async (timeout) => {
    const stream = world.session.request({
      ':method': 'POST',
      ':path': myOrg,
      'content-type': 'application/grpc',
      authorization: 'Bearer x',
      ...timeout,
    })
    stream.end(askMyOrg)
    await expect.poll(() => waiting.length).toBe(1)
    const [signal] = waiting.splice(0)
    expect(signal?.aborted).toBe(false)
    // CANCEL
    stream.close(8)
    await expect.poll(() => signal?.aborted).toBe(true)
  })

  it('is told to end when the connection of its client breaks', async () => {
    const leaving = new AbortController()
    const answer = fetch(world.http1 + myOrg, {
      method: 'POST',
      headers: { 'content-type': 'application/grpc-web', authorization: 'Bearer x' },
      body: new Uint8Array(askMyOrg),
      signal: leaving.signal,
    }).catch((error: Error) => error.name)
    await expect.poll(() => waiting.length).toBe(1)
    leaving.abort()
    expect(await answer).toBe('AbortError')
    await expect.poll(() => waiting[0]?.aborted).toBe(true)
  })
})

describe('failures of our own', () => {
  it('tell the client nothing and the host everything, also behind a deadline', async () => {
    const failure = new Error('secret')
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const world = await createWorld({
      authenticate: async ({ headers }) => {
        if (headers['grpc-timeout'] !== undefined) await held
        throw failure
      },
    })
    const token = { authorization: 'Bearer x' }
    const answer = await callNative(world.session, myOrg, askMyOrg, token)
    expect(told(answer)).toEqual([200, 13, 'An internal error occurred'])
    expect(world.errors).toEqual([failure])

    const late = await callNative(world.session, myOrg, askMyOrg, { ...token, 'grpc-timeout': '5m' })
    expect(late.trailers['grpc-status']).toBe('4')
    expect(world.errors).toHaveLength(1)
    release()
    await expect.poll(() => world.errors).toEqual([failure, failure])
    await world.close()
  })
})

describe('an adapter that asks for idempotency keys', () => {
  it('asks for them where JSON does, by the method that it is called by there', async () => {
    const world = await createWorld({ requireIdempotencyKey: true })
    const { userId } = await world.machine('mia')
    const headers = { authorization: `Bearer ${world.rootToken}` }
    const set = requestOf(SetUserMetadataRequestSchema, { id: userId, key: 'k', value: new Uint8Array([1]) })
    const ask = (method: string, body: Uint8Array, more = {}) =>
      callNative(world.session, `${service}/${method}`, body, { ...headers, ...more })

    expect(told(await ask('SetUserMetadata', set))).toEqual([200, 3, 'Idempotency-Key is missing'])
    expect(told(await ask('SetUserMetadata', set, { 'idempotency-key': 'a' }))).toEqual([200, 0, ''])
    expect(told(await ask('RemoveUser', requestOf(GetUserByIDRequestSchema, { id: userId })))).toEqual([200, 0, ''])
    await world.close()
  })
})

describe('a session', () => {
  it('serves 300 calls at once', async () => {
    const world = await createWorld()
    const headers = { authorization: `Bearer ${world.rootToken}` }
    const answers = await Promise.all(
      Array.from({ length: 300 }, () => callNative(world.session, myOrg, askMyOrg, headers)),
    )

    expect(answers.filter(({ trailers }) => trailers['grpc-status'] === '0')).toHaveLength(300)
    await world.close()
  })
})
