import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2'
import { constants } from 'node:http2'
import type { Socket } from 'node:net'
import { Allowance } from './allowance'
import type { ListenLimits } from './listen-limits'

/** What a client may do more of with every second: as much as Node lets it. */
const perSecond = 30
/** How long a peer that was told to go, or whose stream was called off, may take before its socket is cut. */
const partingMs = 1_000

/**
 * A session of HTTP/2 within its limits. Node bounds what single frames and heads may be and what it holds itself; this bounds what
 * a client may do over time: open and call off, knock, stay for nothing, and not read what it asked for.
 */
export class GuardedSession {
  readonly #openedAt = performance.now()
  readonly #resets: Allowance
  readonly #controlFrames: Allowance
  /** With when its answer was first seen to be whole, and when it was called off. */
  readonly #streams = new Map<ServerHttp2Stream, { answeredAt?: number; calledOffAt?: number }>()
  /** Whether the client has taken note of what it may do here. */
  #acknowledged = false
  #idleSince = this.#openedAt
  #partingSince: number | undefined

  constructor(
    readonly session: ServerHttp2Session,
    private readonly socket: Socket,
    private readonly limits: ListenLimits,
  ) {
    this.#resets = new Allowance(limits.maxResets, perSecond)
    this.#controlFrames = new Allowance(limits.maxControlFrames, perSecond)
    session.on('stream', (stream) => this.#watch(stream))
    session.on('ping', () => this.#countControlFrame())
    session.on('remoteSettings', () => this.#countControlFrame())
    session.once('localSettings', () => {
      this.#acknowledged = true
    })
  }

  /** Tells the client to open nothing more; what runs goes on, and the session ends behind it. */
  close(): void {
    this.#partingSince ??= this.#streams.size === 0 ? performance.now() : undefined
    if (!this.session.closed && !this.session.destroyed) this.session.close()
  }

  /** Looks for what takes too long. To be called now and then. */
  sweep(now: number): void {
    const { openingTimeoutMs, idleTimeoutMs, answerTimeoutMs } = this.limits
    for (const [stream, seen] of this.#streams) {
      if (seen.calledOffAt !== undefined) {
        if (now - seen.calledOffAt > partingMs) this.socket.destroy()
      } else if (stream.writableEnded) {
        seen.answeredAt ??= now
        if (now - seen.answeredAt < answerTimeoutMs) continue
        seen.calledOffAt = now
        stream.close(constants.NGHTTP2_CANCEL)
      }
    }
    if (this.#partingSince !== undefined) {
      if (now - this.#partingSince > partingMs) this.socket.destroy()
    } else if (this.session.closed || this.session.destroyed) {
      if (this.#streams.size === 0) this.#partingSince = now
    } else if (!this.#acknowledged && now - this.#openedAt > openingTimeoutMs) {
      this.#end('the client acknowledged no settings', constants.NGHTTP2_SETTINGS_TIMEOUT)
    } else if (this.#streams.size === 0 && now - this.#idleSince > idleTimeoutMs) this.close()
  }

  #watch(stream: ServerHttp2Stream): void {
    const ended = () => {
      this.#streams.delete(stream)
      this.#idleSince = performance.now()
      if (stream.rstCode === constants.NGHTTP2_NO_ERROR && !stream.aborted) this.#controlFrames.give(2)
      else if (!this.#resets.take()) this.#calm()
    }
    // Opened and called off in one packet: it has been closed before anybody heard of it.
    if (stream.destroyed) ended()
    else {
      this.#streams.set(stream, {})
      stream.once('close', ended)
    }
  }

  #countControlFrame(): void {
    if (!this.#controlFrames.take()) this.#calm()
  }

  #calm(): void {
    this.#end('the client asked for too much', constants.NGHTTP2_ENHANCE_YOUR_CALM)
  }

  #end(reason: string, code: number): void {
    if (this.session.destroyed) return
    this.#partingSince ??= performance.now()
    this.session.destroy(new Error(reason), code)
  }
}
