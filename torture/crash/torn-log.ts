import { copyFile, mkdir, open, rm, stat, truncate } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { StoredEvent } from '@indwell/core'
import type { RandomSource } from '../../packages/core/src/conformance/random-source'
import type { Tally } from '../tally'
import { checkStored } from './check-stored'
import type { ReportedCall } from './reported-calls'
import { type Site, sqliteSite } from './site'

const blockBytes = 4096

/**
 * Looks at a copy whose write-ahead log lost its end, or a block in the middle, as the disk may leave it when the power
 * fails before the log was synced. Of the newest writes some are gone then, but none is half there, and none that was
 * written before one that stayed.
 *
 * The log must not have been moved into the database since it began.
 */
export async function tornLogFlaws(
  filename: string,
  calls: ReadonlyMap<string, ReportedCall>,
  random: RandomSource,
  tally: Tally,
): Promise<readonly string[]> {
  const size = await stat(`${filename}-wal`).then(
    (found) => found.size,
    () => 0,
  )
  if (size === 0) return []
  const directory = join(dirname(filename), 'torn')
  await mkdir(directory)
  const [whole, torn] = [join(directory, 'whole.db'), join(directory, 'torn.db')]
  for (const copy of [whole, torn]) {
    await copyFile(filename, copy)
    await copyFile(`${filename}-wal`, `${copy}-wal`)
  }
  if (random.chance(0.5)) await truncate(`${torn}-wal`, random.below(size))
  else await blank(`${torn}-wal`, Math.floor(random.below(size) / blockBytes) * blockBytes)

  const all = await eventsOf(whole)
  const site = await sqliteSite(torn)
  try {
    const left = await writtenEvents(site)
    tally.count('torn logs', 1)
    tally.count('events torn off', all.length - left.length)
    const uncertain = new Map([...calls].map(([tag, call]) => [tag, { ...call, answer: undefined }]))
    const flaws = await checkStored(site, uncertain)
    const isPrefix = isDeepStrictEqual(left, all.slice(0, left.length))
    return [...flaws, ...(isPrefix ? [] : ['lacks an older write than one that is there'])].map(
      (flaw) => `with a torn log: ${flaw}`,
    )
  } finally {
    await site.close()
    await rm(directory, { recursive: true })
  }
}

async function eventsOf(filename: string): Promise<readonly StoredEvent[]> {
  const site = await sqliteSite(filename)
  try {
    return await writtenEvents(site)
  } finally {
    await site.close()
  }
}

/** Without what whoever opens an empty directory writes himself. */
async function writtenEvents({ storage }: Site): Promise<readonly StoredEvent[]> {
  const events = await storage.readEvents('default', { limit: 10_000_000 })
  return events.filter(({ actor }) => actor.reason !== 'first start')
}

async function blank(filename: string, position: number): Promise<void> {
  const file = await open(filename, 'r+')
  try {
    await file.write(Buffer.alloc(blockBytes), 0, blockBytes, position)
  } finally {
    await file.close()
  }
}
