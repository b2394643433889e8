import type { Core } from '../core'
import { isDirectoryError } from '../errors/directory-error'
import { InvalidInputError } from '../errors/invalid-input-error'
import type { LimitExceededError } from '../errors/limit-exceeded-error'
import { heedSignal, type SignalOption } from '../heed-signal'
import { metadataValue } from '../metadata/metadata-input'
import type { MetadataSubject } from '../metadata/metadata-subject'
import type { EntryRecord } from '../storage/records'
import { checkValues } from './check-values'
import type { MetadataDefinition } from './define-metadata'
import { isExpired } from './expiry'
import { compileRules, type NamespaceRules } from './metadata-rules'
import { nextSubjects } from './next-subjects'

export interface CheckMetadataOptions extends SignalOption {
  /** What to hold the stored entries to. Absent: the definition that the directory was opened with. */
  readonly definition?: MetadataDefinition<unknown>
  /** Subjects whose entries are read together, 1 to 1000. Default 100. */
  readonly batchSize?: number
}

/** An entry that a definition would refuse if it were set now. */
export interface RefusedEntry {
  readonly subjectType: MetadataSubject['subjectType']
  readonly subjectId: string
  /** The org that owns the subject. */
  readonly orgId: string
  readonly namespace: string
  readonly key: string
  /** The key and the way into its value, as in `address.city`. */
  readonly path: string
  /** What its schema says; of a key with `redact` only that it does not fit. */
  readonly problem: string
}

/**
 * Answers the entries that a definition would refuse if somebody set them as they are, by kind of subject and id, without
 * what has expired by it. Reads one batch at a time, and the next one when it is asked for more: what others write meanwhile
 * may be among it or not.
 *
 * @throws {@link InvalidInputError} without a definition, for one that makes no sense, and for a batch of less than 1 or more
 * than 1000 subjects.
 */
export async function* checkStored(
  core: Core,
  { definition, batchSize = 100, signal }: CheckMetadataOptions = {},
): AsyncGenerator<RefusedEntry, void, undefined> {
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 1000) {
    throw new InvalidInputError('batchSize', 'must be an integer from 1 to 1000')
  }
  if (definition !== undefined && (typeof definition !== 'object' || definition === null)) {
    throw new InvalidInputError('definition', 'must be made by defineMetadata')
  }
  const rules = definition === undefined ? core.metadataRules : compileRules(definition)
  if (rules === undefined) throw new InvalidInputError('definition', 'is missing, and the directory has none')
  const heeding = heedSignal(core, signal)
  for (const ofNamespace of rules.namespaces) {
    if (ofNamespace.keys.size === 0 && ofNamespace.unknownKeys !== 'reject') continue
    let last: string | undefined
    do {
      signal?.throwIfAborted()
      const subjects = await nextSubjects(heeding, ofNamespace.subjectType, last, batchSize)
      const entries = await Promise.all(subjects.map((subject) => entriesOf(heeding, ofNamespace, subject)))
      for (const entry of entries.flat()) {
        const refused = refusedEntry(core, ofNamespace, entry)
        if (refused !== undefined) yield refused
      }
      last = subjects.length < batchSize ? undefined : subjects.at(-1)?.subjectId
    } while (last !== undefined)
  }
}

/** Those that something is said about. */
async function entriesOf(core: Core, rules: NamespaceRules, subject: MetadataSubject): Promise<readonly EntryRecord[]> {
  const { namespace, keys, unknownKeys } = rules
  const asked = { read: 'entries', subject, namespace } as const
  return core.read(unknownKeys === 'reject' ? asked : { ...asked, keys: [...keys.keys()] })
}

function refusedEntry(core: Core, rules: NamespaceRules, entry: EntryRecord): RefusedEntry | undefined {
  if (isExpired(rules, entry, core.now())) return undefined
  const { subjectId, orgId, namespace, key, value } = entry
  try {
    checkValues(rules, [[key, metadataValue(value)]])
    return undefined
  } catch (error) {
    if (!isDirectoryError(error)) throw error
    const { path = key, problem = error.message } = error as Partial<InvalidInputError & LimitExceededError> & Error
    return { subjectType: rules.subjectType, subjectId, orgId, namespace, key, path, problem }
  }
}
