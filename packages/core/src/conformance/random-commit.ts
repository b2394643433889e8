import type { AggregateChange, Commit, EntryPut, Expectation, RecordPut, RecordRemoval } from '../storage/commit'
import type { AggregateKey, Claim, ClaimRecord, EntryKey, EntryValue, SubjectKey } from '../storage/records'
import { changeOf, claimFor, commitOf, noon, orgKey, userKey } from './commit-of'
import type { RandomSource } from './random-source'
import { entryKeyOf, memberOf, orgOf, userOf } from './record-of'

/** What an event did, so that the log alone tells the state. Stands in the payload as JSON text under `effect`. */
export type Effect =
  | { readonly does: 'nothing' }
  | { readonly does: 'put'; readonly put: RecordPut }
  | { readonly does: 'remove'; readonly removal: RecordRemoval }
  | { readonly does: 'set'; readonly key: EntryKey; readonly value: EntryValue & { readonly json: string } }
  | { readonly does: 'unset'; readonly key: EntryKey }
  | { readonly does: 'clear'; readonly subject: SubjectKey }
  | { readonly does: 'take'; readonly claim: ClaimRecord }
  | { readonly does: 'release'; readonly claim: Claim }
  | { readonly does: 'removeHeldBy'; readonly orgId: string }

/** What stands in every payload. */
export type EffectPayload = { readonly effect: string; readonly revises: boolean; readonly removes: boolean }

export const randomSubjects: readonly AggregateKey[] = [
  ...['ada', 'bob', 'eve', 'Ada'].map(userKey),
  ...['acme', 'other'].map(orgKey),
]
const entryNames = ['plan', 'limit', 'Plan']
const claimValues = ['one', 'two', 'three']

export function randomEntryKeys(subject: AggregateKey): readonly EntryKey[] {
  return entryNames.flatMap((key) =>
    ['app', 'user'].map((namespace) => ({ ...entryKeyOf(subject.id, key, namespace), ...subjectOf(subject) })),
  )
}

/**
 * Every claim that random commits name.
 *
 * @param ofItsOwn - Whether a subject claims only what no other does.
 */
export function randomClaims(subject: AggregateKey, ofItsOwn: boolean): readonly Claim[] {
  return claimValues.map((value) => ({ type: ofItsOwn ? `${subject.type} ${subject.id}` : 'name', value }))
}

const subjectOf = ({ type, id }: AggregateKey): SubjectKey => ({
  subjectType: type === 'org' ? 'org' : 'user',
  subjectId: id,
})

/** A commit on one or two of {@link randomSubjects} that may or may not apply. */
export function randomCommit(random: RandomSource, claimsOfItsOwn: boolean): Commit {
  // Random users are put without a word to the org that holds them, which only one writer at a time gets away with.
  if (!claimsOfItsOwn && random.chance(0.03)) return randomOrgRemoval(random)
  const first = random.oneOf(randomSubjects)
  const second = random.oneOf(randomSubjects)
  const keys = first === second || random.chance(0.6) ? [first] : [first, second]
  const touched = new Set<string>()
  const put: RecordPut[] = []
  const remove: RecordRemoval[] = []
  const putEntries: EntryPut[] = []
  const removeEntries: Array<{ key: EntryKey } | { of: SubjectKey }> = []
  const takeClaims: ReturnType<typeof claimFor>[] = []
  const releaseClaims: Claim[] = []

  // What one commit removes and puts has an order of its own, so an effect leaves alone what another one touched.
  const touch = (...names: readonly string[]) => {
    if (names.some((name) => touched.has(name))) return false
    for (const name of names) touched.add(name)
    return true
  }

  const randomEffect = (key: AggregateKey, aggregate: number, event: number): Effect => {
    const stamp = { aggregate, event }
    const entry = random.oneOf(randomEntryKeys(key))
    const claim = random.oneOf(randomClaims(key, claimsOfItsOwn))
    switch (random.below(8)) {
      case 0: {
        if (!touch(`record ${key.type} ${key.id}`)) break
        const created = random.chance(0.5)
        const nickName = `${random.below(1000)}`
        const one: RecordPut =
          key.type === 'org'
            ? { kind: 'org', record: orgOf(key.id, { name: nickName }), stamp, created }
            : { kind: 'user', record: userOf(key.id, { nickName }), stamp, created }
        put.push(one)
        return { does: 'put', put: one }
      }
      case 1: {
        if (key.type !== 'org' || !touch(`member ${key.id}`)) break
        const roles = random.chance(0.5) ? ['ORG_OWNER'] : []
        const record = memberOf(key.id, random.oneOf(['ada', 'bob']), { roles })
        const one: RecordPut = { kind: 'member', record, stamp, created: true }
        put.push(one)
        return { does: 'put', put: one }
      }
      case 2: {
        if (!touch(`record ${key.type} ${key.id}`)) break
        const removal: RecordRemoval =
          key.type === 'org' ? { kind: 'org', key: { orgId: key.id } } : { kind: 'user', key: { userId: key.id } }
        remove.push(removal)
        return { does: 'remove', removal }
      }
      case 3:
      case 4: {
        if (!touch(`${JSON.stringify(entry)}`) || touched.has(`entries ${key.type} ${key.id}`)) break
        touched.add(`an entry ${key.type} ${key.id}`)
        const value = { json: `${random.below(1000)}` }
        putEntries.push({ key: entry, value, stamp })
        return { does: 'set', key: entry, value }
      }
      case 5: {
        if (random.chance(0.3)) {
          if (touched.has(`an entry ${key.type} ${key.id}`) || !touch(`entries ${key.type} ${key.id}`)) break
          removeEntries.push({ of: subjectOf(key) })
          return { does: 'clear', subject: subjectOf(key) }
        }
        if (!touch(JSON.stringify(entry)) || touched.has(`entries ${key.type} ${key.id}`)) break
        touched.add(`an entry ${key.type} ${key.id}`)
        removeEntries.push({ key: entry })
        return { does: 'unset', key: entry }
      }
      case 6: {
        if (!touch(JSON.stringify(claim))) break
        const taken = claimFor(key, claim)
        takeClaims.push(taken)
        return { does: 'take', claim: taken }
      }
      case 7: {
        if (!touch(JSON.stringify(claim))) break
        releaseClaims.push(claim)
        return { does: 'release', claim }
      }
    }
    return { does: 'nothing' }
  }

  const aggregates = keys.map((key, aggregate): AggregateChange => {
    const expect = randomExpectation(random)
    const removes = expect !== 'new' && random.chance(0.08)
    if (aggregate === 1 && expect !== 'new' && !removes && random.chance(0.2)) {
      return changeOf(key, { expect, events: [], revise: false })
    }
    const revise = random.chance(0.7)
    const count = 1 + random.below(3)
    const events = Array.from({ length: count }, (_, event) => {
      const effect = JSON.stringify(randomEffect(key, aggregate, event))
      return {
        type: 'happened',
        payload: { effect, revises: revise && event === 0, removes: removes && event === count - 1 },
      }
    })
    return changeOf(key, { expect, events, revise, owner: key.id, ...(removes ? { removes } : {}) })
  })
  const expected = random.oneOf(randomEntryKeys(keys[0]!))
  const expectEntries = random.chance(0.15)
    ? [
        {
          key: expected,
          sequence: random.chance(0.7) ? undefined : `${1 + random.below(20)}`,
          aggregate: 0,
        },
      ]
    : []
  return commitOf(aggregates, {
    at: noon + random.below(100),
    expectEntries,
    put,
    remove,
    putEntries,
    removeEntries,
    takeClaims,
    releaseClaims,
  })
}

function randomOrgRemoval(random: RandomSource): Commit {
  const orgId = random.oneOf(['acme', 'other'])
  const effect: Effect = { does: 'removeHeldBy', orgId }
  const payload = { effect: JSON.stringify(effect), revises: true, removes: true }
  const org = changeOf(orgKey(orgId), { owner: orgId, events: [{ type: 'happened', payload }], removes: true })
  return commitOf(org, { at: noon + random.below(100), removeHeldBy: { orgId } })
}

function randomExpectation(random: RandomSource): Expectation {
  const choice = random.below(20)
  if (choice < 5) return 'new'
  if (choice < 16) return 'live'
  if (choice < 18) return { revision: random.below(10) }
  const sequence = `${random.below(15)}`
  return choice < 19 ? { sequence } : { revision: random.below(10), sequence }
}
