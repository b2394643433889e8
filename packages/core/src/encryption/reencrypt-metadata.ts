import type { Core } from '../core'
import { InvalidInputError } from '../errors/invalid-input-error'
import { type MetadataSubjectType, systemOwnNamespaces } from '../metadata/metadata'
import { nextSubjects } from '../metadata-definition/next-subjects'
import type { DirectoryStorage } from '../storage/directory-storage'
import type { Read } from '../storage/read'
import { indexMember } from './envelope'
import { reencryptEntries } from './reencrypt-entries'
import { reencryptLog } from './reencrypt-log'
import type { Vault } from './vault'

export interface ReencryptOptions {
  /** Subjects, and then events, that are looked at together: 1 to 1000. Default 200. */
  readonly batchSize?: number
  /** Ends it between two batches, with the signal's reason. What was done until then stays so. */
  readonly signal?: AbortSignal
  /** Goes on behind a place that was reported. Absent: from the beginning, where what is done is looked at and left alone. */
  readonly after?: string
  /** Told after each batch. */
  readonly onProgress?: (progress: ReencryptProgress) => void
}

/** What {@link reencryptMetadata} did so far. */
export interface MetadataReencrypted {
  /** Entries that are stored under the current key now, and were not. */
  readonly entries: number
  /** The same of events. */
  readonly events: number
  /** Values, of entries and of events, that no key opens. They are left as they are. */
  readonly unreadable: number
  /** Entries of unique keys whose values others hold. */
  readonly conflicts: number
}

export interface ReencryptProgress extends MetadataReencrypted {
  /** Where it is, for `after`. */
  readonly place: string
}

/** What is counted. */
export type Counted = { -readonly [Name in keyof MetadataReencrypted]: number }

interface Stretch {
  readonly subjectType: MetadataSubjectType
  readonly namespace: string
  /** Absent: all of the namespace. */
  readonly keys?: readonly string[]
}

/**
 * Stores every value of an encrypted key under the current key and as the definition says, in entries and in the log, and has
 * the blind indexes hold what they should. Nothing that anybody reads is different afterwards: no event, no version, no time.
 *
 * @throws {@link InvalidInputError} for a batch of less than 1 or more than 1000, or a place that was not reported.
 * @throws {@link StorageUnavailableError} when the storage or the key provider cannot be asked; the next call goes on.
 */
export async function reencryptMetadata(
  core: Core,
  storage: DirectoryStorage,
  vault: Vault | undefined,
  { batchSize = 200, signal, after, onProgress }: ReencryptOptions = {},
): Promise<MetadataReencrypted> {
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 1000) {
    throw new InvalidInputError('batchSize', 'must be an integer from 1 to 1000')
  }
  const counted: Counted = { entries: 0, events: 0, unreadable: 0, conflicts: 0 }
  if (vault === undefined) return counted
  const stretches = stretchesOf(vault)
  const [name, behind] = placeOf(after, stretches)
  const report = async (place: readonly string[]) => {
    onProgress?.({ ...counted, place: JSON.stringify(place) })
    // A storage that answers at once would keep everybody else from being served.
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
  }

  signal?.throwIfAborted()
  let isAhead = name !== undefined
  for (const stretch of stretches) {
    const own = nameOf(stretch)
    if (isAhead && own !== name) continue
    let last = isAhead ? behind : undefined
    isAhead = false
    for (;;) {
      const subjects = await nextSubjects(core, stretch.subjectType, last, batchSize)
      const reads = subjects.map(
        (subject): Read => ({
          read: 'entries',
          subject,
          namespace: stretch.namespace,
          ...(stretch.keys && { keys: stretch.keys }),
        }),
      )
      if (reads.length > 0) await reencryptEntries(storage, vault, reads, counted)
      if (subjects.length < batchSize) break
      last = subjects.at(-1)!.subjectId
      await report([own, last])
    }
  }
  for (let position = isAhead ? behind : undefined; ; ) {
    const page = await reencryptLog(storage, vault, position, batchSize, counted)
    if (page.length < batchSize) break
    position = page.at(-1)!.position
    await report([log, position])
  }
  await renewIndexes(storage, vault, signal)
  return counted
}

const log = 'log'
const nameOf = ({ subjectType, namespace }: Stretch) => `${subjectType}.${namespace}`

function stretchesOf(vault: Vault): readonly Stretch[] {
  const defined = vault.rules.namespaces
    .filter(({ encryptedKeys }) => encryptedKeys.length > 0)
    .map(({ subjectType, namespace, encryptedKeys: keys }): Stretch => ({ subjectType, namespace, keys }))
  return [...defined, ...[...systemOwnNamespaces].map((namespace): Stretch => ({ subjectType: 'org', namespace }))]
}

function placeOf(after: string | undefined, stretches: readonly Stretch[]): readonly [name?: string, behind?: string] {
  if (after === undefined) return []
  try {
    const [name, behind, ...rest] = JSON.parse(after) as readonly unknown[]
    const isKnown = name === log || stretches.some((stretch) => nameOf(stretch) === name)
    if (isKnown && typeof name === 'string' && typeof behind === 'string' && rest.length === 0) return [name, behind]
  } catch {
    // Said below.
  }
  throw new InvalidInputError('after', 'must be a place that was reported, of the same definition')
}

/** What an index held of values in the clear goes, and what was rewritten comes in. */
async function renewIndexes(storage: DirectoryStorage, vault: Vault, signal: AbortSignal | undefined): Promise<void> {
  const { instanceId } = vault
  const indexes = await storage.listMetadataIndexes(instanceId)
  const ofEncrypted = indexes.filter(({ subjectType, namespace, path }) =>
    vault.of({ subjectType, namespace, key: path[0]! }),
  )
  const inTheClear = ofEncrypted.filter(({ path }) => path[1] !== indexMember)
  if (inTheClear.length > 0) await storage.removeMetadataIndexes(instanceId, inTheClear)
  for (const index of ofEncrypted) {
    if (inTheClear.includes(index)) continue
    for (let done = false; !done; ) {
      signal?.throwIfAborted()
      done = (await storage.fillMetadataIndex(instanceId, index, 1000))?.done ?? true
    }
  }
}
