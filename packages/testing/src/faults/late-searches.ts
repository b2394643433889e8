import { type DirectoryStorage, maxPageSize, type Search } from '@indwell/core'
import { forwardingStorage } from '../database/forwarding-storage'
import type { DatabaseCopy } from '../database/test-database'

/** Searches that see what was written some writes ago. */
export interface LateSearches {
  /** Absent: the search sees what all others see. */
  storageFor(search: Search): DirectoryStorage | undefined
  /** To be called behind each write. */
  written(): Promise<void>
  /** @param behind - How many writes; `Infinity`: all until {@link LateSearches.settle}. */
  start(behind: number): Promise<void>
  settle(): Promise<void>
  stop(): Promise<void>
}

export function lateSearches(current: () => DatabaseCopy): LateSearches {
  let behind: number | undefined
  /** As it was behind each of the last writes, the oldest first: that is what is searched. */
  let views: DatabaseCopy[] = []
  let working: Promise<void> = Promise.resolve()

  /** One after the other, in the order in which they were asked for. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    working = working.catch(() => {}).then(work)
    return working
  }
  const look = async () => {
    const content = await current().save()
    views.push(await content.open())
    await content.drop()
  }
  const forget = async (keep: number) => {
    const old = views.slice(0, Math.max(0, views.length - keep))
    views = views.slice(old.length)
    for (const view of old) await view.close()
  }

  return {
    storageFor(search) {
      const view = views[0]
      // Decisions ask for everything there is, and are made on what is current; people ask for pages.
      if (behind === undefined || view === undefined || search.limit > maxPageSize) return undefined
      if (search.kind === 'accessToken' || search.kind === 'instance') return undefined
      return forwardingStorage(view.storage, () => view)
    },
    async written() {
      if (behind === undefined || behind === Number.POSITIVE_INFINITY) return
      const kept = behind + 1
      await inTurn(async () => {
        await look()
        await forget(kept)
      })
    },
    start: (writes) =>
      inTurn(async () => {
        if (!(writes >= 1)) throw new RangeError('behind is no count')
        await look()
        await forget(1)
        behind = writes
      }),
    settle: () =>
      inTurn(async () => {
        if (behind === undefined) return
        await look()
        await forget(1)
      }),
    stop: () =>
      inTurn(async () => {
        behind = undefined
        await forget(0)
      }),
  }
}
