import type { AggregateKey, Claim, Commit, EntryKey, RecordPut, RecordRemoval, SubjectKey } from '@indwell/core'
import { recordTables } from '@indwell/storage-kysely'

/** A commit of a batch that one statement shall apply together with others. */
export interface RoundMember {
  readonly commit: Commit
  /** Its place in the batch. */
  readonly index: number
  /** The aggregate whose events, in this round, may push the time of the commit. */
  chain: string | undefined
}

/** Aggregates that one statement locks at most: the server keeps room for some thousand locks in all. */
const maxAggregates = 128

/**
 * Takes out of `pending` what one statement can apply as if one by one in order: commits of which none sees what another
 * changes. What has to see the effect of an earlier one waits, and with it what has to come after it.
 */
export function takeRound(pending: readonly RoundMember[]): {
  round: readonly RoundMember[]
  rest: readonly RoundMember[]
} {
  if (pending.length === 1) return { round: pending, rest: [] }
  const taken: Uses = new Map()
  const chains: Chains = new Map()
  const round: RoundMember[] = []
  const rest: RoundMember[] = []
  const aggregates = new Set<string>()
  // What an org holds is known to the database only, so a commit that removes all of it is alone.
  const [first, ...others] = pending
  if (first?.commit.removeHeldBy !== undefined) return { round: [first], rest: others }
  const next = pending.findIndex(({ commit }) => commit.removeHeldBy !== undefined)
  const candidates = next < 0 ? pending : pending.slice(0, next)
  for (const member of candidates) {
    const uses = usesOf(member.commit)
    const fits = aggregates.size + member.commit.aggregates.length <= maxAggregates || round.length === 0
    if (fits && compatible(taken, uses) && joinChain(chains, member)) {
      round.push(member)
      for (const { key } of member.commit.aggregates) aggregates.add(aggregateId(key))
      for (const [what, use] of uses) taken.set(what, use)
    } else {
      rest.push(member)
      for (const what of uses.keys()) taken.set(what, 'alone')
    }
  }
  return { round, rest: next < 0 ? rest : [...rest, ...pending.slice(next)] }
}

export function aggregateId({ type, id }: AggregateKey): string {
  return `${type}\0${id}`
}

export function subjectId({ subjectType, subjectId }: SubjectKey): string {
  return `${subjectType}\0${subjectId}`
}

export function entryId(key: EntryKey): string {
  return `${subjectId(key)}\0${key.namespace}\0${key.key}`
}

/** Readers get along with readers and writers with writers, whose effects add up in the order of the commits. */
type Use = 'read' | 'write' | 'alone'
type Uses = Map<string, Use>

function compatible(taken: Uses, uses: Uses): boolean {
  for (const [what, use] of uses) {
    const other = taken.get(what)
    if (other !== undefined && (other !== use || use === 'alone')) return false
  }
  return true
}

function usesOf(commit: Commit): Uses {
  const uses: Uses = new Map()
  const use = (what: string, how: Use) => {
    const before = uses.get(what)
    uses.set(what, before === undefined || before === how ? how : 'alone')
  }
  for (const { key, expect, events, revise, removes } of commit.aggregates) {
    const id = aggregateId(key)
    use(`live\0${id}`, expect === 'new' || removes ? 'alone' : 'read')
    if (typeof expect === 'object') for (const what of Object.keys(expect)) use(`${what}\0${id}`, 'read')
    if (revise) use(`revision\0${id}`, 'write')
    if (events.length > 0) use(`sequence\0${id}`, 'write')
  }
  for (const { key } of commit.expectEntries ?? []) useEntry(key, 'read')
  for (const { key } of commit.putEntries ?? []) useEntry(key, 'write')
  for (const removal of commit.removeEntries ?? []) {
    if ('key' in removal) useEntry(removal.key, 'alone')
    else use(`entries\0${subjectId(removal.of)}`, 'alone')
  }
  for (const put of commit.put ?? []) useRecord(put.kind, recordKey(put), ownerOf(put))
  for (const removal of commit.remove ?? []) {
    if ('ofUser' in removal) use(`records\0${removal.kind}\0${removal.ofUser}`, 'alone')
    else useRecord(removal.kind, recordKey(removal), ownerOf(removal))
  }
  for (const claim of commit.releaseClaims ?? []) use(claimId(claim), 'alone')
  for (const claim of commit.takeClaims ?? []) use(claimId(claim), 'alone')
  if (commit.keepAnswer !== undefined) use(`answer\0${commit.keepAnswer.key}`, 'alone')
  return uses

  function useEntry(key: EntryKey, how: Use): void {
    use(`entry\0${entryId(key)}`, how)
    // Whoever removes all of a subject is alone with it; all others get along here.
    const subject = `entries\0${subjectId(key)}`
    if (uses.get(subject) !== 'alone') uses.set(subject, 'read')
  }

  function useRecord(kind: string, key: string, owner: string | undefined): void {
    uses.set(`record\0${kind}\0${key}`, 'alone')
    if (owner === undefined) return
    const all = `records\0${kind}\0${owner}`
    if (uses.get(all) !== 'alone') uses.set(all, 'read')
  }
}

function claimId({ type, value }: Claim): string {
  return `claim\0${type}\0${value}`
}

/** The members of a record that name it, as one text. */
export function recordKey(of: RecordPut | Exclude<RecordRemoval, { ofUser: string }>): string {
  const values: Readonly<Record<string, unknown>> = 'record' in of ? { ...of.record } : { ...of.key }
  return recordTables[of.kind].key.map((member) => values[member]).join('\0')
}

/** The user with whom all records of the kind can be removed at once. */
function ownerOf(of: RecordPut | Exclude<RecordRemoval, { ofUser: string }>): string | undefined {
  if (of.kind !== 'accessToken' && of.kind !== 'member') return undefined
  return 'record' in of ? of.record.userId : of.key.userId
}

/** By aggregate, the members that have events on it. */
type Chains = Map<string, RoundMember[]>

/**
 * A commit is not earlier than the newest event of its aggregates, and that can be one of the same round. The statement
 * works out such times along one aggregate; times that depend on each other across several have to wait.
 */
function joinChain(chains: Chains, member: RoundMember): boolean {
  const links = member.commit.aggregates.map(({ key }) => aggregateId(key)).filter((id) => chains.has(id))
  const [link, ...others] = links
  if (link !== undefined) {
    const earlier = chains.get(link)!
    if (others.length > 0 || earlier.some(({ chain }) => chain !== undefined && chain !== link)) return false
    for (const other of earlier) other.chain = link
    member.chain = link
  }
  for (const { key, events } of member.commit.aggregates) {
    if (events.length === 0) continue
    const id = aggregateId(key)
    const list = chains.get(id)
    if (list === undefined) chains.set(id, [member])
    else list.push(member)
  }
  return true
}
