import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Served {
  readonly port: number
  close(): Promise<void>
}

/** Listens on a free port of this machine alone. */
export async function serve(handler: RequestListener): Promise<Served> {
  const server = createServer(handler)
  // Connections wait while the other side has its turn.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
