import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { postgresStorage } from '../src/index'

/** A message of the server's (PostgreSQL, "Message Formats"). */
const message = (type: string, ...parts: readonly Buffer[]) => {
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(5)
  head.write(type, 'latin1')
  head.writeInt32BE(4 + body.length, 1)
  return Buffer.concat([head, body])
}
const authenticated = message('R', Buffer.alloc(4))
const ready = message('Z', Buffer.from('I'))

/** Lets everybody in, and resets the connection at the first word that follows. */
async function serverThatResets(): Promise<Server> {
  const server = createServer((socket: Socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write(Buffer.concat([authenticated, ready]))
      socket.once('data', () => socket.resetAndDestroy())
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

describe('a connection that breaks with its first words', () => {
  let server: Server | undefined
  afterEach(() => server?.close())

  it('leaves the process alive, and the call with an error', async () => {
    server = await serverThatResets()
    const { port } = server.address() as AddressInfo
    const storage = postgresStorage({ connectionString: `postgres://app@127.0.0.1:${port}/app` })
    try {
      await expect(storage.load('i', [{ read: 'aggregate', key: { type: 'user', id: 'a' } }])).rejects.toMatchObject({
        code: 'storage_unavailable',
      })
    } finally {
      await storage.close()
    }
  })
})
