import { connect, createServer, type Socket } from 'node:net'

/**
 * What happens to a connection once the client sends bytes that hold `text`.
 *
 * - `cut before`: the connection ends, and the server never sees them.
 * - `cut behind`: the server gets them, and the connection ends when it answers.
 * - `cut within`: the client gets the first bytes of the answer, and no more.
 * - `stall before`, `stall behind`: as if cut, but nobody is told: both ends stay open and silent.
 */
export interface ProxyFault {
  readonly text: string
  readonly kind: 'cut before' | 'cut behind' | 'cut within' | 'stall before' | 'stall behind'
}

export interface TcpProxy {
  /** The same connection string, through the proxy. */
  through(url: string): string
  /** The next connection that sends the text meets it; answers once one did. */
  once(fault: ProxyFault): Promise<void>
  /** How many connections are open. */
  connections(): number
  /** Ends all connections, as a cable that is pulled and noticed. */
  cutAll(): void
  /** Takes connections and lets nothing through from now on; `false` ends that for new ones. */
  silence(silent: boolean): void
  /**
   * As a line that loses everything, one way or both, until it is `none`: then what was sent meanwhile arrives, from who
   * closed a connection as well. Who reset one has taken back what it sent.
   */
  hold(way: 'questions' | 'answers' | 'both' | 'none'): void
  close(): Promise<void>
}

/** Stands between a client and the server of the connection string. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target)
  const open = new Set<Socket>()
  const faults: { readonly fault: ProxyFault; readonly met: () => void }[] = []
  let silent = false
  let held: Parameters<TcpProxy['hold']>[0] = 'none'
  let kept: { readonly isQuestion: boolean; readonly client: Socket; readonly pass: () => void }[] = []
  const isHeld = (isQuestion: boolean) => held === 'both' || held === (isQuestion ? 'questions' : 'answers')
  /** In the order in which it came. */
  const passLater = (client: Socket, isQuestion: boolean, pass: () => void) => {
    if (isHeld(isQuestion)) kept.push({ isQuestion, client, pass })
    else pass()
  }

  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    let met: ProxyFault['kind'] | undefined = silent ? 'stall before' : undefined
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    let wasReset = false
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', () => {
        if (socket === client && isHeld(true)) wasReset = true
        else end()
      })
      socket.on('close', () => {
        open.delete(socket)
        if (socket === client && isHeld(true)) {
          if (wasReset) kept = kept.filter((bytes) => bytes.client !== client)
          passLater(client, true, wasReset ? end : () => upstream.end())
          return
        }
        // A peer that hears nothing does not hear that either.
        if (met === undefined || socket === client) end()
      })
    }
    client.on('data', (bytes: Buffer) => {
      const index = faults.findIndex(({ fault }) => bytes.includes(fault.text))
      if (met === undefined && index >= 0) {
        const [{ fault, met: tell }] = faults.splice(index, 1) as [(typeof faults)[number]]
        met = fault.kind
        if (met.endsWith('behind') || met === 'cut within') upstream.write(bytes)
        if (met === 'cut before') end()
        tell()
        return
      }
      if (met === undefined) passLater(client, true, () => upstream.write(bytes))
    })
    upstream.on('data', (bytes: Buffer) => {
      if (met === undefined) passLater(client, false, () => client.write(bytes))
      else if (met === 'cut behind') end()
      else if (met === 'cut within') client.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), end)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')

  return {
    through(url) {
      const changed = new URL(url)
      changed.hostname = '127.0.0.1'
      changed.port = String(address.port)
      return changed.href
    },
    once: (fault) =>
      new Promise((resolve) => {
        faults.push({ fault, met: resolve })
      }),
    connections: () => open.size / 2,
    cutAll() {
      for (const socket of open) socket.destroy()
    },
    silence(value) {
      silent = value
    },
    hold(way) {
      held = way
      for (const { isQuestion, client, pass } of kept.splice(0)) passLater(client, isQuestion, pass)
    },
    close() {
      for (const socket of open) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
