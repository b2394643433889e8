import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'

export interface OpenListener {
  readonly url: string
  /** In place of a port. */
  readonly fetch?: typeof fetch
  close(): Promise<void>
}

/** Closed with every connection, since clients keep theirs. */
export async function openServer(server: Server, scheme = 'http', port = 0): Promise<OpenListener> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    // By name, since TLS names no addresses.
    url: `${scheme}://${scheme === 'https' ? 'localhost' : '127.0.0.1'}:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
