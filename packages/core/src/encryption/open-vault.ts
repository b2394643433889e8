import type { Clock } from '../clock'
import { InvalidInputError } from '../errors/invalid-input-error'
import type { MetadataRules } from '../metadata-definition/metadata-rules'
import type { RandomBytes } from '../randomness'
import type { MetadataIndex } from '../storage/metadata-index'
import { BlindIndex } from './blind-index'
import { indexMember } from './envelope'
import type { KeyProvider, UnreadableMetadata } from './key-provider'
import { KeyRing, secretKey } from './key-ring'
import { Vault } from './vault'

export interface OpenVault {
  readonly instanceId: string
  readonly rules: MetadataRules | undefined
  readonly provider: KeyProvider | undefined
  /** That the host declared. */
  readonly indexes: readonly MetadataIndex[]
  readonly randomBytes: RandomBytes
  readonly clock: Clock
  readonly warn: (error: unknown) => void
}

/**
 * What encrypts the keys of a definition; `undefined` where it has none that are encrypted.
 *
 * @throws {@link InvalidInputError} for a provider that is missing, is none, or answers no keys of 32 bytes; and for an index
 * of what is encrypted.
 * @throws {@link StorageUnavailableError} what the provider failed with.
 */
export async function openVault(options: OpenVault): Promise<Vault | undefined> {
  const { instanceId, rules, provider, clock, randomBytes } = options
  if (provider !== undefined) checkProvider(provider)
  const keys = (rules?.namespaces ?? []).flatMap((namespace) =>
    [...namespace.keys.values()].filter(({ encrypted }) => encrypted !== undefined),
  )
  if (rules === undefined || keys.length === 0) return undefined
  if (provider === undefined) throw new InvalidInputError('keyProvider', 'is missing, and the definition encrypts')
  for (const { subjectType, namespace, path } of options.indexes) {
    const isEncrypted = rules.of(subjectType, namespace)?.keys.get(path[0]!)?.encrypted !== undefined
    if (isEncrypted && path[1] !== indexMember) {
      throw new InvalidInputError(
        'metadataIndexes',
        `cannot be of ${path[0]}, which is encrypted: it may have a blind index`,
      )
    }
  }
  const ring = new KeyRing(provider, clock)
  await requireCurrentKey(ring)
  const needsIndexKey = keys.some(({ encrypted, unique }) => encrypted?.blindIndex || unique)
  const index = needsIndexKey ? new BlindIndex(instanceId, await indexKeyOf(provider)) : undefined
  const onUnreadable = provider.onUnreadable?.bind(provider) ?? warnOnce(options.warn)
  const report = (found: UnreadableMetadata) => {
    try {
      onUnreadable(found)
    } catch (error) {
      options.warn(error)
    }
  }
  return new Vault({ instanceId, rules, ring, index, randomBytes, clock, onUnreadable: report })
}

function checkProvider(provider: KeyProvider): void {
  if (typeof provider !== 'object' || provider === null || typeof provider.key !== 'function') {
    throw new InvalidInputError('keyProvider', 'must be an object with the members currentKeyId and key')
  }
  const { currentKeyId: id, keepKeysMs } = provider
  if (typeof id !== 'function' && (typeof id !== 'string' || id === '' || id.length > 100)) {
    throw new InvalidInputError('keyProvider.currentKeyId', 'must be 1 to 100 characters, or a function')
  }
  if (keepKeysMs !== undefined && !(Number.isSafeInteger(keepKeysMs) && keepKeysMs >= 0)) {
    throw new InvalidInputError('keyProvider.keepKeysMs', 'must be milliseconds')
  }
}

/** One id for all is known to be good before anything is written. */
async function requireCurrentKey(ring: KeyRing): Promise<void> {
  const { currentKeyId: id } = ring.provider
  if (typeof id !== 'string') return
  const key = (await ring.with([id], (keys) => ({ found: keys.get(id) }))).found
  if (key instanceof Error) {
    if (key.cause instanceof TypeError) throw new InvalidInputError('keyProvider.key', 'must answer 32 bytes')
    throw key
  }
  if (key === undefined) throw new InvalidInputError('keyProvider.key', 'has none of the current id')
}

async function indexKeyOf(provider: KeyProvider) {
  const bytes = await provider.indexKey?.()
  if (bytes === undefined) {
    throw new InvalidInputError(
      'keyProvider.indexKey',
      'is missing, and the definition has a blind index or a unique key',
    )
  }
  try {
    return secretKey(bytes, 'keyProvider.indexKey()')
  } catch {
    throw new InvalidInputError('keyProvider.indexKey', 'must answer 32 bytes')
  }
}

function warnOnce(warn: (error: unknown) => void): (found: UnreadableMetadata) => void {
  const warned = new Set<string>()
  return ({ subjectType, namespace, key, keyId = 'no key that can be told', reason }) => {
    const what = `${reason.replaceAll('_', ' ')}: ${subjectType}.${namespace}.${key} under ${keyId}`
    if (warned.has(what) || warned.size > 100) return
    warned.add(what)
    warn(new Error(`metadata cannot be read, ${what}`))
  }
}
