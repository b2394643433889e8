import type { ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { GuardedSession } from './guarded-session'
import type { ListenLimits } from './listen-limits'

/** Every connection of a listener, what is known of it, and how all of them are ended. */
export class OpenConnections {
  /** All. On TLS these are the sockets below those that speak. */
  readonly #arrived = new Set<Socket>()
  /** Those that have said what they speak. */
  readonly #speaking = new Set<Socket>()
  readonly #sessions = new Map<Socket, GuardedSession>()
  readonly #sweeping: NodeJS.Timeout
  #closing = false

  constructor(private readonly limits: ListenLimits) {
    const shortest = Math.min(limits.openingTimeoutMs, limits.idleTimeoutMs, limits.answerTimeoutMs)
    const everyMs = Math.max(10, Math.min(1_000, shortest / 4))
    this.#sweeping = setInterval(() => this.#sweep(), everyMs).unref()
  }

  get closing(): boolean {
    return this.#closing
  }

  arrive(socket: Socket): void {
    if (this.#closing) {
      socket.destroy()
      return
    }
    this.#arrived.add(socket)
    socket.once('close', () => this.#arrived.delete(socket))
  }

  /** Takes note of a connection that begins to speak. `false`: it is too late for that, and it was cut off. */
  speak(socket: Socket): boolean {
    if (this.#closing || socket.destroyed) {
      socket.destroy()
      return false
    }
    this.#speaking.add(socket)
    socket.once('close', () => {
      this.#speaking.delete(socket)
      this.#sessions.delete(socket)
      if (this.#closing) this.#cutSilent()
    })
    return true
  }

  guard(session: ServerHttp2Session, socket: Socket): void {
    this.#sessions.set(socket, new GuardedSession(session, socket, this.limits))
  }

  /** Tells every session to end behind what runs, and cuts off who has said nothing yet: nothing runs there. */
  close(): void {
    this.#closing = true
    for (const session of this.#sessions.values()) session.close()
    this.#cutSilent()
  }

  /** Cuts off whoever is left. */
  cut(): void {
    for (const socket of this.#arrived) socket.destroy()
  }

  /** To be called when nobody is left. */
  stop(): void {
    clearInterval(this.#sweeping)
  }

  /** On TLS nobody tells which of the sockets below shake hands still, so they go when nobody speaks any more. */
  #cutSilent(): void {
    const isTls = [...this.#speaking].some((socket) => !this.#arrived.has(socket))
    for (const socket of this.#arrived) if (!isTls && !this.#speaking.has(socket)) socket.destroy()
  }

  #sweep(): void {
    const now = performance.now()
    for (const session of this.#sessions.values()) session.sweep(now)
  }
}
