import { createHmac, hkdfSync, type KeyObject } from 'node:crypto'
import type { JsonValue } from '../json'
import type { EntryValue } from '../storage/records'
import type { MetadataPlace } from './key-provider'

type Scalar = string | number | boolean

/** Most different values of one entry that a blind index holds. */
export const maxTokens = 1000

/** Half of an HMAC: 128 bits tell values apart, and are all that is stored of them. */
const tokenBytes = 16
/** Tells one index key from another, in front of all that is made by it. */
const markLength = 4

/** Tells equal values by HMAC-SHA-256 (RFC 2104), under keys that are derived for each key of metadata. */
export class BlindIndex {
  readonly #instanceId: string
  readonly #indexKey: KeyObject
  readonly #derived = new Map<string, Uint8Array>()
  readonly #mark: string

  constructor(instanceId: string, indexKey: KeyObject) {
    this.#instanceId = instanceId
    this.#indexKey = indexKey
    this.#mark = createHmac('sha256', indexKey).update('indwell mark').digest('base64url').slice(0, markLength)
  }

  /** Of each value that a search by equality would find. Their order tells nothing. */
  tokensOf(place: Omit<MetadataPlace, 'subjectId'>, value: EntryValue): readonly string[] {
    return scalarsOf(value)
      .map((scalar) => this.tokenOf(place, scalar))
      .sort()
  }

  tokenOf(place: Omit<MetadataPlace, 'subjectId'>, scalar: Scalar): string {
    // What no database can hold in a text is asked for as U+FFFD; of halves of surrogate pairs the encoding makes the same.
    const text = typeof scalar === 'string' ? `s${scalar.replaceAll('\0', '\ufffd')}` : `j${JSON.stringify(scalar)}`
    return this.#mac('index', place, text)
  }

  /** @param claimed - What would be claimed for the value if it was not encrypted. */
  claimOf(place: Omit<MetadataPlace, 'subjectId'>, claimed: string): string {
    return this.#mac('unique', place, claimed)
  }

  /** Whether it was made by the index key that there is now. */
  made(token: string): boolean {
    return token.startsWith(`${this.#mark}.`)
  }

  #mac(purpose: string, { subjectType, namespace, key }: Omit<MetadataPlace, 'subjectId'>, text: string): string {
    const info = JSON.stringify(['indwell blind index 1', purpose, this.#instanceId, subjectType, namespace, key])
    let derived = this.#derived.get(info)
    if (derived === undefined) {
      derived = new Uint8Array(hkdfSync('sha256', this.#indexKey, '', info, 32))
      this.#derived.set(info, derived)
    }
    const mac = createHmac('sha256', derived).update(text, 'utf8').digest().subarray(0, tokenBytes)
    return `${this.#mark}.${mac.toString('base64url')}`
  }
}

/** What a condition on the key itself may ask for: arrays stand for their elements, objects and bytes for nothing. */
export function scalarsOf(value: EntryValue): readonly Scalar[] {
  if (!('json' in value)) return []
  const scalars = new Set<Scalar>()
  const visit = (item: JsonValue): void => {
    if (Array.isArray(item)) for (const element of item) visit(element)
    else if (item !== null && typeof item !== 'object') scalars.add(item)
  }
  visit(JSON.parse(value.json) as JsonValue)
  return [...scalars]
}
