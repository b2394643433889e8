import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** One request, again and again. */
export interface Load {
  readonly port: number
  readonly method: string
  readonly path: string
  /** In Latin-1, as bytes are. Each run replaces `MTIzNDU2` in it. */
  readonly body?: string | undefined
  /** Of the body. Default: that of JSON. */
  readonly contentType?: string | undefined
  readonly callers: number
  readonly token: string
  /** Of the client. Default: of HTTP/1.1. */
  readonly script?: 'http-client' | 'grpc-client' | undefined
}

/** Sends requests from a process of its own: this one does nothing but serve, and its CPU time is the server's. */
export function startLoad(load: Load): { run(count: number): Promise<void>; stop(): Promise<void> } {
  const client = fork(
    fileURLToPath(new URL(`./${load.script ?? 'http-client'}.mjs`, import.meta.url)),
    [JSON.stringify(load)],
    {
      execArgv: [],
    },
  )
  return {
    run: (count) =>
      new Promise((resolve, reject) => {
        const settle = (error?: unknown) => {
          client.off('message', onMessage).off('exit', onExit)
          if (error === undefined) resolve()
          else reject(error)
        }
        const onMessage = ({ error }: { error?: string }) => settle(error && new Error(error))
        const onExit = (code: number | null) => settle(new Error(`the client ended with ${code}`))
        client.on('message', onMessage).on('exit', onExit)
        client.send(count)
      }),
    async stop() {
      if (client.exitCode !== null) return
      client.disconnect()
      await once(client, 'exit')
    },
  }
}
