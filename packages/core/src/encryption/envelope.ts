import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject } from 'node:crypto'
import type { JsonValue } from '../json'
import type { RandomBytes } from '../randomness'
import type { EntryValue } from '../storage/records'
import type { MetadataPlace } from './key-provider'

/** What is stored in place of a value. */
export interface Envelope {
  /** Of the format. */
  readonly $v: 1
  /** Id of the host's key. */
  readonly $k: string
  /** Salt, nonce, ciphertext and tag, in base64url. */
  readonly $d: string
  /** Of a key with a blind index: a token for each value that a search could ask for. */
  readonly $i?: readonly string[]
  /** Of a key that is unique: what is claimed for the value; empty for `null`. */
  readonly $u?: string
}

/** Where the tokens of a blind index stand in what is stored. */
export const indexMember = '$i'

const algorithm = 'aes-256-gcm'
const saltBytes = 16
const nonceBytes = 12
const tagBytes = 16
const derivedFor = 'indwell metadata 1'

/**
 * AES-256-GCM under a key that is derived for this value alone (HKDF-SHA-256, RFC 5869, of the host's key and a random salt),
 * with a random nonce of 96 bits (NIST SP 800-38D, 8.2.2). The place, the id of the key and the tokens are authenticated.
 */
export function sealEnvelope(
  instanceId: string,
  place: MetadataPlace,
  value: EntryValue,
  { keyId, key, randomBytes }: { readonly keyId: string; readonly key: KeyObject; readonly randomBytes: RandomBytes },
  tokens: Pick<Envelope, '$i' | '$u'>,
): string {
  const head = randomBytes(saltBytes + nonceBytes)
  const salt = head.subarray(0, saltBytes)
  const cipher = createCipheriv(algorithm, derivedKey(key, salt), head.subarray(saltBytes))
  cipher.setAAD(boundTo(instanceId, place, keyId, tokens))
  const parts = [head, cipher.update(plainBytes(value)), cipher.final(), cipher.getAuthTag()]
  return JSON.stringify({ $v: 1, $k: keyId, $d: Buffer.concat(parts).toString('base64url'), ...tokens })
}

/** `undefined`: it is not what was stored at that place under that key. */
export function openEnvelope(
  instanceId: string,
  place: MetadataPlace,
  envelope: Envelope,
  key: KeyObject,
): EntryValue | undefined {
  const { $k: keyId, $d: data } = envelope
  const bytes = Buffer.from(data, 'base64url')
  // Several texts decode to the same bytes: one of them was written.
  if (bytes.length <= saltBytes + nonceBytes + tagBytes || bytes.toString('base64url') !== data) return undefined
  const nonce = bytes.subarray(saltBytes, saltBytes + nonceBytes)
  const decipher = createDecipheriv(algorithm, derivedKey(key, bytes.subarray(0, saltBytes)), nonce, {
    authTagLength: tagBytes,
  })
  decipher.setAAD(boundTo(instanceId, place, keyId, envelope))
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  try {
    const plain = [decipher.update(bytes.subarray(saltBytes + nonceBytes, -tagBytes)), decipher.final()]
    return openedValue(Buffer.concat(plain))
  } catch {
    return undefined
  }
}

const members = ['$v', '$k', '$d', '$i', '$u']

/**
 * What is stored at an encrypted key, as an envelope. `damaged`: it was one, or no JSON at all. `undefined`: a value from
 * before the key was encrypted.
 */
export function parseEnvelope(json: string): Envelope | 'damaged' | undefined {
  try {
    return envelopeOf(JSON.parse(json) as JsonValue)
  } catch {
    return 'damaged'
  }
}

/** As {@link parseEnvelope}, of a value that was parsed. */
export function envelopeOf(value: JsonValue | undefined): Envelope | 'damaged' | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const names = Object.keys(value)
  const known = names.filter((name) => members.includes(name))
  // Two of its members are left of an envelope that somebody renamed one of.
  if (known.length < 2) return undefined
  const { $v, $k, $d, $i, $u } = value as { readonly [Name in keyof Envelope]?: unknown }
  const isWhole =
    known.length === names.length &&
    $v === 1 &&
    typeof $k === 'string' &&
    typeof $d === 'string' &&
    ($i === undefined || (Array.isArray($i) && $i.every((token) => typeof token === 'string'))) &&
    ($u === undefined || typeof $u === 'string')
  return isWhole ? (value as object as Envelope) : 'damaged'
}

function derivedKey(key: KeyObject, salt: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, salt, derivedFor, 32))
}

function boundTo(
  instanceId: string,
  { subjectType, subjectId, namespace, key }: MetadataPlace,
  keyId: string,
  { $i = null as never, $u = null as never }: Pick<Envelope, '$i' | '$u'>,
): Uint8Array {
  return Buffer.from(JSON.stringify([1, keyId, instanceId, subjectType, subjectId, namespace, key, $i, $u]))
}

/** The first byte says which of the two a value is. */
function plainBytes(value: EntryValue): Uint8Array {
  return 'json' in value
    ? Buffer.concat([Buffer.of(0), Buffer.from(value.json, 'utf8')])
    : Buffer.concat([Buffer.of(1), value.bytes])
}

function openedValue(plain: Buffer): EntryValue | undefined {
  const rest = plain.subarray(1)
  if (plain[0] === 0) return { json: rest.toString('utf8') }
  return plain[0] === 1 ? { bytes: new Uint8Array(rest) } : undefined
}
