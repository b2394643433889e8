import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

export type Environment = Readonly<Record<string, string>>

/** Builds what `pnpm start` builds. */
export async function buildServer(): Promise<void> {
  await promisify(execFile)(process.execPath, ['scripts/build.mjs', '--no-declarations'], { cwd: root })
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A server in a process of its own, that accepts requests. */
export class RunningServer {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly output: { stdout: string; stderr: string },
    readonly ended: Promise<Ended>,
  ) {}

  /** Rejects with what the process printed when it ends instead of getting ready. */
  static async start(environment: Environment): Promise<RunningServer> {
    const { child, output, ended } = launch(environment)
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout?.on('data', () => {
        const found = /^indwell listening on (http:\S+)$/m.exec(output.stdout)?.[1]
        if (found !== undefined) resolve(found)
      })
      ended.then(({ stderr }) => reject(new Error(`the server did not start: ${stderr}`)), reject)
    })
    return new RunningServer(url, child, output, ended)
  }

  get stdout(): string {
    return this.output.stdout
  }

  get stderr(): string {
    return this.output.stderr
  }

  /** The token it made and printed. */
  get printedToken(): string | undefined {
    return /shown only this once: (\S+)$/m.exec(this.stdout)?.[1]
  }

  get curlLines(): readonly string[] {
    return this.stdout.split('\n').filter((line) => line.startsWith('curl '))
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.signal(signal)
    return this.ended
  }

  /** Answers status and JSON body. A `body` makes it a POST unless `method` says otherwise. */
  async call(
    path: string,
    {
      token,
      method,
      body,
    }: { readonly token?: string | undefined; readonly method?: string; readonly body?: unknown } = {},
  ): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
    const response = await fetch(this.url + path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
  }
}

/** Runs a server that is not meant to get ready, to its end. */
export async function runToEnd(environment: Environment): Promise<Ended> {
  const { child, ended } = launch(environment)
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
  try {
    return await ended
  } finally {
    clearTimeout(timer)
  }
}

function launch(environment: Environment) {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  }
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal, ...output }))
  return { child, output, ended }
}
