import { createSecretKey, type KeyObject } from 'node:crypto'
import type { Clock } from '../clock'
import { StorageUnavailableError } from '../errors/storage-unavailable-error'
import { type Answered, isLater } from '../storage/answered'
import type { KeyProvider } from './key-provider'

/** What came of asking for some keys: a key, none, or why nobody can tell. */
export type Keys = ReadonlyMap<string, KeyObject | undefined | StorageUnavailableError>

const defaultKeepMs = 300_000
const maxKept = 1000
export const keyBytes = 32

interface Kept {
  readonly key: KeyObject
  readonly at: number
}

/** The provider's keys. Those it answered are kept for a while, so that values are opened without waiting for anybody. */
export class KeyRing {
  readonly #kept = new Map<string, Kept>()
  readonly #asked = new Map<string, Promise<KeyObject | undefined | StorageUnavailableError>>()

  constructor(
    readonly provider: KeyProvider,
    readonly now: Clock,
  ) {}

  /** Runs `work` with keys: at once where all are known. What the provider throws is handed on, and nothing rejects for it. */
  with<T extends object>(ids: Iterable<string>, work: (keys: Keys) => Answered<T>): Answered<T> {
    const keys = new Map<string, KeyObject | undefined | StorageUnavailableError>()
    const pending: Promise<unknown>[] = []
    for (const id of ids) {
      if (keys.has(id)) continue
      const found = this.#find(id)
      if (found instanceof Promise) pending.push(found.then((key) => keys.set(id, key)))
      keys.set(id, found instanceof Promise ? undefined : found)
    }
    return pending.length === 0 ? work(keys) : Promise.all(pending).then(() => work(keys))
  }

  #find(
    id: string,
  ): KeyObject | undefined | StorageUnavailableError | Promise<KeyObject | undefined | StorageUnavailableError> {
    const kept = this.#kept.get(id)
    const age = kept === undefined ? -1 : this.now() - kept.at
    if (kept !== undefined && age >= 0 && age < (this.provider.keepKeysMs ?? defaultKeepMs)) return kept.key
    const asked = this.#asked.get(id)
    if (asked !== undefined) return asked
    try {
      const answer = this.provider.key(id)
      if (!isThenable(answer)) return this.#keep(id, answer)
      const asking = Promise.resolve(answer)
        .then((key) => this.#keep(id, key))
        .catch(unavailable)
        .finally(() => this.#asked.delete(id))
      this.#asked.set(id, asking)
      return asking
    } catch (error) {
      return unavailable(error)
    }
  }

  #keep(id: string, bytes: Uint8Array | undefined): KeyObject | undefined {
    this.#kept.delete(id)
    if (bytes === undefined) return undefined
    const key = secretKey(bytes, `keyProvider.key(${JSON.stringify(id)})`)
    if (this.#kept.size >= maxKept) this.#kept.delete(this.#kept.keys().next().value!)
    this.#kept.set(id, { key, at: this.now() })
    return key
  }
}

/** @throws TypeError for anything but 32 bytes. */
export function secretKey(bytes: unknown, what: string): KeyObject {
  if (!(bytes instanceof Uint8Array) || bytes.byteLength !== keyBytes) throw new TypeError(`${what} must be 32 bytes`)
  return createSecretKey(bytes)
}

function unavailable(cause: unknown): StorageUnavailableError {
  return new StorageUnavailableError('failed', { cause, detail: 'the key provider could not be asked' })
}

const isThenable = (answer: unknown): answer is Promise<Uint8Array | undefined> =>
  typeof answer === 'object' && answer !== null && isLater(answer)
