import { connect, type Socket } from 'node:net'
import type { Load } from './load'

const {
  port,
  method,
  path,
  body,
  contentType = 'application/json',
  callers,
  token,
} = JSON.parse(process.argv[2] ?? '') as Load

// Every run sends other values, so that a set is never one of what is stored already.
let run = 0
const request = () => {
  run += 1
  const payload =
    body === undefined ? '' : body.replaceAll('MTIzNDU2', Buffer.from(String(run).padStart(6, '0')).toString('base64'))
  const length = body === undefined ? '' : `content-type: ${contentType}\r\ncontent-length: ${payload.length}\r\n`
  return `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\n${length}\r\n${payload}`
}

const fail = (error: unknown) => process.connected && process.send?.({ error: String(error) })
const sockets = Array.from({ length: callers }, () =>
  connect(port, '127.0.0.1')
    .setNoDelay(true)
    .on('error', fail)
    .on('close', () => fail('the server closed the connection')),
)

/** Sends one request and waits for its whole answer. A client that parses less than a real one leaves the server to be measured. */
const roundTrip = (socket: Socket) =>
  new Promise<void>((resolve, reject) => {
    let received = ''
    const onData = (chunk: Buffer) => {
      received += chunk.toString('latin1')
      const head = received.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0)
      if (received.length < head + 4 + length) return
      socket.off('data', onData)
      // gRPC-web tells in the body how it went.
      const isOk =
        !contentType.startsWith('application/grpc') ||
        received.includes('grpc-status:0') ||
        received.includes('grpc-status: 0')
      if (received.startsWith('HTTP/1.1 200') && isOk) resolve()
      else reject(new Error(received))
    }
    socket.on('data', onData)
    socket.write(request(), 'latin1')
  })

process.on('message', async (count: number) => {
  let left = count
  try {
    await Promise.all(
      sockets.map(async (socket) => {
        while (left > 0) {
          left -= 1
          await roundTrip(socket)
        }
      }),
    )
    process.send?.({})
  } catch (error) {
    fail(error)
  }
})
process.on('disconnect', () => process.exit())
