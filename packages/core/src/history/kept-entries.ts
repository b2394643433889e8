import { codeKey, codePurposes, concernsCode, evolveCode, keptCode } from '../codes/code'
import type { AppendedEvent } from '../events/event'
import { entryName } from '../metadata/metadata'
import type { EntryKey, EntryRecord } from '../storage/records'
import { evolveIdentities, evolveLink, identitiesJson, identitiesKey, keptIdentities, linkKey } from '../users/identity'

const nameOf = ({ namespace, key }: EntryKey) => entryName(namespace, key)

/** Brings what is kept of a user's codes to where it is after `event`. */
export function applyToCodes(entries: Map<string, EntryRecord>, event: AppendedEvent): void {
  if (event.aggregate.type !== 'user') return
  for (const purpose of codePurposes) {
    if (event.type !== 'user.removed' && !concernsCode(purpose, event)) continue
    const key = codeKey(event.aggregate.id, purpose)
    const before = keptCode(entries.get(nameOf(key)))
    const code = evolveCode(before, purpose, event)
    if (code === undefined) entries.delete(nameOf(key))
    else if (code !== before) put(entries, key, JSON.stringify(code), event)
  }
}

/** The same of what is linked to a user, and of whom it is linked to. */
export function applyToLinks(entries: Map<string, EntryRecord>, event: AppendedEvent): void {
  const { aggregate, type } = event
  if (aggregate.type !== 'user' || type.startsWith('user.metadata.')) return
  const identities = identitiesKey(aggregate.id)
  const before = keptIdentities(entries.get(nameOf(identities)))
  const after = evolveIdentities(before, event)
  if (after.length === 0) entries.delete(nameOf(identities))
  else if (after !== before) put(entries, identities, identitiesJson(after), event)

  const link = linkKey(aggregate.id)
  const value = entries.get(nameOf(link))?.value
  const linked = value && 'json' in value ? (JSON.parse(value.json) as string) : undefined
  const linksTo = evolveLink(linked, event)
  if (linksTo === undefined) entries.delete(nameOf(link))
  else if (linksTo !== linked) put(entries, link, JSON.stringify(linksTo), event)
}

function put(entries: Map<string, EntryRecord>, key: EntryKey, json: string, event: AppendedEvent): void {
  const { owner: orgId, sequence, createdAt: changedAt } = event
  const createdAt = entries.get(nameOf(key))?.createdAt ?? changedAt
  entries.set(nameOf(key), { ...key, value: { json }, orgId, sequence, createdAt, changedAt })
}
