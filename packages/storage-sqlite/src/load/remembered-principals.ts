import type { Principal } from '@indwell/core'
import type { FileState } from './file-state'
import type { PrincipalLoader } from './load-principal'
import type { PrincipalQuestion, PrincipalReader } from './principal-reader'

interface Remembered {
  readonly orgId: string | undefined
  readonly principal: Principal | undefined
}

/** Callers at most; each for the org it asked for last. */
const most = 1000

/** Answers what was read before where nothing that callers depend on was written to the file since. */
export function rememberedPrincipals(file: FileState, load: PrincipalLoader): PrincipalReader {
  let asOf = -1
  let size = 0
  const remembered = new Map<string, Map<string, Remembered>>()

  const known = (instanceId: string, { userId, orgId }: PrincipalQuestion): Remembered | undefined => {
    const found = remembered.get(instanceId)?.get(userId)
    return found?.orgId === orgId ? found : undefined
  }

  /** Forgets all where anything was written. */
  const keepUp = () => {
    const number = file.number()
    if (number !== asOf || size >= most) {
      remembered.clear()
      size = 0
      asOf = number
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
