import type { Clock } from '../clock'
import { InvalidStateError } from '../errors/invalid-state-error'
import { isSystemOwn } from '../metadata/metadata'
import type { MetadataRules } from '../metadata-definition/metadata-rules'
import { uniqueClaim } from '../metadata-definition/unique-claims'
import type { RandomBytes } from '../randomness'
import type { Answered } from '../storage/answered'
import type { Claim, EntryKey, EntryValue } from '../storage/records'
import type { BlindIndex } from './blind-index'
import { type Envelope, openEnvelope, parseEnvelope, sealEnvelope } from './envelope'
import type { KeyProvider, MetadataPlace, UnreadableMetadata } from './key-provider'
import type { KeyRing, Keys } from './key-ring'
import { UnreadableValue } from './unreadable-value'

/** How the values of a key are kept. */
export interface SealedKey {
  readonly blindIndex: boolean
  readonly unique: boolean
}

export interface VaultOptions {
  readonly instanceId: string
  readonly rules: MetadataRules
  readonly ring: KeyRing
  /** Absent where nothing asks for it. */
  readonly index: BlindIndex | undefined
  readonly randomBytes: RandomBytes
  readonly clock: Clock
  readonly onUnreadable: (found: UnreadableMetadata) => void
}

const ofSystem: SealedKey = { blindIndex: false, unique: false }
/** In front of what an {@link UnreadableValue} remembers to have claimed. */
const rememberedPrefix = 'sealed:'

/** Knows which keys of metadata are encrypted, and does it. */
export class Vault {
  readonly instanceId: string
  readonly rules: MetadataRules
  readonly ring: KeyRing
  readonly index: BlindIndex | undefined
  readonly clock: Clock
  readonly #randomBytes: RandomBytes
  readonly #onUnreadable: VaultOptions['onUnreadable']

  constructor({ instanceId, rules, ring, index, randomBytes, clock, onUnreadable }: VaultOptions) {
    this.instanceId = instanceId
    this.rules = rules
    this.ring = ring
    this.index = index
    this.clock = clock
    this.#randomBytes = randomBytes
    this.#onUnreadable = onUnreadable
  }

  /** `undefined`: the key is stored as it is. */
  of({ subjectType, namespace, key }: Omit<EntryKey, 'subjectId'>): SealedKey | undefined {
    // What a face keeps for its own work holds what users were sent, and all of it is in no event that is shown.
    if (isSystemOwn(namespace)) return ofSystem
    return this.rules.of(subjectType, namespace)?.keys.get(key)?.encrypted
  }

  keyIdOf(place: MetadataPlace): string {
    const { currentKeyId }: KeyProvider = this.ring.provider
    return typeof currentKeyId === 'string' ? currentKeyId : currentKeyId(place)
  }

  /**
   * Runs `work` with the keys that `ids` asks for, also where the current one became another while they were waited for.
   */
  sealing<T extends object>(ids: () => Iterable<string>, work: (keys: Keys) => Answered<T>, tries = 3): Answered<T> {
    return this.ring.with(ids(), (keys) => {
      const isCurrent = tries === 0 || [...ids()].every((id) => keys.has(id))
      return isCurrent ? work(keys) : this.sealing(ids, work, tries - 1)
    })
  }

  /**
   * @param keys - That of {@link Vault.keyIdOf} among them.
   * @throws {@link StorageUnavailableError} what the key provider failed with.
   * @throws {@link InvalidStateError} `metadata_key_missing` where the provider has no key of its current id.
   */
  seal(place: MetadataPlace, sealed: SealedKey, value: EntryValue, keys: Keys): string {
    const keyId = this.keyIdOf(place)
    const key = keys.get(keyId)
    if (key instanceof Error) throw key
    if (key === undefined) throw new InvalidStateError('metadata_key_missing', place.key)
    return sealEnvelope(
      this.instanceId,
      place,
      value,
      { keyId, key, randomBytes: this.#randomBytes },
      {
        ...(sealed.blindIndex && { $i: this.index!.tokensOf(place, value) }),
        ...(sealed.unique && { $u: this.#claimed(place, value) }),
      },
    )
  }

  /** @param keys - That of its envelope among them. What is no envelope is a value from before the key was encrypted. */
  open(place: MetadataPlace, json: string, keys: Keys): EntryValue {
    const envelope = parseEnvelope(json)
    if (envelope === undefined) return { json }
    if (envelope === 'damaged') return this.#unreadable(place, json, undefined, 'damaged')
    const key = keys.get(envelope.$k)
    if (key instanceof Error) return new UnreadableValue(place.key, json, key, remembered(envelope))
    if (key === undefined) return this.#unreadable(place, json, envelope, 'unknown_key')
    return openEnvelope(this.instanceId, place, envelope, key) ?? this.#unreadable(place, json, envelope, 'damaged')
  }

  /** Whether {@link Vault.seal} would make nothing else of a value than what is stored, but for what is random. */
  isCurrent(place: MetadataPlace, { blindIndex, unique }: SealedKey, { $k, $i, $u }: Envelope): boolean {
    if ($k !== this.keyIdOf(place)) return false
    if (blindIndex !== ($i !== undefined) || unique !== ($u !== undefined)) return false
    return [...($i ?? []), ...($u ? [$u] : [])].every((token) => this.index!.made(token))
  }

  /** The claim as it is stored, and what it was before the key was encrypted; `undefined` for one that is about something else. */
  claimsOf(claim: Claim): { readonly stored: Claim; readonly before: Claim | undefined } | undefined {
    const place = this.#placeOf(claim.type)
    if (place === undefined) return undefined
    if (claim.value.startsWith(rememberedPrefix)) {
      return { stored: { type: claim.type, value: claim.value.slice(rememberedPrefix.length) }, before: undefined }
    }
    return { stored: { type: claim.type, value: this.index!.claimOf(place, claim.value) }, before: claim }
  }

  readonly #places = new Map<string, Omit<MetadataPlace, 'subjectId'>>()

  #placeOf(claimType: string): Omit<MetadataPlace, 'subjectId'> | undefined {
    if (this.#places.size === 0) {
      for (const { subjectType, namespace, keys } of this.rules.namespaces) {
        for (const { key, encrypted, unique } of keys.values()) {
          const claim = encrypted && unique && uniqueClaim({ subjectType, namespace }, key, { json: '""' })
          if (claim) this.#places.set(claim.type, { subjectType, namespace, key })
        }
      }
    }
    return this.#places.get(claimType)
  }

  #claimed(place: MetadataPlace, value: EntryValue): string {
    const claim = uniqueClaim(place, place.key, value)
    return claim === undefined ? '' : this.index!.claimOf(place, claim.value)
  }

  #unreadable(
    { subjectType, subjectId, namespace, key }: MetadataPlace,
    json: string,
    envelope: Envelope | undefined,
    reason: UnreadableMetadata['reason'],
  ): UnreadableValue {
    this.#onUnreadable({ subjectType, subjectId, namespace, key, keyId: envelope?.$k, reason })
    return new UnreadableValue(key, json, undefined, envelope && remembered(envelope))
  }
}

const remembered = ({ $u }: Envelope) => ($u ? `${rememberedPrefix}${$u}` : undefined)
