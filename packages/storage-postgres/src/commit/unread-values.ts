import { type EntryPut, type NewEvent, payloadTextOf, type UnreadCommit } from '@indwell/core'
import { ListParameter } from '../list-parameter'
import type { Taker } from '../statement-cache'
import { type CommitRun, commitTakers } from './commit-takers'
import { bytesOf, jsonOf } from './entry-parts'
import { permitTakers } from './permit-values'
import type { UnreadShape } from './unread-statement'

/** A commit on one subject. */
export interface UnreadRun extends CommitRun {
  readonly commit: UnreadCommit
}

type Takers = Readonly<Record<string, Taker<UnreadRun>>>

/** What the slots of `unreadStatement` take. */
export function unreadTaker(slot: string, { alone }: UnreadShape): Taker<UnreadRun> {
  const taker = (alone ? entryTakers : entriesTakers)[slot] ?? subjectTakers[slot] ?? commitTakers[slot]
  if (taker !== undefined) return taker
  const ofPermit = permitTakers[slot]!
  return ({ commit }) => ofPermit(commit)
}

const subjectTakers: Takers = {
  id: ({ commit }) => changeOf(commit).key.id,
  namespace: ({ commit }) => commit.putEntries![0]!.key.namespace,
  expected({ commit }) {
    const { expect } = changeOf(commit)
    return typeof expect === 'object' && 'sequence' in expect ? expect.sequence : null
  },
}

const ofEntry = (take: (put: EntryPut, event: NewEvent) => unknown): Taker<UnreadRun> => {
  return ({ commit }) => {
    const [put] = commit.putEntries!
    return take(put!, changeOf(commit).events[put!.stamp.event]!)
  }
}

const ofEntries = (
  type: ListParameter['type'],
  take: (put: EntryPut, event: NewEvent, place: number) => unknown,
): Taker<UnreadRun> => {
  return ({ commit }) => {
    const { events } = changeOf(commit)
    return new ListParameter(
      type,
      commit.putEntries!.map((put, place) => take(put, events[put.stamp.event]!, place)),
    )
  }
}

const changeOf = ({ aggregates }: UnreadCommit) => aggregates[0]!
const keyOf = ({ key }: EntryPut) => key.key
const putJsonOf = ({ value }: EntryPut) => jsonOf(value)
const putBytesOf = ({ value }: EntryPut) => bytesOf(value)
const typeOf = (_: EntryPut, { type }: NewEvent) => type
const payloadOf = (_: EntryPut, event: NewEvent) => payloadTextOf(event)

const entryTakers: Takers = {
  keys: ofEntry(keyOf),
  json: ofEntry(putJsonOf),
  bytes: ofEntry(putBytesOf),
  type: ofEntry(typeOf),
  payload: ofEntry(payloadOf),
}

const entriesTakers: Takers = {
  places: ofEntries('int4', (_put, _event, place) => place),
  keys: ofEntries('text', keyOf),
  json: ofEntries('text', putJsonOf),
  bytes: ofEntries('bytea', putBytesOf),
  type: ofEntries('text', typeOf),
  payload: ofEntries('text', payloadOf),
}
