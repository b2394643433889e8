import { once } from 'node:events'
import http from 'node:http'
import { connect } from 'node:net'
import { toNodeHandler } from '@indwell/http-adapter'
import express from 'express'
import express4 from 'express4'
import { describe, expect, it } from 'vitest'
import { grpcCall, withSession } from './grpc-call'
import { listeners } from './opened'
import { createProbeExchange } from './probe-exchange'
import { flags, frame, get, preface, RawHttp2 } from './raw-http2'

const open = listeners()

/** Sends bytes of HTTP/1.1, one write each, and answers all that comes until the server closes. */
async function exchangeBytes(port: number, chunks: Iterable<string | Uint8Array>): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const received: Buffer[] = []
  socket.on('data', (bytes) => received.push(bytes)).on('error', () => {})
  const closed = once(socket, 'close')
  for (const chunk of chunks) {
    socket.write(chunk)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await closed
  return Buffer.concat(received).toString('latin1')
}

describe('one port', () => {
  it('answers HTTP/1.1 and HTTP/2', async () => {
    const { url } = await open()

    const byHttp1 = await fetch(`${url}/probe/echo`, { method: 'POST', body: 'one' })
    const byHttp2 = await withSession(url, (session) => grpcCall(session, '/probe/echo', { body: 'two' }))

    expect(await byHttp1.text()).toBe('one')
    expect(byHttp2).toMatchObject({ body: 'two', trailers: { 'grpc-status': '0' } })
  })

  it('tells them apart when bytes come one at a time', async () => {
    const { port } = await open()
    const request = 'PUT /probe/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx'
    expect(await exchangeBytes(port, request)).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*\r\nx\r\n/)

    const client = await RawHttp2.dial(port)
    for (const byte of preface) {
      client.send(Buffer.of(byte))
      await new Promise((resolve) => setImmediate(resolve))
    }
    client.send(frame('settings', 0, 0), frame('headers', flags.endStream | flags.endHeaders, 1, get('/probe/empty')))
    await client.frame(({ type, stream }) => type === 'headers' && stream === 1)
    client.socket.destroy()
  })

  it('loses nothing of a first packet that is longer than what is read at once', async () => {
    const { port } = await open()
    const body = 'x'.repeat(300_000)
    const head = `POST /probe/echo HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`
    const received = await exchangeBytes(port, [head + body])
    expect(received.match(/x{1000,}/g)?.join('').length).toBe(body.length)

    const client = await RawHttp2.dial(port)
    const calls = Array.from({ length: 400 }, (_, index) =>
      frame(
        'headers',
        flags.endStream | flags.endHeaders,
        2 * index + 1,
        get('/probe/empty', { pad: 'x'.repeat(200) }),
      ),
    )
    client.send(preface, frame('settings', 0, 0), ...calls)
    await client.frame(({ type, stream, flags: flag }) => type === 'headers' && stream === 799 && (flag & 1) === 1)
    client.socket.destroy()
  })

  it.each([
    ['words that are no HTTP', 'hello\r\n\r\n'],
    ['a preface that goes wrong in its last byte', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r!'],
    ['a handshake of TLS', Buffer.from('16030100c8010000c40303', 'hex')],
  ])('answers 400 to %s', async (_, bytes) => {
    const { port } = await open()

    expect(await exchangeBytes(port, [bytes])).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/)
  })

  it.each([
    ['nothing', ''],
    ['half a preface', 'PRI * HTTP'],
    ['a preface and no frame', preface],
    ['a preface and half a frame', Buffer.concat([preface, frame('settings', 0, 0).subarray(0, 5)])],
  ])('closes on a client that says %s', async (_, bytes) => {
    const { port, url } = await open({ limits: { openingTimeoutMs: 100 } })

    await exchangeBytes(port, bytes.length === 0 ? [] : [bytes])

    expect((await fetch(`${url}/probe/echo`)).status).toBe(200)
  })

  it.each(['', 'P', 'PRI * HTTP/2.0\r\n\r\nSM\r\n'])('closes on a client that ends after "%s"', async (bytes) => {
    const { port } = await open()
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    socket.resume().end(bytes)

    await once(socket, 'close', { signal: AbortSignal.timeout(5_000) }).finally(() => socket.destroy())
  })

  it('survives a client that resets before it has said anything', async () => {
    const { port, url } = await open()
    for (const bytes of ['', 'PR', preface]) {
      const socket = connect(port, '127.0.0.1').on('error', () => {})
      await once(socket, 'connect')
      socket.write(bytes)
      socket.resetAndDestroy()
    }

    expect((await fetch(`${url}/probe/echo`)).status).toBe(200)
  })

  it('rejects where the address is taken', async () => {
    const { port } = await open()

    await expect(open({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('refuses limits that cannot be', async () => {
    await expect(open({ limits: { maxResets: 901 } })).rejects.toThrow(RangeError)
    await expect(open({ limits: { idleTimeoutMs: 0 } })).rejects.toThrow(RangeError)
  })
})

describe('the HTTP/1.1 side', () => {
  it.each([
    ['4', express4],
    ['5', express],
  ])('is an app of Express %s, with the exchange where the app has it', async (_, factory) => {
    const exchange = createProbeExchange()
    const app = factory()
    app.get('/own', (_request, response) => {
      response.send('the app')
    })
    app.use('/in', toNodeHandler(exchange))
    const { url } = await open({ exchange, app })

    expect(await (await fetch(`${url}/own`)).text()).toBe('the app')
    expect(await (await fetch(`${url}/in/probe/echo`, { method: 'POST', body: 'x' })).text()).toBe('x')
    expect((await fetch(`${url}/probe/echo`)).status).toBe(404)
    expect(await withSession(url, (session) => grpcCall(session, '/probe/echo', { body: 'x' }))).toMatchObject({
      body: 'x',
    })
  })

  it('answers requests that are sent behind one another, in order', async () => {
    const { port } = await open()
    const one = 'POST /probe/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx'
    const two = 'POST /probe/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nConnection: close\r\n\r\ny'

    expect((await exchangeBytes(port, [one + two])).match(/\r\n([xy])\r\n/g)).toEqual(['\r\nx\r\n', '\r\ny\r\n'])
  })

  it('says 100 Continue to who waits for it', async () => {
    const { url } = await open()
    const request = http.request(`${url}/probe/echo`, { method: 'POST', headers: { expect: '100-continue' } })
    request.flushHeaders()
    await once(request, 'continue')
    request.end('x')
    const [response] = (await once(request, 'response')) as [http.IncomingMessage]

    expect(Buffer.concat(await response.toArray()).toString()).toBe('x')
  })

  it("hands upgrades to the host's own listener", async () => {
    const { url, server } = await open()
    server.on('upgrade', (_request, socket, head) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n')
      socket.write(head)
      socket.pipe(socket)
    })
    const request = http.request(url, { headers: { connection: 'upgrade', upgrade: 'echo' } }).end()
    const [, socket] = await once(request, 'upgrade')
    socket.write('there and back')
    const [bytes] = await once(socket, 'data')
    socket.destroy()

    expect(String(bytes)).toBe('there and back')
  })

  it('keeps the timeouts of a server of node:http', async () => {
    const { port, server } = await open()
    // As Node checks every 30 seconds, what is looked at is that it has the connection in its list.
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    await once(socket, 'connect')
    socket.write('GET /probe/echo HTTP/1.1\r\nHost: a\r\n\r\n')
    await once(socket, 'data')
    const closed = once(socket, 'close')
    server.closeIdleConnections()

    await closed
  })
})

describe('the HTTP/2 side', () => {
  it('answers 404 for paths that are not ours', async () => {
    const { url } = await open()

    const { headers } = await withSession(url, (session) => grpcCall(session, '/own', { method: 'GET' }))

    expect(headers[':status']).toBe(404)
  })

  it("hands them to the host's own listener for HTTP/2", async () => {
    const { url } = await open({ http2App: (_request, response) => void response.end('the app') })

    expect(await withSession(url, (session) => grpcCall(session, '/own', { method: 'GET' }))).toMatchObject({
      body: 'the app',
    })
  })

  it('answers 300 requests at once on one session', async () => {
    const exchange = createProbeExchange()
    const { url } = await open({ exchange })

    const bodies = await withSession(url, (session) => {
      const calls = Array.from({ length: 300 }, () => grpcCall(session, '/probe/wait'))
      const all = setInterval(() => {
        if (exchange.asked() === 300) exchange.release()
      }, 5)
      return Promise.all(calls).finally(() => clearInterval(all))
    })

    expect(bodies.filter(({ body, trailers }) => body === 'waited' && trailers['grpc-status'] === '0')).toHaveLength(
      300,
    )
  })
})
