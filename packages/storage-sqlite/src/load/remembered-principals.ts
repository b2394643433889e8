import type { Principal } from '@indwell/core'
import type { Connection } from '../connection'
import type { PrincipalLoader } from './load-principal'

interface Remembered {
  readonly orgId: string | undefined
  readonly principal: Principal | undefined
}

/** Callers at most; each for the org it asked for last. */
const most = 1000

export interface RememberedPrincipals {
  readonly load: PrincipalLoader
  /** Whether there is something to recall, unless the file says otherwise. */
  mayRecall(instanceId: string, read: PrincipalQuestion): boolean
  /**
   * Whether the caller is known as the file has it, without a read of it. What was read before this was asked has come from
   * the same state.
   */
  recall(instanceId: string, read: PrincipalQuestion): Pick<Remembered, 'principal'> | undefined
}

type PrincipalQuestion = Parameters<PrincipalLoader>[1]

/**
 * Answers what was read before where nothing at all was written to the file since. SQLite itself says so of every
 * connection: of others by the version of the data, of this one by the number of rows it changed. Both take it a quarter of
 * the time of the read.
 *
 * Only for a connection of our own: what is read within a transaction of the host might be rolled back.
 */
export function rememberedPrincipals({ statements }: Connection, load: PrincipalLoader): RememberedPrincipals {
  const selectVersion = statements.keep('rows', () => 'pragma data_version')
  const selectChanges = statements.keep('rows', () => 'select total_changes()')
  const numberOf = (row: unknown) => (row as readonly [number])[0]
  let version = -1
  let changes = -1
  let size = 0
  const remembered = new Map<string, Map<string, Remembered>>()

  const known = (instanceId: string, { userId, orgId }: PrincipalQuestion): Remembered | undefined => {
    const found = remembered.get(instanceId)?.get(userId)
    return found?.orgId === orgId ? found : undefined
  }

  /** Forgets all where anything was written. */
  const keepUp = () => {
    const versionNow = numberOf(selectVersion().get())
    const changesNow = numberOf(selectChanges().get())
    if (versionNow !== version || changesNow !== changes || size >= most) {
      remembered.clear()
      size = 0
      version = versionNow
      changes = changesNow
    }
  }

  return {
    mayRecall: (instanceId, read) => read.memberships !== 'all' && known(instanceId, read) !== undefined,
    recall(instanceId, read) {
      keepUp()
      return known(instanceId, read)
    },
    load(instanceId, read) {
      if (read.memberships === 'all') return load(instanceId, read)
      // Before the read: what others write after this is either not in what is read, or makes it another version.
      keepUp()
      const found = known(instanceId, read)
      if (found !== undefined) return found.principal
      const principal = load(instanceId, read)
      const ofInstance = remembered.get(instanceId) ?? new Map<string, Remembered>()
      remembered.set(instanceId, ofInstance)
      if (!ofInstance.has(read.userId)) size += 1
      ofInstance.set(read.userId, { orgId: read.orgId, principal })
      return principal
    },
  }
}
