import type { DirectoryStorage } from '@indwell/core'
import { migratedSqlite } from '../../../../test/sqlite'

/** A storage as if behind a network, which can be told to keep its callers waiting before it reads anything. */
export async function heldStorage() {
  const { isLocal: _, commitUnread: __, ...storage } = await migratedSqlite()
  let held: Promise<void> | undefined
  let waiting = 0
  const remote: DirectoryStorage = {
    ...storage,
    async load(instanceId, reads) {
      waiting += 1
      await held
      return storage.load(instanceId, reads)
    },
  }
  return {
    storage: remote,
    /** Until what it answers is called. */
    hold() {
      let letGo = () => {}
      waiting = 0
      held = new Promise<void>((resolve) => {
        letGo = () => {
          held = undefined
          resolve()
        }
      })
      return letGo
    },
    waiting: () => waiting,
  }
}
