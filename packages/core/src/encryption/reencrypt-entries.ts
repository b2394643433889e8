import { uniqueClaim } from '../metadata-definition/unique-claims'
import type { DirectoryStorage } from '../storage/directory-storage'
import type { RewrittenEntry } from '../storage/event-rewrite'
import type { Read } from '../storage/read'
import type { AggregateKey, Claim, ClaimRecord, EntryRecord, EntryValue } from '../storage/records'
import { parseEnvelope } from './envelope'
import type { MetadataPlace } from './key-provider'
import type { Keys } from './key-ring'
import { entriesAmong, keyIdsOfEntries } from './open-results'
import type { Counted } from './reencrypt-metadata'
import { isUnreadable } from './unreadable-value'
import type { Vault } from './vault'

type Placed = EntryRecord & MetadataPlace

/** Stores what the reads find as it should be stored. What was set anew meanwhile is so already. */
export async function reencryptEntries(
  storage: DirectoryStorage,
  vault: Vault,
  reads: readonly Read[],
  counted: Counted,
): Promise<void> {
  const found = entriesAmong(reads, await storage.load(vault.instanceId, reads))
  const stale = (found as readonly Placed[]).filter((entry) => isStale(vault, entry))
  const ids = () => [...keyIdsOfEntries(vault, stale), ...stale.map((entry) => vault.keyIdOf(entry))]
  const opened = await vault.sealing(ids, (keys) =>
    stale.map((entry) => {
      const value = 'json' in entry.value ? vault.open(entry, entry.value.json, keys) : entry.value
      return { entry, value, keys }
    }),
  )
  for (const id of new Set(stale.map(({ subjectId }) => subjectId))) {
    const ofSubject = opened.filter(({ entry }) => entry.subjectId === id)
    const aggregate: AggregateKey = { type: ofSubject[0]!.entry.subjectType, id }
    const entries: RewrittenEntry[] = []
    for (const { entry, value, keys } of ofSubject) {
      const rewritten = await rewrite(storage, vault, entry, value, keys, counted)
      if (rewritten !== undefined) entries.push(rewritten)
    }
    if (entries.length > 0) await storage.rewriteEvents(vault.instanceId, aggregate, { replace: [], entries })
    counted.entries += entries.length
  }
}

function isStale(vault: Vault, entry: Placed): boolean {
  const sealed = vault.of(entry)
  if (sealed === undefined) return false
  const envelope = 'json' in entry.value ? parseEnvelope(entry.value.json) : undefined
  return typeof envelope !== 'object' || !vault.isCurrent(entry, sealed, envelope)
}

async function rewrite(
  storage: DirectoryStorage,
  vault: Vault,
  entry: Placed,
  value: EntryValue,
  keys: Keys,
  counted: Counted,
): Promise<RewrittenEntry | undefined> {
  if (isUnreadable(value)) {
    if (value.error !== undefined) throw value.error
    counted.unreadable += 1
    return undefined
  }
  const { namespace, key, sequence } = entry
  const sealed = vault.of(entry)!
  if (sealed.unique && !(await moveClaim(storage, vault, entry, value))) counted.conflicts += 1
  return { namespace, key, sequence, value: { json: vault.seal(entry, sealed, value, keys) } }
}

/**
 * Takes what a value claims now in place of what it claimed before, where it claimed something: by a hash that was not keyed, or
 * by another index key. `false`: somebody else holds it.
 */
async function moveClaim(storage: DirectoryStorage, vault: Vault, entry: Placed, value: EntryValue): Promise<boolean> {
  const { subjectType, subjectId, orgId, sequence, namespace, key } = entry
  const claim = uniqueClaim(entry, key, value)
  const claims = claim && vault.claimsOf(claim)
  if (claim === undefined || claims === undefined) return true
  const envelope = 'json' in entry.value ? parseEnvelope(entry.value.json) : undefined
  const earlier: readonly Claim[] = [
    claim,
    ...(typeof envelope === 'object' && envelope.$u ? [{ type: claim.type, value: envelope.$u }] : []),
  ].filter(({ value }) => value !== claims.stored.value)
  const reads = [claims.stored, ...earlier].map((asked): Read => ({ read: 'claim', claim: asked }))
  const [now, ...before] = (await storage.load(vault.instanceId, reads)) as readonly (ClaimRecord | undefined)[]
  const isOwn = (held: ClaimRecord | undefined) => held?.ownerType === subjectType && held.ownerId === subjectId
  const releaseClaims = earlier.filter((_, index) => isOwn(before[index]))
  if (releaseClaims.length === 0) return now === undefined || isOwn(now)
  const take = now === undefined ? [{ ...claims.stored, ownerType: subjectType, ownerId: subjectId }] : []
  const [outcome] = await storage.commit(vault.instanceId, [
    {
      at: vault.clock(),
      actor: { type: 'system', id: '', reason: 'metadata encrypted' },
      aggregates: [
        { key: { type: subjectType, id: subjectId }, expect: 'live', owner: orgId, events: [], revise: true },
      ],
      expectEntries: [{ key: { subjectType, subjectId, namespace, key }, sequence, aggregate: 0 }],
      releaseClaims,
      takeClaims: take,
    },
  ])
  return outcome!.outcome !== 'claim-taken' && (now === undefined || isOwn(now))
}
