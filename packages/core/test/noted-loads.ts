import type { DirectoryStorage } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'

/** A storage in memory that notes, for each question it is asked, the kinds of the reads in it: `principal,record`. */
export function notedLoads(): { readonly storage: DirectoryStorage; readonly asked: string[] } {
  const inner = sqliteStorage({ filename: ':memory:' })
  const asked: string[] = []
  const storage: DirectoryStorage = {
    ...inner,
    load(instanceId, reads) {
      asked.push(reads.map(({ read }) => read).join())
      return inner.load(instanceId, reads)
    },
  }
  return { storage, asked }
}
