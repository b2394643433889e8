import { once } from 'node:events'
import http2 from 'node:http2'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Listening } from '../../src/listen'
import { grpcCall, withSession } from './grpc-call'
import { listeners } from './opened'
import { createProbeExchange } from './probe-exchange'
import { flags, frame, get, headerBlock, preface, RawHttp2, setting, uint32 } from './raw-http2'

const { NGHTTP2_ENHANCE_YOUR_CALM: calm, NGHTTP2_CANCEL: cancel, NGHTTP2_NO_ERROR: noError } = http2.constants
const whole = flags.endStream | flags.endHeaders
const open = listeners()

const clients: RawHttp2[] = []
afterEach(() => {
  for (const { socket } of clients.splice(0)) socket.destroy()
})
async function openRaw(port: number, options?: Parameters<typeof RawHttp2.open>[1]): Promise<RawHttp2> {
  const client = await RawHttp2.open(port, options)
  // Once its acknowledgement is there too, what the server said holds.
  await client.frame(({ type, flags: flag }) => type === 'settings' && flag === flags.ack)
  clients.push(client)
  return client
}

/** What every test ends with: whatever one client did, the next is served. */
async function servesOthers({ url }: Listening): Promise<void> {
  const { body } = await withSession(url, (session) => grpcCall(session, '/probe/echo', { body: 'still here' }))
  expect(body).toBe('still here')
}

/** Sends chunks as fast as they are taken until the server closes; answers how many it took. */
async function flood(client: RawHttp2, chunkOf: (round: number) => Buffer, rounds: number): Promise<number> {
  for (let round = 0; round < rounds; round++) {
    if (client.socket.destroyed) return round
    if (!client.socket.write(chunkOf(round))) await client.sees('drain')
    else await new Promise((resolve) => setImmediate(resolve))
  }
  return rounds
}

/** The n-th stream a client opens. */
const nth = (index: number) => 2 * index + 1

describe('what a client may do', () => {
  it.each([
    ['one packet', 1_000],
    ['one packet for each', 1],
  ])('ends a session that opens and calls off without end, in %s (CVE-2023-44487)', async (_, perPacket) => {
    const exchange = createProbeExchange()
    const listening = await open({ exchange })
    const client = await openRaw(listening.port)
    const packet = (round: number) =>
      Buffer.concat(
        Array.from({ length: perPacket }, (_, index) => {
          const stream = nth(round * perPacket + index)
          return [frame('headers', whole, stream, get('/probe/wait')), frame('rstStream', 0, stream, uint32(cancel))]
        }).flat(),
      )

    await flood(client, packet, 20_000 / perPacket)

    expect(await client.goneWith()).toBe(calm)
    expect(exchange.asked()).toBeLessThan(1_000)
    await servesOthers(listening)
  })

  it('lets a client call off as many requests as it may have at once', async () => {
    const exchange = createProbeExchange()
    const listening = await open({ exchange })
    const client = await openRaw(listening.port)
    const streams = Array.from({ length: 500 }, (_, index) => nth(index))
    client.send(...streams.map((stream) => frame('headers', whole, stream, get('/probe/wait'))))
    await expect.poll(exchange.asked).toBe(500)
    client.send(...streams.map((stream) => frame('rstStream', 0, stream, uint32(cancel))))
    await expect.poll(exchange.aborted).toBe(500)
    client.send(frame('headers', whole, nth(500), get('/probe/empty')))

    await client.frame(({ type, stream }) => type === 'headers' && stream === nth(500))
    await servesOthers(listening)
  })

  it('refuses requests beyond the number it may have at once, and works on none of them', async () => {
    const exchange = createProbeExchange()
    const listening = await open({ exchange, limits: { maxConcurrentStreams: 10 } })
    const client = await openRaw(listening.port, { acknowledges: false })
    client.send(...Array.from({ length: 30 }, (_, index) => frame('headers', whole, nth(index), get('/probe/wait'))))
    await client.frame(({ type, stream }) => type === 'rstStream' && stream === nth(29))

    expect(exchange.asked()).toBe(10)
    await servesOthers(listening)
  })

  it('ends a session that knows the number and goes beyond', async () => {
    const exchange = createProbeExchange()
    const listening = await open({ exchange, limits: { maxConcurrentStreams: 10 } })
    const client = await openRaw(listening.port)
    client.send(...Array.from({ length: 30 }, (_, index) => frame('headers', whole, nth(index), get('/probe/wait'))))

    expect(await client.goneWith()).toBeGreaterThan(noError)
    expect(exchange.asked()).toBeLessThan(11)
    await servesOthers(listening)
  })

  it.each([
    ['PING', () => frame('ping', 0, 0, Buffer.alloc(8))],
    ['SETTINGS', () => frame('settings', 0, 0, setting(4, 65_535))],
  ])('ends a session of %s frames without end', async (_, make) => {
    const listening = await open()
    const client = await openRaw(listening.port)
    const packet = Buffer.concat(Array.from({ length: 100 }, make))

    expect(await flood(client, () => packet, 2_000)).toBeLessThan(2_000)

    expect(await client.goneWith()).toBe(calm)
    await servesOthers(listening)
  })

  it('takes two PINGs with each request, however many there are', async () => {
    const listening = await open({ limits: { maxControlFrames: 20 } })
    const client = await openRaw(listening.port)
    for (let index = 0; index < 200; index++) {
      client.send(
        frame('ping', 0, 0, Buffer.alloc(8)),
        frame('ping', 0, 0, Buffer.alloc(8)),
        frame('headers', whole, nth(index), get('/probe/empty')),
      )
      await client.frame(
        ({ type, stream, flags: flag }) => type === 'headers' && stream === nth(index) && (flag & 1) > 0,
      )
    }
    expect(client.frames.some(({ type }) => type === 'goaway')).toBe(false)
  })

  it.each([
    ['PRIORITY', () => frame('priority', 0, 1, Buffer.from([0, 0, 0, 3, 1]))],
    ['WINDOW_UPDATE', () => frame('windowUpdate', 0, 0, uint32(1))],
    ['empty DATA', () => frame('data', 0, 1)],
  ])('serves others beside a flood of %s frames, whatever it comes to', async (_, make) => {
    const listening = await open()
    const client = await openRaw(listening.port)
    client.send(frame('headers', flags.endHeaders, 1, get('/probe/echo')))
    const packet = Buffer.concat(Array.from({ length: 1_000 }, make))
    const before = process.memoryUsage().rss
    await flood(client, () => packet, 200)

    await servesOthers(listening)
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000)
  })
})

describe('what a head may be', () => {
  const large = 'x'.repeat(8_000)

  it('calls off a request with more headers than may be', async () => {
    const exchange = createProbeExchange()
    const listening = await open({ exchange })
    const client = await openRaw(listening.port)
    const head = get('/probe/wait', { a: large, b: large, c: large })
    client.send(
      frame('headers', flags.endStream, 1, head.subarray(0, 16_000)),
      frame('continuation', flags.endHeaders, 1, head.subarray(16_000)),
    )
    await client.frame(({ type, stream }) => type === 'rstStream' && stream === 1)

    expect(exchange.asked()).toBe(0)
    await servesOthers(listening)
  })

  it('refuses more header lines than the exchange takes', async () => {
    const listening = await open()
    const client = await openRaw(listening.port)
    const lines = Array.from({ length: 1_000 }, (_, index): [string, string] => [`h${index}`, ''])
    const pseudo: [string, string][] = [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/probe/empty'],
    ]
    client.send(frame('headers', whole, 1, headerBlock([...pseudo, ...lines])))
    await client.frame(({ type, stream }) => type === 'rstStream' && stream === 1)

    await servesOthers(listening)
  })

  it.each([
    ['with headers in them', () => headerBlock({ a: 'x'.repeat(4_000) })],
    ['that are empty', () => Buffer.alloc(0)],
  ])('ends a session of CONTINUATION frames without end %s', async (_, payload) => {
    const listening = await open()
    const client = await openRaw(listening.port)
    client.send(frame('headers', flags.endStream, 1, get('/probe/empty')))
    const packet = Buffer.concat(Array.from({ length: 10 }, () => frame('continuation', 0, 1, payload())))

    expect(await flood(client, () => packet, 2_000)).toBeLessThan(2_000)

    expect(await client.goneWith()).not.toBe(noError)
    await servesOthers(listening)
  })

  it('closes on a client that never acknowledges what it was told', async () => {
    const listening = await open({ limits: { openingTimeoutMs: 200 } })
    const client = await openRaw(listening.port, { acknowledges: false })

    expect(await client.goneWith()).toBe(http2.constants.NGHTTP2_SETTINGS_TIMEOUT)
    await servesOthers(listening)
  })

  it('closes on a head that never ends', async () => {
    const listening = await open({ limits: { openingTimeoutMs: 100, idleTimeoutMs: 100 } })
    const client = await openRaw(listening.port)
    client.send(frame('headers', flags.endStream, 1, get('/probe/empty')))

    await client.closed
    await servesOthers(listening)
  })

  const pseudo = { ':method': 'GET', ':scheme': 'http', ':path': '/probe/empty', ':authority': 'a' }
  it.each([
    ['an authority with a space', { ...pseudo, ':authority': 'a b' }],
    ['an authority with NUL', { ...pseudo, ':authority': 'a\0b' }],
    ['no path', { ':method': 'GET', ':scheme': 'http', ':authority': 'a' }],
    ['an empty path', { ...pseudo, ':path': '' }],
    ['a path without a slash', { ...pseudo, ':path': 'probe' }],
    ['a path with a line break', { ...pseudo, ':path': '/a\r\nb' }],
    ['an unknown pseudo header', { ...pseudo, ':more': 'a' }],
    ['a pseudo header behind others', { 'x-a': 'a', ...pseudo }],
    ['a header of connections', { ...pseudo, connection: 'close' }],
    ['upper case', { ...pseudo, 'X-A': 'a' }],
    ['a method that is none', { ...pseudo, ':method': 'G T' }],
  ])('calls off a request with %s, and answers the next', async (_, headers) => {
    const exchange = createProbeExchange()
    const listening = await open({ exchange })
    const client = await openRaw(listening.port)
    client.send(frame('headers', whole, 1, headerBlock(headers)), frame('headers', whole, 3, get('/probe/empty')))
    await client.frame(({ type, stream }) => type === 'rstStream' && stream === 1)
    await client.frame(({ type, stream }) => type === 'headers' && stream === 3)

    expect(exchange.asked()).toBe(1)
    await servesOthers(listening)
  })

  it.each<[string, Readonly<Record<string, string | undefined>>]>([
    ['no authority', { ':authority': undefined }],
    ['a line break in a header', { x: 'a\r\nb: c' }],
    ['an empty name', { '': 'a' }],
    ['an authority that is no URL', { ':authority': '[::1' }],
    ['a port that is none', { ':authority': 'a:99999999' }],
    ['a Host beside another authority', { host: 'b' }],
    ['a whole URL for a path', { ':path': 'http://b/probe/empty' }],
    ['the asterisk', { ':path': '*', ':method': 'OPTIONS' }],
    ['half a percent escape', { ':path': '/probe/%' }],
    ['CONNECT', { ':method': 'CONNECT', ':scheme': undefined, ':path': undefined }],
    ['an unknown expectation', { expect: 'more' }],
  ])('answers or calls off a request with %s, and answers the next', async (_, headers) => {
    const listening = await open()
    const client = await openRaw(listening.port)
    const all = Object.entries({ ...pseudo, ...headers }).filter((entry): entry is [string, string] => !!entry[1])
    client.send(frame('headers', whole, 1, headerBlock(all)), frame('headers', whole, 3, get('/probe/empty')))
    await client.frame(({ type, stream }) => (type === 'headers' || type === 'rstStream') && stream === 1)
    await client.frame(({ type, stream }) => type === 'headers' && stream === 3)

    await servesOthers(listening)
  })
})

describe('what is no HTTP/2', () => {
  it.each([
    ['a frame that is too long', frame('ping', 0, 0, Buffer.alloc(20_000))],
    ['a PING of another length', frame('ping', 0, 0, Buffer.alloc(7))],
    ['SETTINGS of another length', frame('settings', 0, 0, Buffer.alloc(5))],
    ['a window of nothing', frame('windowUpdate', 0, 0, uint32(0))],
    ['DATA of no stream', frame('data', 0, 0, Buffer.alloc(1))],
    ['headers of an even stream', frame('headers', whole, 2, get('/probe/empty'))],
    ['headers that are not compressed as such', frame('headers', whole, 1, Buffer.alloc(10, 0xff))],
    ['CONTINUATION of nothing', frame('continuation', 4, 1, Buffer.alloc(1))],
    ['a second preface', preface],
  ])('says what is wrong with %s, and closes soon', async (_, bytes) => {
    const listening = await open({ limits: { idleTimeoutMs: 100 } })
    const client = await openRaw(listening.port)
    client.send(bytes)

    expect(await client.goneWith()).toBeGreaterThan(noError)
    await servesOthers(listening)
  })
})

describe('what a client may hold', () => {
  it('calls off answers that nobody reads, and ends the session where that does not help', async () => {
    const exchange = createProbeExchange()
    const listening = await open({ exchange, limits: { answerTimeoutMs: 200 } })
    // No window: nothing may be sent but heads.
    const client = await openRaw(listening.port, { settings: [setting(4, 0)] })
    client.send(frame('headers', whole, 1, get('/probe/large')))
    const { payload } = await client.frame(({ type, stream }) => type === 'rstStream' && stream === 1)

    expect(payload.readUInt32BE(0)).toBe(cancel)
    client.send(frame('headers', whole, 3, get('/probe/trailers-only')))
    await client.frame(({ type, stream }) => type === 'headers' && stream === 3)
    await servesOthers(listening)
  })

  it('works on nothing more while a session holds too many answers that nobody reads', async () => {
    const exchange = createProbeExchange()
    const listening = await open({ exchange, limits: { maxSessionMegabytes: 5 } })
    const client = await openRaw(listening.port, { settings: [setting(4, 0)] })
    for (let index = 0; index < 50; index++) {
      client.send(frame('headers', whole, nth(index), get('/probe/large')))
      await client.frame(({ type, stream }) => (type === 'headers' || type === 'rstStream') && stream === nth(index))
    }

    expect(exchange.asked()).toBeLessThan(10)
    await servesOthers(listening)
  })

  it('closes on a client that asks and never reads its socket', async () => {
    const listening = await open({ limits: { answerTimeoutMs: 200 } })
    const socket = connect(listening.port, '127.0.0.1').on('error', () => {})
    await once(socket, 'connect')
    const window = frame('windowUpdate', 0, 0, uint32(100_000_000))
    const asks = Array.from({ length: 8 }, (_, index) => frame('headers', whole, nth(index), get('/probe/large')))
    socket.pause()
    await expect.poll(() => connectionsOf(listening)).toBe(1)
    socket.write(Buffer.concat([preface, frame('settings', 0, 0, setting(4, 100_000_000)), window, ...asks]))

    await expect.poll(() => connectionsOf(listening), { timeout: 10_000 }).toBe(0)
    socket.destroy()
    await servesOthers(listening)
  })

  it('tells a session without requests to go, PINGs or not', async () => {
    const listening = await open({ limits: { idleTimeoutMs: 200 } })
    const client = await openRaw(listening.port)
    client.send(frame('headers', whole, 1, get('/probe/empty')))
    const knocking = setInterval(() => client.send(frame('ping', 0, 0, Buffer.alloc(8))), 20)
    client.socket.once('close', () => clearInterval(knocking))

    expect(await client.goneWith()).toBe(noError)
    await expect.poll(() => connectionsOf(listening)).toBe(0)
    await servesOthers(listening)
  })

  it('keeps a session whose request runs for longer than one may be idle', async () => {
    const exchange = createProbeExchange()
    const { url } = await open({ exchange, limits: { idleTimeoutMs: 50 } })
    const call = withSession(url, (session) => grpcCall(session, '/probe/wait'))
    await new Promise((resolve) => setTimeout(resolve, 300))
    exchange.release()

    expect(await call).toMatchObject({ body: 'waited' })
  })
})

describe('a client that leaves', () => {
  const upload = frame('headers', flags.endHeaders, 1, get('/probe/read-and-wait', { ':method': 'POST' }))

  it('in the middle of a body aborts the signal', async () => {
    const exchange = createProbeExchange()
    const listening = await open({ exchange })
    const client = await openRaw(listening.port)
    client.send(upload, frame('data', 0, 1, Buffer.alloc(100)))
    await expect.poll(exchange.asked).toBe(1)
    client.socket.destroy()

    await expect.poll(exchange.aborted).toBe(1)
    await servesOthers(listening)
  })

  it('with half of its socket alone is gone as well', async () => {
    const exchange = createProbeExchange()
    const listening = await open({ exchange })
    const client = await openRaw(listening.port)
    client.send(upload, frame('data', 0, 1, Buffer.alloc(100)))
    await expect.poll(exchange.asked).toBe(1)
    client.socket.end()

    await expect.poll(exchange.aborted).toBe(1)
    await client.closed
    await servesOthers(listening)
  })

  it('without a word while it waits for its answer aborts the signal', async () => {
    const exchange = createProbeExchange()
    const listening = await open({ exchange })
    const client = await openRaw(listening.port)
    client.send(frame('headers', whole, 1, get('/probe/wait')))
    await expect.poll(exchange.asked).toBe(1)
    client.socket.resetAndDestroy()

    await expect.poll(exchange.aborted).toBe(1)
    await servesOthers(listening)
  })

  it('but one request goes on with the others', async () => {
    const exchange = createProbeExchange()
    const { port } = await open({ exchange })
    const client = await openRaw(port)
    client.send(frame('headers', whole, 1, get('/probe/wait')), frame('headers', whole, 3, get('/probe/wait')))
    await expect.poll(exchange.asked).toBe(2)
    client.send(frame('rstStream', 0, 1, uint32(cancel)))
    await expect.poll(exchange.aborted).toBe(1)
    exchange.release()

    await client.frame(({ type, stream }) => type === 'data' && stream === 3)
  })
})

const connectionsOf = ({ server }: Listening) =>
  new Promise<number>((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  )
