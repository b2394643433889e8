import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import http2 from 'node:http2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildServer, RunningServer } from './running-server'

const ownerToken = 'token-of-the-owner-of-acme'

let server: RunningServer
let session: http2.ClientHttp2Session

beforeAll(async () => {
  await buildServer()
  server = await RunningServer.start({ DATABASE_URL: ':memory:', INDWELL_OWNER_TOKEN: ownerToken })
  session = http2.connect(server.url)
})
afterAll(async () => {
  session.destroy()
  await server.stop('SIGKILL')
})

/** Sends a request of HTTP/2 on the port of all others. */
async function ask(headers: http2.OutgoingHttpHeaders, sent?: Buffer) {
  const stream = session.request(headers, { endStream: sent === undefined })
  const chunks: Buffer[] = []
  let trailers: http2.IncomingHttpHeaders = {}
  stream
    .on('data', (chunk: Buffer) => chunks.push(chunk))
    .on('trailers', (received) => {
      trailers = received
    })
  const responded = once(stream, 'response')
  if (sent !== undefined) stream.end(sent)
  const [[head]] = await Promise.all([responded, once(stream, 'close')])
  return { status: head[':status'], trailers: { ...trailers }, body: Buffer.concat(chunks) }
}

describe('the port of the server', () => {
  it('answers gRPC as it answers JSON', async () => {
    const byJson = await server.call('/management/v1/orgs/me', { token: ownerToken })
    const { status, trailers, body } = await ask(
      {
        ':method': 'POST',
        ':path': '/zitadel.management.v1.ManagementService/GetMyOrg',
        'content-type': 'application/grpc',
        te: 'trailers',
        authorization: `Bearer ${ownerToken}`,
      },
      // A message without any field.
      Buffer.alloc(5),
    )

    const { id } = byJson.body.org as { readonly id: string }
    expect(status).toBe(200)
    expect(trailers).toMatchObject({ 'grpc-status': '0' })
    expect(body.includes(id)).toBe(true)
  })

  it.each([
    ['/healthz', 200],
    ['/nothing-here', 404],
  ])('answers %s by HTTP/2 too', async (path, expected) => {
    const { status } = await ask({ ':path': path })
    expect(status).toBe(expected)
  })
})
