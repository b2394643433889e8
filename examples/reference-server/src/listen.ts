import { once } from 'node:events'
import type { Server } from 'node:http'

/**
 * Starts accepting requests and answers the URL to reach the server at, without a slash at its end.
 *
 * Rejects with the system's error when the address cannot be had.
 */
export async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  const actualPort = typeof address === 'object' && address !== null ? address.port : port
  return `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`
}
