import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import { connect, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { certificate } from './certificate'
import { grpcCall, withSession } from './grpc-call'
import { listeners } from './opened'
import { createProbeExchange } from './probe-exchange'

const open = listeners()
const isClosed = (url: string) =>
  fetch(url).then(
    () => false,
    () => true,
  )

it('closes at once where nothing runs: idle sessions, kept connections, those that have said nothing or half of it', async () => {
  const { url, port, close } = await open()
  const session = http2.connect(url)
  await grpcCall(session, '/probe/empty')
  const sessionClosed = once(session, 'close')
  const agent = new http.Agent({ keepAlive: true })
  const request = http.get(`${url}/probe/echo`, { agent })
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  await response.resume().toArray()
  const silent: Socket[] = []
  for (const said of ['', 'PRI *']) {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    await once(socket, 'connect')
    socket.write(said)
    silent.push(socket)
  }

  await close({ graceMs: 600_000 })

  await sessionClosed
  agent.destroy()
  for (const socket of silent) socket.destroy()
  expect(await isClosed(url)).toBe(true)
})

it('lets what runs end, on sessions that are told to open nothing more', async () => {
  const exchange = createProbeExchange()
  const { url, close } = await open({ exchange })
  const session = http2.connect(url)
  const told = once(session, 'goaway')
  const byHttp2 = grpcCall(session, '/probe/wait')
  const byHttp1 = fetch(`${url}/probe/wait`)
  await expect.poll(exchange.asked).toBe(2)

  const closed = close({ graceMs: 600_000 })
  expect((await told)[0]).toBe(http2.constants.NGHTTP2_NO_ERROR)
  expect(await isClosed(url)).toBe(true)
  await expect(grpcCall(session, '/probe/empty')).rejects.toThrow()
  expect(exchange.asked()).toBe(2)
  exchange.release()

  expect(await byHttp2).toMatchObject({ body: 'waited', trailers: { 'grpc-status': '0' } })
  expect((await byHttp1).headers.get('connection')).toBe('close')
  await closed
})

it('cuts off what is left after the grace, and aborts its signal', async () => {
  const exchange = createProbeExchange()
  const { url, close } = await open({ exchange })
  const calls = [
    withSession(url, (session) => grpcCall(session, '/probe/wait')).catch(() => 'cut off'),
    fetch(`${url}/probe/wait`).catch(() => 'cut off'),
  ]
  await expect.poll(exchange.asked).toBe(2)

  await Promise.all([close(), close({ graceMs: 50 })])

  expect(await Promise.all(calls)).toEqual(['cut off', 'cut off'])
  await expect.poll(exchange.aborted).toBe(2)
})

it('cuts off sockets that the host has upgraded after the grace', async () => {
  const { url, server, close } = await open()
  server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n')
  })
  const request = http.request(url, { headers: { connection: 'upgrade', upgrade: 'echo' } }).end()
  const [, socket] = await once(request, 'upgrade')
  socket.on('error', () => {})
  const cut = once(socket, 'close')

  await close({ graceMs: 50 })
  await cut
})

it('closes on TLS as well, whoever shakes hands still', async () => {
  const exchange = createProbeExchange()
  const { url, port, close } = await open({ exchange, tls: certificate })
  const silent = connect(port, '127.0.0.1').on('error', () => {})
  await once(silent, 'connect')
  const call = withSession(url, (session) => grpcCall(session, '/probe/wait'), { rejectUnauthorized: false })
  await expect.poll(exchange.asked).toBe(1)
  const closed = close({ graceMs: 600_000 })
  exchange.release()

  expect(await call).toMatchObject({ body: 'waited' })
  await closed
  silent.destroy()
})

it('leaves no timers and sockets behind', async () => {
  const before = process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').length
  for (let round = 0; round < 20; round++) {
    const { url, close } = await open()
    await withSession(url, (session) => grpcCall(session, '/probe/empty'))
    await close()
  }

  await expect
    .poll(() => process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').length)
    .toBeLessThan(before + 10)
})
