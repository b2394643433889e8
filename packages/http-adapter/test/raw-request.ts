import net from 'node:net'

/** Opens a socket to a host, for requests that no client library would send. */
export function connectTo(url: string): net.Socket {
  const { hostname, port } = new URL(url)
  const socket = net.connect(Number(port), hostname)
  // Hosts may reset what they refuse; a test looks at what has arrived.
  socket.on('error', () => {})
  return socket
}

/** Sends text as it is and gives all that comes back until the host closes, or until it has sent what ends with `last`. */
export function rawRequest(url: string, text: string, last?: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTo(url)
    let received = ''
    socket.setEncoding('latin1').on('data', (chunk) => {
      received += chunk
      if (last !== undefined && received.endsWith(last)) socket.destroy()
    })
    socket.on('close', () => resolve(received))
    socket.write(text)
  })
}
