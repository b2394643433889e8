import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Types of frames by name (RFC 9113, section 6). */
export const frameTypes = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const
export type FrameType = keyof typeof frameTypes

export const flags = { endStream: 1, ack: 1, endHeaders: 4 } as const

export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1')

/** A frame that came. */
export interface Frame {
  readonly type: FrameType | undefined
  readonly flags: number
  readonly stream: number
  readonly payload: Buffer
}

export function frame(type: FrameType, flag: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.byteLength, 0, 3)
  head[3] = frameTypes[type]
  head[4] = flag
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** Headers as literals without indexing (RFC 7541, section 6.2.2), whatever is in them. */
export function headerBlock(
  headers: Readonly<Record<string, string>> | readonly (readonly [string, string])[],
): Buffer {
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers)
  return Buffer.concat(pairs.flatMap(([name, value]) => [Buffer.of(0), text(name), text(value)]))
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1')
  return Buffer.concat([integer(bytes.byteLength), bytes])
}

/** With a prefix of 7 bits (RFC 7541, section 5.1). */
function integer(value: number): Buffer {
  if (value < 127) return Buffer.of(value)
  const bytes = [127]
  let rest = value - 127
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return Buffer.from([...bytes, rest])
}

export const setting = (id: number, value: number): Buffer => {
  const bytes = Buffer.alloc(6)
  bytes.writeUInt16BE(id, 0)
  bytes.writeUInt32BE(value, 2)
  return bytes
}

export const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export const get = (path: string, extra: Readonly<Record<string, string>> = {}) =>
  headerBlock({ ':method': 'GET', ':scheme': 'http', ':path': path, ':authority': 'a', ...extra })

/** A client of HTTP/2 that does whatever a test wants it to, and understands nothing of what it is sent but frames. */
export class RawHttp2 {
  readonly frames: Frame[] = []
  readonly closed: Promise<unknown>
  #rest = Buffer.alloc(0)

  private constructor(
    readonly socket: Socket,
    private readonly acknowledges: boolean,
  ) {
    socket.on('error', () => {})
    this.closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('data', (bytes) => this.#read(bytes))
  }

  /** Connects without a word. */
  static async dial(port: number, { acknowledges = true } = {}): Promise<RawHttp2> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new RawHttp2(socket, acknowledges)
  }

  /** Connects and opens the session. */
  static async open(
    port: number,
    {
      settings = [],
      acknowledges = true,
    }: { readonly settings?: readonly Buffer[]; readonly acknowledges?: boolean } = {},
  ): Promise<RawHttp2> {
    const client = await RawHttp2.dial(port, { acknowledges })
    client.send(preface, frame('settings', 0, 0, Buffer.concat(settings)))
    return client
  }

  send(...bytes: readonly Uint8Array[]): void {
    if (!this.socket.destroyed) this.socket.write(Buffer.concat(bytes))
  }

  /** Waits until a frame is there that the test looks for. */
  async frame(isIt: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(isIt)
      if (found) return found
      if (this.socket.destroyed) throw new Error(`closed after ${JSON.stringify(this.frames.map(({ type }) => type))}`)
      await this.sees('data')
    }
  }

  /** Waits until something happens to the socket, or it is closed. */
  async sees(event: 'data' | 'drain'): Promise<void> {
    await Promise.race([new Promise((resolve) => this.socket.once(event, resolve)), this.closed])
  }

  /** Waits until the server has closed, and answers the code of its GOAWAY. */
  async goneWith(): Promise<number | undefined> {
    await this.closed
    return this.frames.find(({ type }) => type === 'goaway')?.payload.readUInt32BE(4)
  }

  #read(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes])
    while (this.#rest.byteLength >= 9) {
      const end = 9 + this.#rest.readUIntBE(0, 3)
      if (this.#rest.byteLength < end) return
      const type = this.#rest[3]
      this.frames.push({
        type: (Object.keys(frameTypes) as FrameType[]).find((name) => frameTypes[name] === type),
        flags: this.#rest[4]!,
        stream: this.#rest.readUInt32BE(5) & 0x7fffffff,
        payload: this.#rest.subarray(9, end),
      })
      this.#rest = this.#rest.subarray(end)
      const isSettings = type === frameTypes.settings && this.frames.at(-1)?.flags === 0
      if (isSettings && this.acknowledges) this.send(frame('settings', flags.ack, 0))
    }
  }
}
