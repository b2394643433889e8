import { isLost } from '../encryption/unreadable-value'
import type { JsonObject, JsonValue } from '../json'
import { type MetadataValue, metadataValue, sameValue } from '../metadata/metadata-input'
import type { EntryRecord } from '../storage/records'
import { identitiesNamespace, keptIdentities } from '../users/identity'
import type { SubjectState } from './subject-state'

/** One thing that an event changed: what was there before, and what afterwards. What was not there is absent. */
export type HistoryDifference =
  | {
      readonly of: 'record'
      /** Name of the member of the user, org or client. */
      readonly member: string
      readonly before?: JsonValue
      readonly after?: JsonValue
    }
  | {
      readonly of: 'metadata'
      readonly namespace: string
      readonly key: string
      readonly before?: MetadataValue
      readonly after?: MetadataValue
      /** The values are shown to nobody, or not to this caller. */
      readonly hidden?: true
    }
  | {
      readonly of: 'member' | 'domain' | 'accessToken' | 'identity'
      /** Of the member and the identity the user's id; of the domain its name. */
      readonly id: string
      readonly before?: JsonObject
      readonly after?: JsonObject
    }

/** A state that later events leave as it is. */
export type FrozenState = Pick<SubjectState, 'record' | 'entries' | 'members' | 'domains' | 'tokens'>

export const frozen = (state: SubjectState): FrozenState => ({
  record: state.record,
  entries: new Map(state.entries),
  members: new Map(state.members),
  domains: new Map(state.domains),
  tokens: new Map(state.tokens),
})

/** The one entry that an event is about which sets or removes one. */
export function entryDifference(
  before: EntryRecord | undefined,
  after: EntryRecord | undefined,
): readonly HistoryDifference[] {
  const entry = after ?? before
  if (entry === undefined || entry.namespace.startsWith('$')) return []
  if (before !== undefined && after !== undefined && sameValue(before.value, after.value)) return []
  if ((before && isLost(before.value)) || (after && isLost(after.value))) {
    return [{ of: 'metadata', namespace: entry.namespace, key: entry.key, hidden: true }]
  }
  return [
    {
      of: 'metadata',
      namespace: entry.namespace,
      key: entry.key,
      ...(before !== undefined && { before: metadataValue(before.value) }),
      ...(after !== undefined && { after: metadataValue(after.value) }),
    },
  ]
}

/** All that is different in two states. */
export function stateDifference(before: FrozenState, after: FrozenState): readonly HistoryDifference[] {
  return [
    ...recordDifference(before.record, after.record),
    ...[...new Set([...before.entries.keys(), ...after.entries.keys()])].flatMap((name) =>
      entryDifference(before.entries.get(name), after.entries.get(name)),
    ),
    ...partDifference('identity', identitiesOf(before), identitiesOf(after)),
    ...partDifference('member', before.members, after.members),
    ...partDifference('domain', before.domains, after.domains),
    ...partDifference('accessToken', before.tokens, after.tokens),
  ]
}

const identitiesOf = ({ entries }: FrozenState) => {
  const kept = [...entries.values()].find(({ namespace }) => namespace === identitiesNamespace)
  return new Map(keptIdentities(kept).map((identity) => [identity.userId, identity]))
}

const unnamed: readonly string[] = ['sequence', 'createdAt', 'changedAt']
/** What is shown nowhere, and what names the thing itself. */
const unshown: readonly string[] = [
  ...unnamed,
  'hash',
  'validationToken',
  'level',
  'orgId',
  'userId',
  'tokenId',
  'domain',
]

function recordDifference(before: object | undefined, after: object | undefined): readonly HistoryDifference[] {
  const [was, is] = [membersOf(before, unnamed), membersOf(after, unnamed)]
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((member): readonly HistoryDifference[] => {
    const [old, now] = [was[member], is[member]]
    if (JSON.stringify(old ?? null) === JSON.stringify(now ?? null)) return []
    return [
      { of: 'record', member, ...(old !== undefined && { before: old }), ...(now !== undefined && { after: now }) },
    ]
  })
}

function partDifference(
  of: Extract<HistoryDifference, { readonly id: string }>['of'],
  before: ReadonlyMap<string, object>,
  after: ReadonlyMap<string, object>,
): readonly HistoryDifference[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((id): readonly HistoryDifference[] => {
    const [old, now] = [before.get(id), after.get(id)]
    const [was, is] = [old && membersOf(old, unshown), now && membersOf(now, unshown)]
    if (JSON.stringify(was) === JSON.stringify(is)) return []
    return [{ of, id, ...(was !== undefined && { before: was }), ...(is !== undefined && { after: is }) }]
  })
}

const membersOf = (record: object | undefined, left: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(record ?? {}).filter(([name]) => !left.includes(name)))
