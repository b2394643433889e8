import { createDirectory, type DirectoryStorage, type StoredEvent } from '@indwell/core'
import type { RandomSource } from '../../packages/core/src/conformance/random-source'
import { flawsIn, startChild } from '../child'
import type { HistoryTask, Location } from '../child-task'
import { checkStored } from '../crash/check-stored'
import type { Site } from '../crash/site'
import type { Tally } from '../tally'
import { checkHistory } from './check-history'
import type { Call } from './history'
import { createScene, sceneReason } from './scene'
import { versionsOfLog } from './versions-of-log'

const processes = 4

/** An empty database that several processes share. */
export interface SharedDatabase {
  readonly location: Location
  open(): Promise<Site>
  remove(): Promise<void>
}

export interface HistoryPart {
  /** The built `history-child.ts`. */
  readonly childFile: string
  readonly random: RandomSource
  readonly rounds: number
  readonly durationMs: number
  readonly tally: Tally
}

/** Four processes read and write one database at once; afterwards their histories and the log have to fit together. */
export async function runManyProcesses(
  { childFile, random, rounds, durationMs, tally }: HistoryPart,
  create: () => Promise<SharedDatabase>,
): Promise<void> {
  for (let round = 1; round <= rounds; round++) {
    const database = await create()
    const site = await database.open()
    try {
      const directory = await createDirectory({ storage: site.storage })
      await createScene(directory.asSystem(sceneReason))
      const children = Array.from({ length: processes }, (_, process) =>
        startChild(childFile, {
          location: database.location,
          seed: random.below(2 ** 32),
          process,
          lanes: 1 + random.below(4),
          durationMs,
        } satisfies HistoryTask),
      )
      const over = Promise.all(children.map((child) => child.ended()))
      const feed = await followFeed(site.storage, over)
      const lines = children.flatMap((child) => child.lines)
      const unfinished = children.filter((child) => !child.lines.some(({ said }) => said === 'done')).length
      const calls = lines.flatMap((line) => (line.said === 'history' ? [line.record as Call] : []))
      const log = await site.storage.readEvents('default', { limit: 10_000_000 })
      const found = versionsOfLog(log)
      const flaws = checkHistory({ ...found, calls: withoutEffect(calls, found.versions) })
      tally.count('calls', calls.length)
      tally.count('writes', calls.filter(({ did }) => did.kind === 'write' && did.sequence !== undefined).length)
      tally.count('reads', calls.filter(({ did }) => did.kind === 'read').length)
      tally.round(
        [
          ...flawsIn(lines),
          ...(unfinished > 0 ? [`${unfinished} processes ended before their time`] : []),
          ...flaws.map(({ kind, text }) => `${kind}: ${text}`),
          ...feedFlaws(feed, log),
          ...(await checkStored(site)),
        ],
        `round ${round}`,
      )
    } finally {
      await site.close()
      await database.remove()
    }
  }
}

/**
 * Taking a right from somebody who has none is answered and writes nothing: it says that there was none. Were it a write
 * that was lost, the right would be seen after it.
 */
function withoutEffect(calls: readonly Call[], versions: readonly { readonly call: string | undefined }[]) {
  const written = new Set(versions.map(({ call }) => call))
  return calls.map((call): Call => {
    const { did } = call
    if (did.kind !== 'write' || !did.register.startsWith('right ') || did.sequence === undefined) return call
    return written.has(call.id) ? call : { ...call, did: { kind: 'read', register: did.register, value: '' } }
  })
}

/** Reads the feed as a consumer does, until `over`, and then to its end. */
async function followFeed(storage: DirectoryStorage, over: Promise<unknown>): Promise<readonly StoredEvent[]> {
  const feed: StoredEvent[] = []
  let isOver = false
  over.then(() => {
    isOver = true
  })
  for (;;) {
    const wasOver = isOver
    const after = feed.at(-1)?.position
    const page = await storage.readEvents('default', { limit: 200, ...(after === undefined ? {} : { after }) })
    feed.push(...page)
    if (page.length > 0) continue
    if (wasOver) return feed
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function feedFlaws(feed: readonly StoredEvent[], log: readonly StoredEvent[]): readonly string[] {
  const name = ({ aggregate, sequence }: StoredEvent) => `${aggregate.type} ${aggregate.id} ${sequence}`
  const seen = new Set(feed.map(name))
  const missed = log.filter((event) => !seen.has(name(event))).map((event) => `the feed missed ${name(event)}`)
  return [...missed, ...(feed.length > seen.size ? [`the feed told ${feed.length - seen.size} events twice`] : [])]
}
