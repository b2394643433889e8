import { isFolded } from '../history/folded-event'
import type { DirectoryStorage } from '../storage/directory-storage'
import type { ReplacedEvent } from '../storage/event-rewrite'
import type { AggregateKey, StoredEvent } from '../storage/records'
import { envelopeOf, parseEnvelope } from './envelope'
import type { Keys } from './key-ring'
import { keyIdsOfEvents, openEvent } from './open-results'
import type { Counted } from './reencrypt-metadata'
import { type CarriedPayload, carriedEntries, keyIdsOfReplaced, placeOfEvent, sealReplaced } from './seal-commit'
import { isUnreadable } from './unreadable-value'
import type { Vault } from './vault'

const types = [
  ...['user', 'org', 'client'].flatMap((subject) => [`${subject}.metadata.set`, `${subject}.history.folded`]),
  'user.anonymised',
]

/** Stores the values that a page of the log carries as they should be stored. Answers the page. */
export async function reencryptLog(
  storage: DirectoryStorage,
  vault: Vault,
  after: string | undefined,
  limit: number,
  counted: Counted,
): Promise<readonly StoredEvent[]> {
  const page = await storage.readEvents(vault.instanceId, { types, limit, ...(after !== undefined && { after }) })
  const stale = page.filter((event) => staleIn(vault, event).length > 0)
  const ids = () => [
    ...keyIdsOfEvents(vault, stale),
    ...stale.flatMap((event) => keyIdsOfReplaced(vault, event.aggregate, replacementOf(event))),
  ]
  const rewritten = await vault.sealing(ids, (keys) =>
    stale.flatMap((event) => {
      const replaced = rewrite(vault, event, keys, counted)
      return replaced === undefined ? [] : [{ aggregate: event.aggregate, replaced }]
    }),
  )
  const bySubject = new Map<string, { readonly aggregate: AggregateKey; readonly replace: ReplacedEvent[] }>()
  for (const { aggregate, replaced } of rewritten) {
    const name = `${aggregate.type} ${aggregate.id}`
    const known = bySubject.get(name)
    if (known === undefined) bySubject.set(name, { aggregate, replace: [replaced] })
    else known.replace.push(replaced)
  }
  for (const { aggregate, replace } of bySubject.values()) {
    await storage.rewriteEvents(vault.instanceId, aggregate, { replace })
    counted.events += replace.length
  }
  return page
}

/** What was folded or erased meanwhile is of another type, and stays so. */
const replacementOf = ({ sequence, type, payload, actor }: StoredEvent): ReplacedEvent => ({
  sequence,
  type,
  typeBefore: type,
  payload: payload as ReplacedEvent['payload'],
  actor,
})

function rewrite(vault: Vault, event: StoredEvent, keys: Keys, counted: Counted): ReplacedEvent | undefined {
  const opened = openEvent(vault, event, keys)
  const values = valuesOf(opened)
  const stale = staleIn(vault, event).map((index) => values[index])
  const unreadable = stale.filter(isUnreadable)
  for (const { error } of unreadable) if (error !== undefined) throw error
  counted.unreadable += unreadable.length
  // Of several that an event carries the others are encrypted anew.
  return unreadable.length === stale.length
    ? undefined
    : sealReplaced(vault, event.aggregate, replacementOf(opened), keys)
}

const valuesOf = (event: StoredEvent): readonly unknown[] =>
  isFolded(event) ? carriedEntries(event.payload).map(({ value }) => value) : [(event.payload as CarriedPayload).value]

/** Which of the values that an event carries are not stored as they should be. */
function staleIn(vault: Vault, event: StoredEvent): readonly number[] {
  const set = placeOfEvent(vault, event.aggregate, event)
  if (set !== undefined) {
    const envelope = envelopeOf((event.payload as CarriedPayload).value)
    return typeof envelope === 'object' && vault.isCurrent(set.place, set.sealed, envelope) ? [] : [0]
  }
  if (!isFolded(event)) return []
  return carriedEntries(event.payload).flatMap((entry, index) => {
    const sealed = vault.of(entry)
    if (sealed === undefined) return []
    const envelope = 'json' in entry.value ? parseEnvelope(entry.value.json) : undefined
    return typeof envelope === 'object' && vault.isCurrent(entry, sealed, envelope) ? [] : [index]
  })
}
