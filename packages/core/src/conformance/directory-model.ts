import type { Commit, CommitOutcome, EntryRemoval, Expectation, RecordPut, RecordRemoval } from '../storage/commit'
import type {
  AggregateKey,
  AggregateRecord,
  ClaimRecord,
  EntryKey,
  EntryRecord,
  RecordKeyMap,
  RecordKind,
  RecordMap,
} from '../storage/records'

/** Everything one instance holds, by its key as text. */
export interface DirectoryState {
  readonly aggregates: ReadonlyMap<string, AggregateRecord>
  readonly records: ReadonlyMap<string, RecordMap[RecordKind]>
  readonly entries: ReadonlyMap<string, EntryRecord>
  readonly claims: ReadonlyMap<string, ClaimRecord>
}

/** The outcome of a commit, without the positions, which only a storage can know. */
export type ModelOutcome =
  | Exclude<CommitOutcome, { outcome: 'applied' }>
  | { readonly outcome: 'applied'; readonly at: number; readonly sequences: readonly string[] }

export const nameOfAggregate = ({ type, id }: AggregateKey) => JSON.stringify([type, id])
export const nameOfClaim = ({ type, value }: { type: string; value: string }) => JSON.stringify([type, value])
export const nameOfEntry = ({ subjectType, subjectId, namespace, key }: EntryKey) =>
  JSON.stringify([subjectType, subjectId, namespace, key])
export function nameOfRecord<K extends RecordKind>(kind: K, key: RecordKeyMap[K]): string {
  const members: Readonly<Record<string, unknown>> = { ...key }
  const names: Record<RecordKind, readonly string[]> = {
    instance: [],
    org: ['orgId'],
    orgDomain: ['orgId', 'domain'],
    user: ['userId'],
    member: ['level', 'orgId', 'userId'],
    client: ['clientId'],
    role: ['roleId'],
    accessToken: ['userId', 'tokenId'],
    deletedUser: ['userId'],
  }
  return JSON.stringify([kind, ...names[kind].map((name) => members[name])])
}

interface MutableState {
  readonly aggregates: Map<string, AggregateRecord>
  readonly records: Map<string, RecordMap[RecordKind]>
  readonly entries: Map<string, EntryRecord>
  readonly claims: Map<string, ClaimRecord>
}

/** Takes out of a state what {@link Commit.removeHeldBy} takes. */
export function removeHeldBy({ aggregates, records, entries, claims }: MutableState, orgId: string): void {
  const held = new Set([nameOfAggregate({ type: 'org', id: orgId })])
  const users = new Set<string>()
  for (const [name, record] of records) {
    const [kind]: readonly unknown[] = JSON.parse(name)
    if (!('orgId' in record) || record.orgId !== orgId) continue
    if ((kind === 'user' || kind === 'deletedUser') && 'userName' in record) {
      users.add(record.userId)
      held.add(nameOfAggregate({ type: 'user', id: record.userId }))
    }
    if (kind === 'client' && 'clientId' in record) held.add(nameOfAggregate({ type: 'client', id: record.clientId }))
    // A token goes with its user.
    if (kind !== 'accessToken') records.delete(name)
  }
  for (const [name, record] of records) {
    if ('userId' in record && users.has(record.userId)) records.delete(name)
  }
  for (const [name, { subjectType, subjectId }] of entries) {
    if (held.has(JSON.stringify([subjectType, subjectId]))) entries.delete(name)
  }
  for (const [name, { ownerType, ownerId }] of claims) {
    if (held.has(nameOfAggregate({ type: ownerType, id: ownerId }))) claims.delete(name)
  }
  for (const name of held) {
    const found = aggregates.get(name)
    if (found?.live === true && found.type !== 'org') {
      aggregates.set(name, { ...found, live: false, revision: found.revision + 1 })
    }
  }
}

/** What a commit means, in the plainest words: maps, one commit after the other. */
export class DirectoryModel implements DirectoryState {
  readonly aggregates = new Map<string, AggregateRecord>()
  readonly records = new Map<string, RecordMap[RecordKind]>()
  readonly entries = new Map<string, EntryRecord>()
  readonly claims = new Map<string, ClaimRecord>()

  commit(commit: Commit): ModelOutcome {
    const refusal = this.#refusal(commit)
    if (refusal !== undefined) return refusal

    const before = commit.aggregates.map(({ key }) => this.aggregates.get(nameOfAggregate(key)))
    const at = Math.max(commit.at, ...before.map((aggregate) => aggregate?.changedAt ?? 0))
    const bases = before.map((aggregate) => BigInt(aggregate?.sequence ?? 0))
    const sequences = commit.aggregates.map(({ events }, index) => String(bases[index]! + BigInt(events.length)))
    for (const [index, change] of commit.aggregates.entries()) {
      this.aggregates.set(nameOfAggregate(change.key), {
        ...change.key,
        owner: change.expect === 'new' ? change.owner : (before[index]?.owner ?? change.owner),
        sequence: sequences[index]!,
        revision: (before[index]?.revision ?? 0) + (change.revise ? 1 : 0),
        live: change.removes !== true,
        changedAt: change.events.length > 0 ? at : (before[index]?.changedAt ?? at),
      })
    }
    const sequenceOf = (stamp: { aggregate: number; event: number }) =>
      String(bases[stamp.aggregate]! + BigInt(stamp.event) + 1n)

    if (commit.removeHeldBy !== undefined) removeHeldBy(this, commit.removeHeldBy.orgId)
    for (const removal of commit.remove ?? []) this.#remove(removal)
    for (const put of commit.put ?? []) this.#put(put, at, put.stamp === undefined ? undefined : sequenceOf(put.stamp))
    for (const removal of commit.removeEntries ?? []) this.#removeEntries(removal)
    for (const { key, value, stamp } of commit.putEntries ?? []) {
      const name = nameOfEntry(key)
      const createdAt = this.entries.get(name)?.createdAt ?? at
      const orgId = commit.aggregates[stamp.aggregate]!.owner
      this.entries.set(name, { ...key, value, orgId, sequence: sequenceOf(stamp), createdAt, changedAt: at })
    }
    for (const claim of commit.releaseClaims ?? []) this.claims.delete(nameOfClaim(claim))
    for (const claim of commit.takeClaims ?? []) this.claims.set(nameOfClaim(claim), claim)
    return { outcome: 'applied', at, sequences }
  }

  #refusal(commit: Commit): ModelOutcome | undefined {
    for (const { key, expect } of commit.aggregates) {
      const outcome = refusedBy(expect, this.aggregates.get(nameOfAggregate(key)))
      if (outcome !== undefined) return { outcome, aggregate: key }
    }
    for (const { key, sequence, aggregate } of commit.expectEntries ?? []) {
      if (this.entries.get(nameOfEntry(key))?.sequence !== sequence) {
        return { outcome: 'stale', aggregate: commit.aggregates[aggregate]!.key }
      }
    }
    for (const { type, value } of commit.takeClaims ?? []) {
      if (this.claims.has(nameOfClaim({ type, value }))) return { outcome: 'claim-taken', claim: { type, value } }
    }
    return undefined
  }

  #put({ kind, record, created }: RecordPut, at: number, sequence: string | undefined): void {
    const stamped = sequence === undefined ? {} : { sequence, changedAt: at, ...(created ? { createdAt: at } : {}) }
    this.records.set(nameOfRecord(kind, record), { ...record, ...stamped })
  }

  #remove(removal: RecordRemoval): void {
    if ('key' in removal) {
      this.records.delete(nameOfRecord(removal.kind, removal.key))
      return
    }
    for (const [name, record] of this.records) {
      const [kind]: readonly unknown[] = JSON.parse(name)
      if (kind === removal.kind && 'userId' in record && record.userId === removal.ofUser) this.records.delete(name)
    }
  }

  #removeEntries(removal: EntryRemoval): void {
    for (const [name, entry] of this.entries) {
      const gone =
        'key' in removal
          ? name === nameOfEntry(removal.key)
          : entry.subjectType === removal.of.subjectType && entry.subjectId === removal.of.subjectId
      if (gone) this.entries.delete(name)
    }
  }
}

function refusedBy(
  expect: Expectation,
  found: AggregateRecord | undefined,
): 'occupied' | 'missing' | 'stale' | undefined {
  const live = found?.live === true
  if (expect === 'new') return live ? 'occupied' : undefined
  if (!live) return 'missing'
  if (expect === 'live') return undefined
  if ('revision' in expect && found.revision !== expect.revision) return 'stale'
  if ('sequence' in expect && found.sequence !== expect.sequence) return 'stale'
  return undefined
}
