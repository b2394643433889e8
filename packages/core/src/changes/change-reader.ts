import * as v from 'valibot'
import type { Core } from '../core'
import type { DirectoryEventType } from '../events/directory-event'
import { directoryEventTypes } from '../events/directory-event-types'
import { definedMembers, parseInput } from '../input'
import type { JsonObject } from '../json'
import { isSystemOwn } from '../metadata/metadata'
import type { AggregateKey, StoredEvent } from '../storage/records'
import type { Change } from './change'
import { ChangeDeriver } from './change-deriver'

/** Which changes to tell. */
export interface ChangesQuery {
  /** Only changes of these types. Absent: of all. */
  readonly types?: readonly DirectoryEventType[]
  /** Only changes of one aggregate, which are found by an index. */
  readonly subject?: AggregateKey
  /**
   * Whether to tell what was before. It costs a read of the aggregate's history where a change is the first of it that is
   * met, and memory for the thousand met last. Default true.
   */
  readonly before?: boolean
}

export const changesQuery = {
  types: v.optional(v.array(v.picklist(directoryEventTypes, 'must be a type of event'), 'must be a list of types')),
  subject: v.optional(
    v.object(
      {
        type: v.picklist(['instance', 'org', 'user', 'client', 'role'], 'must be a kind of subject'),
        id: v.string('must be text'),
      },
      'must be a type and an id',
    ),
  ),
  before: v.optional(v.boolean('must be true or false')),
}

export interface ChangePage {
  readonly changes: readonly Change[]
  /** What to go on after, also where nothing that was read is told. */
  readonly after: string | undefined
  /** More may be there already. */
  readonly isFull: boolean
}

const pageSize = 100

/** Reads changes page by page. */
export class ChangeReader {
  readonly #core: Core
  readonly #types: ReadonlySet<string> | undefined
  readonly #subject: AggregateKey | undefined
  readonly #deriver: ChangeDeriver

  /** @throws {@link InvalidInputError} for a query that is none. */
  constructor(core: Core, query: ChangesQuery) {
    const { types, subject, before = true } = parseInput(v.object(changesQuery), query)
    this.#core = core
    this.#types = types && new Set(types)
    this.#subject = subject
    this.#deriver = new ChangeDeriver(core, before)
  }

  /** Types are looked for here: the database would read what it leaves out again and again. */
  async read(after: string | undefined): Promise<ChangePage> {
    const aggregate = this.#subject
    const events = await this.#core.readEvents({ ...definedMembers({ aggregate, after }), limit: pageSize })
    return {
      changes: await this.#deriver.changesOf(events, (event) => isTold(this.#types, event)),
      after: events.at(-1)?.position ?? after,
      isFull: events.length === pageSize,
    }
  }

  /** One change, by the position it had. */
  async find(position: string): Promise<Change | undefined> {
    const [event] = await this.#core.readEvents({ at: position, limit: 1 })
    if (event === undefined) return undefined
    const [change] = await this.#deriver.changesOf([event], () => true)
    return change
  }
}

/** Whether an event is of the types that are asked for. What a face keeps for its own work is nobody else's. */
export function isTold(types: ReadonlySet<string> | undefined, { type, payload }: StoredEvent): boolean {
  if (types !== undefined && !types.has(type)) return false
  return !type.includes('.metadata.') || !isSystemOwn(String((payload as JsonObject).namespace))
}
