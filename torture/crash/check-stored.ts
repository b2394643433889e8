import { isDeepStrictEqual } from 'node:util'
import type { DirectoryStorage, Read, StoredEvent, SubjectKey } from '@indwell/core'
import { type Rows, rowsOfLog, storedRows } from '../../packages/core/test/rows-of-log'
import { eventsText } from '../operations/operation'
import { expectedClaims } from './expected-claims'
import type { ReportedCalls } from './reported-calls'
import type { Site } from './site'

const instanceId = 'default'

/**
 * What is wrong with what a database holds, after calls that were answered, refused or cut off:
 * every answered write is there, every other one whole or absent; no aggregate has a gap; the rows are what the log comes
 * to, and the claims what the rows come to.
 */
export async function checkStored(site: Site, calls?: ReportedCalls): Promise<readonly string[]> {
  const events = await site.storage.readEvents(instanceId, { limit: 10_000_000 })
  const rows = await storedRows(site.storage, instanceId, subjectsOf(events))
  return [
    ...(await site.damage()),
    ...gapsIn(events),
    ...(calls === undefined ? [] : callsAgainst(events, calls)),
    ...differences('row', rowLists(rowsOfLog(events)), rowLists(rows)),
    ...differences('claim', { claim: expectedClaims(instanceId, rows, events) }, { claim: await site.claims() }),
    ...(await aggregatesAgainst(site.storage, events, rows)),
  ]
}

const rowLists = (rows: Rows): Readonly<Record<string, readonly object[]>> => rows

function subjectsOf(events: readonly StoredEvent[]): readonly SubjectKey[] {
  const subjects = new Map<string, SubjectKey>()
  for (const { aggregate } of events) {
    const { type: subjectType, id: subjectId } = aggregate
    if (subjectType === 'instance' || subjectType === 'role') continue
    subjects.set(`${subjectType} ${subjectId}`, { subjectType, subjectId })
  }
  return [...subjects.values()]
}

/** Sequences are 1, 2, 3 … in each aggregate, also in the order of the feed, and no position stands twice. */
export function gapsIn(events: readonly StoredEvent[]): readonly string[] {
  const flaws: string[] = []
  const newest = new Map<string, StoredEvent>()
  const positions = new Set<string>()
  for (const event of events) {
    const name = `${event.aggregate.type} ${event.aggregate.id}`
    const before = newest.get(name)
    const expected = Number(before?.sequence ?? 0) + 1
    if (Number(event.sequence) !== expected) flaws.push(`${name}: ${event.sequence} where ${expected} should be`)
    if (event.createdAt < (before?.createdAt ?? 0)) flaws.push(`${name}: time goes back at ${event.sequence}`)
    if (positions.has(event.position)) flaws.push(`position ${event.position} stands twice`)
    positions.add(event.position)
    newest.set(name, event)
  }
  return flaws
}

/** Events of the children's calls carry the tag of the call as their reason. */
export function callsAgainst(events: readonly StoredEvent[], calls: ReportedCalls): readonly string[] {
  const written = new Map<string, StoredEvent[]>()
  for (const event of events) {
    const tag = event.actor.reason ?? ''
    const found = written.get(tag)
    if (found === undefined) written.set(tag, [event])
    else found.push(event)
  }
  const flaws: string[] = []
  for (const [tag, { kind, events: expected, answer }] of calls) {
    const found = written.get(tag) ?? []
    written.delete(tag)
    const named = `${kind} (${tag})`
    const types = eventsText(found.map(({ type }) => type))
    if (answer !== undefined && 'code' in answer) {
      if (found.length > 0) flaws.push(`${named} was refused as ${answer.code} and wrote ${types}`)
      continue
    }
    if (found.length === 0) {
      if (answer !== undefined) flaws.push(`${named} was answered and is lost`)
      continue
    }
    if (types !== eventsText(expected)) flaws.push(`${named} is half there: ${types}, not ${eventsText(expected)}`)
    if (new Set(found.map(({ createdAt }) => createdAt)).size > 1) flaws.push(`${named} was written in parts`)
    if (answer !== undefined && !found.some(({ sequence }) => sequence === answer.sequence)) {
      flaws.push(`${named} was answered with the sequence ${answer.sequence}, which is not its own`)
    }
  }
  for (const tag of written.keys()) if (tag !== 'first start') flaws.push(`nobody reported the call ${tag}`)
  return flaws
}

/** What stands in one of the lists only. */
export function differences(
  noun: string,
  expected: Readonly<Record<string, readonly object[]>>,
  stored: Readonly<Record<string, readonly object[]>>,
): readonly string[] {
  const flaws: string[] = []
  for (const kind of Object.keys(expected)) {
    const lacking = countedTexts(expected[kind]!)
    for (const [text, count] of countedTexts(stored[kind]!)) lacking.set(text, (lacking.get(text) ?? 0) - count)
    for (const [text, count] of lacking) {
      if (count > 0) flaws.push(`${noun} ${kind} is missing: ${text}`)
      if (count < 0) flaws.push(`${noun} ${kind} should not be there: ${text}`)
    }
  }
  return flaws
}

function countedTexts(list: readonly object[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const item of list) {
    const text = JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return counts
}

/** The row that numbers an aggregate knows its newest event, and whether its subject is there. */
async function aggregatesAgainst(
  storage: DirectoryStorage,
  events: readonly StoredEvent[],
  rows: Rows,
): Promise<readonly string[]> {
  const newest = new Map(events.map((event) => [`${event.aggregate.type} ${event.aggregate.id}`, event]))
  const present = new Set([
    ...rows.user.map(({ userId }) => `user ${userId}`),
    ...rows.org.map(({ orgId }) => `org ${orgId}`),
    ...rows.client.map(({ clientId }) => `client ${clientId}`),
    ...rows.role.map(({ roleId }) => `role ${roleId}`),
    ...rows.instance.map(() => `instance ${instanceId}`),
  ])
  const last = [...newest.values()]
  const reads = last.map(({ aggregate }): Read => ({ read: 'aggregate', key: aggregate }))
  const found = await storage.load(instanceId, reads)
  return last.flatMap(({ aggregate, sequence, owner }, index) => {
    const { type, id } = aggregate
    const record = found[index] as { sequence?: string; live?: boolean; owner?: string } | undefined
    const stored = { sequence: record?.sequence, live: record?.live, owner: record?.owner }
    const expected = { sequence, live: present.has(`${type} ${id}`), owner }
    if (isDeepStrictEqual(stored, expected)) return []
    return [`aggregate ${type} ${id} is ${JSON.stringify(stored)}, not ${JSON.stringify(expected)}`]
  })
}
