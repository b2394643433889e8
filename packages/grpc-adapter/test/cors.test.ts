import { createFetch } from '@indwell/http-adapter'
import { GetMyOrgRequestSchema } from '@zitadel/proto/zitadel/management_pb.js'
import { afterEach, describe, expect, it } from 'vitest'
import { type CorsOptions, type ZitadelGrpcOptions, zitadelGrpc } from '../src/index'
import { requestOf } from './grpc-call'
import { createWorld, type World } from './world'

const url = 'http://x.test/zitadel.management.v1.ManagementService/GetMyOrg'
const page = 'https://app.example.com'
const question = {
  origin: page,
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization,content-type,x-grpc-web,x-zitadel-orgid',
}

describe('CORS', () => {
  let world: World
  afterEach(() => world.close())

  const ask = async (cors: CorsOptions | undefined, init: RequestInit, target = url) => {
    const face: ZitadelGrpcOptions = { cors }
    world = await createWorld({ face })
    return createFetch(world.exchange)(target, init).catch((error: Error) => error.name)
  }
  const call = (origin: string | undefined): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/grpc-web+proto', ...(origin !== undefined && { origin }) },
    body: new Uint8Array(requestOf(GetMyOrgRequestSchema, {})),
  })
  const corsOf = (answer: Response | string) => {
    if (typeof answer === 'string') return answer
    const told = [...answer.headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary')
    return [answer.status, Object.fromEntries(told)]
  }

  it('lets pages of the origins that it names ask, and browsers remember the answer', async () => {
    const answer = await ask({ origins: ['https://other.example', page] }, { method: 'OPTIONS', headers: question })

    expect(corsOf(answer)).toEqual([
      204,
      {
        'access-control-allow-origin': page,
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'authorization,content-type,x-grpc-web,x-zitadel-orgid',
        'access-control-max-age': '7200',
        vary: 'origin, access-control-request-headers',
      },
    ])
  })

  it('lets them read the answers, and what a status says', async () => {
    expect(corsOf(await ask({ origins: [page] }, call(page)))).toEqual([
      200,
      {
        'access-control-allow-origin': page,
        'access-control-expose-headers': 'grpc-status, grpc-message, grpc-status-details-bin',
        vary: 'origin',
      },
    ])
  })

  it('lets every page where every one may', async () => {
    expect(corsOf(await ask({ origins: '*', maxAgeSeconds: 60 }, { method: 'OPTIONS', headers: question }))).toEqual([
      204,
      expect.objectContaining({ 'access-control-allow-origin': '*', 'access-control-max-age': '60' }),
    ])
    await world.close()
    expect(corsOf(await ask({ origins: '*' }, call('null')))).toEqual([
      200,
      expect.objectContaining({ 'access-control-allow-origin': '*' }),
    ])
  })

  it.each(['https://app.example.com.evil.example', 'http://app.example.com', 'null', 'HTTPS://APP.EXAMPLE.COM'])(
    'lets %s do nothing',
    async (origin) => {
      const asked = await ask({ origins: [page] }, { method: 'OPTIONS', headers: { ...question, origin } })
      expect(corsOf(asked)).toEqual([204, { vary: 'origin, access-control-request-headers' }])
      await world.close()
      expect(corsOf(await ask({ origins: [page] }, call(origin)))).toEqual([200, { vary: 'origin' }])
    },
  )

  it('is the business of the host unless asked for, and so are other paths and other questions', async () => {
    expect(await ask(undefined, { method: 'OPTIONS', headers: question })).toBe('TypeError')
    await world.close()
    expect(corsOf(await ask(undefined, call(page)))).toEqual([200, {}])
    await world.close()
    expect(await ask({ origins: '*' }, { method: 'OPTIONS', headers: question }, 'http://x.test/other')).toBe(
      'TypeError',
    )
    await world.close()
    expect(await ask({ origins: '*' }, { method: 'OPTIONS' })).toBe('TypeError')
  })

  it('repeats no header names that are none', async () => {
    const headers = { ...question, 'access-control-request-headers': 'a;b' }
    expect(corsOf(await ask({ origins: '*' }, { method: 'OPTIONS', headers }))).toEqual([
      204,
      expect.not.objectContaining({ 'access-control-allow-headers': expect.anything() }),
    ])
  })

  it.each([0, 1.5, -1, Number.NaN])('and a face with messages of %d bytes is none', async (maxMessageBytes) => {
    world = await createWorld()
    expect(() => zitadelGrpc({ maxMessageBytes })).toThrow(RangeError)
  })
})
