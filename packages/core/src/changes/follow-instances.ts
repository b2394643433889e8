import * as v from 'valibot'
import { InvalidInputError } from '../errors/invalid-input-error'
import { StorageUnavailableError } from '../errors/storage-unavailable-error'
import { shownEvent } from '../events/shown-event'
import { definedMembers, parseInput } from '../input'
import type { MetadataDefinition } from '../metadata-definition/define-metadata'
import { compileRules, type MetadataRules } from '../metadata-definition/metadata-rules'
import { retryUnreachable } from '../retry'
import type { DirectoryStorage } from '../storage/directory-storage'
import type { StoredEvent } from '../storage/records'
import type { Change } from './change'
import { ChangeDeriver } from './change-deriver'
import { type ChangePage, type ChangesQuery, changesQuery, isTold } from './change-reader'
import { type ChangesOptions, follow, followOptions } from './follow-changes'

/** Options of {@link followInstances}. */
export interface InstancesOptions<Metadata = unknown>
  extends Omit<ChangesQuery, 'subject'>,
    Pick<ChangesOptions, 'after' | 'signal' | 'pollMs'> {
  readonly storage: DirectoryStorage
  /**
   * What directories on the storage say of metadata. What it redacts is told to nobody; without it nothing is redacted, so
   * hand in what they are opened with.
   */
  readonly metadata?: MetadataDefinition<Metadata>
}

const optionsSchema = v.object({ ...followOptions, types: changesQuery.types, before: changesQuery.before })

/** Instances whose histories are remembered; of those that were longest unused the log is read again. */
const keptInstances = 100
const pageSize = 500

/**
 * Every change of every instance of a storage behind a position, and those to come: each at least once, those of one
 * aggregate in the order of their sequences. For the host's own process: it sees what every tenant does, and asks nobody.
 *
 * Positions are of the database: one that a directory told serves here, and the other way round. Nothing is read before it
 * is asked for. It ends at once, and without an error, with the `signal` or when it is given back; the storage stays open.
 *
 * @throws {@link InvalidInputError} for a position the storage never answered, or options that are none.
 * @throws {@link StorageUnavailableError} when the storage cannot be asked: go on after the last position then;
 * `incompatible` where it has no feed of all instances.
 */
export function followInstances<Metadata = unknown>(
  options: InstancesOptions<Metadata>,
): AsyncGenerator<Change, void, undefined> {
  const { storage, metadata } = options
  const { after, pollMs = 1000, signal, types, before = true } = parseInput(optionsSchema, options)
  if (typeof storage?.readEvents !== 'function') throw new InvalidInputError('storage', 'must be a storage')
  if (storage.readAllEvents === undefined) throw new StorageUnavailableError('incompatible')
  const rules = metadata && compileRules(metadata)
  const reader = new InstancesReader(storage, rules, types && new Set<string>(types), before)
  const waking = { onWritten: (wake: () => void) => storage.onWritten?.(wake) ?? (() => {}) }
  return follow(reader, waking, after, pollMs, signal === undefined ? [] : [signal])
}

class InstancesReader {
  readonly #storage: DirectoryStorage
  readonly #rules: MetadataRules | undefined
  readonly #types: ReadonlySet<string> | undefined
  readonly #tellsBefore: boolean
  readonly #derivers = new Map<string, ChangeDeriver>()

  constructor(
    storage: DirectoryStorage,
    rules: MetadataRules | undefined,
    types: ReadonlySet<string> | undefined,
    tellsBefore: boolean,
  ) {
    this.#storage = storage
    this.#rules = rules
    this.#types = types
    this.#tellsBefore = tellsBefore
  }

  async read(after: string | undefined): Promise<ChangePage> {
    const found = await retryUnreachable(
      async () => (await this.#storage.readAllEvents?.({ ...definedMembers({ after }), limit: pageSize })) ?? [],
    )
    const byInstance = new Map<string, StoredEvent[]>()
    for (const { instanceId, event } of found) {
      byInstance.set(instanceId, [...(byInstance.get(instanceId) ?? []), this.#shown(event)])
    }
    const derived = await Promise.all(
      [...byInstance].map(([instanceId, events]) => this.#changesOf(instanceId, events)),
    )
    const changes = new Map(derived.flat().map((change) => [change.position, change]))
    return {
      // In the order of their positions, whoever they are of.
      changes: found.flatMap(({ event: { position } }) => changes.get(position) ?? []),
      after: found.at(-1)?.event.position ?? after,
      // A page may end early.
      isFull: found.length > 0,
    }
  }

  #changesOf(instanceId: string, events: readonly StoredEvent[]): Promise<readonly Change[]> {
    const deriver = this.#derivers.get(instanceId) ?? new ChangeDeriver(this.#feedOf(instanceId), this.#tellsBefore)
    this.#derivers.delete(instanceId)
    this.#derivers.set(instanceId, deriver)
    for (const name of this.#derivers.keys()) {
      if (this.#derivers.size <= keptInstances) break
      this.#derivers.delete(name)
    }
    return deriver.changesOf(events, (event) => isTold(this.#types, event))
  }

  #feedOf(instanceId: string): ConstructorParameters<typeof ChangeDeriver>[0] {
    return {
      instanceId,
      readEvents: async (query) => {
        const events = await retryUnreachable(() => this.#storage.readEvents(instanceId, query))
        return events.map((event) => this.#shown(event))
      },
    }
  }

  #shown(event: StoredEvent): StoredEvent {
    return shownEvent(event, this.#rules)
  }
}
