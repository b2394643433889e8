import type { Principal } from '@indwell/core'
import type { FileState } from './file-state'
import type { PrincipalLoader } from './load-principal'
import { rememberedReads } from './remembered-reads'

interface Recalled {
  readonly orgId: string | undefined
  readonly principal: Principal | undefined
}

/**
 * Answers what was read before where nothing that callers depend on was written to the file since; of each caller for the
 * org that it asked for last.
 */
export function recalledPrincipals(file: FileState, load: PrincipalLoader): PrincipalLoader {
  const remembered = rememberedReads<Recalled>(file)
  return (instanceId, read) => {
    if (read.memberships === 'all') return load(instanceId, read)
    const { userId, orgId } = read
    const known = remembered.recall(instanceId, userId)
    if (known !== undefined && known.orgId === orgId) return known.principal
    const principal = load(instanceId, read)
    remembered.keep(instanceId, userId, { orgId, principal })
    return principal
  }
}
