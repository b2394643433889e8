import type { CoreOptions } from '../create-core'
import { retryUnreachable } from '../retry'
import type { StoredEvent } from '../storage/records'
import { type HeldAnnouncements, tell } from './held-announcements'

/**
 * Tells of those commits whose events are in the database, and goes on holding the others. Of a commit the last event
 * stands for all.
 */
export async function announceStored(
  options: Pick<CoreOptions, 'storage' | 'instanceId' | 'events' | 'outbox'>,
  held: HeldAnnouncements,
): Promise<number> {
  const waiting = held.take().map((announcement) => ({ ...announcement, list: announcement.events() }))
  let stored: readonly boolean[] = []
  try {
    stored = await Promise.all(waiting.map(({ list }) => isStored(options, list.at(-1))))
  } finally {
    held.add(waiting.filter(({ list }, place) => list.length > 0 && !stored[place]))
  }
  const told = waiting.filter((_, place) => stored[place])
  tell(options, told)
  return told.reduce((sum, { list }) => sum + list.length, 0)
}

async function isStored(
  { storage, instanceId }: Pick<CoreOptions, 'storage' | 'instanceId'>,
  event: StoredEvent | undefined,
): Promise<boolean> {
  if (event === undefined) return false
  const { position, aggregate, sequence, type, createdAt } = event
  const [found] = await retryUnreachable(() => storage.readEvents(instanceId, { at: position, limit: 1 }))
  // Where a transaction was rolled back, a position may be given out again.
  return (
    found !== undefined &&
    found.aggregate.type === aggregate.type &&
    found.aggregate.id === aggregate.id &&
    found.sequence === sequence &&
    found.type === type &&
    found.createdAt === createdAt
  )
}
