import type { Principal } from '@indwell/core'
import type { Connection } from '../connection'
import type { PrincipalLoader } from './load-principal'

interface Remembered {
  readonly orgId: string | undefined
  readonly principal: Principal | undefined
}

/** Callers at most; each for the org it asked for last. */
const most = 1000

/**
 * Answers what was read before where nothing at all was written to the file since. SQLite itself says so of every
 * connection: of others by the version of the data, of this one by the number of rows it changed. Both take it a quarter of
 * the time of the read.
 *
 * Only for a connection of our own: what is read within a transaction of the host might be rolled back.
 */
export function rememberedPrincipals({ statements }: Connection, load: PrincipalLoader): PrincipalLoader {
  const selectVersion = statements.keep('rows', () => 'pragma data_version')
  const selectChanges = statements.keep('rows', () => 'select total_changes()')
  const numberOf = (row: unknown) => (row as readonly [number])[0]
  let version = -1
  let changes = -1
  let size = 0
  const remembered = new Map<string, Map<string, Remembered>>()

  return (instanceId, read) => {
    if (read.memberships === 'all') return load(instanceId, read)
    // Before the read: what others write after this is either not in what is read, or makes it another version.
    const versionNow = numberOf(selectVersion().get())
    const changesNow = numberOf(selectChanges().get())
    if (versionNow !== version || changesNow !== changes || size >= most) {
      remembered.clear()
      size = 0
      version = versionNow
      changes = changesNow
    }
    const { userId, orgId } = read
    let ofInstance = remembered.get(instanceId)
    const found = ofInstance?.get(userId)
    if (found !== undefined && found.orgId === orgId) return found.principal
    const principal = load(instanceId, read)
    if (ofInstance === undefined) {
      ofInstance = new Map()
      remembered.set(instanceId, ofInstance)
    }
    if (found === undefined) size += 1
    ofInstance.set(userId, { orgId, principal })
    return principal
  }
}
