import type { Actor } from '../actor'
import type { CommitDraft } from '../commit-draft'
import type { Core, Drafted } from '../core'
import { allOf } from '../permissions/all-of'
import { createUnread } from '../permissions/create-unread'
import { scopeOf } from '../permissions/permission-scope'
import { type DryRunOption, writerOf } from '../rehearse'
import { hasNameDomain, readNameDomainOwner, requireNameDomain } from './name-domain'
import { draftOwnerOrg, ownerOrgOf, presumedOwner } from './owner-org'
import { requireUnlinked } from './require-unlinked'

/** What decides whether a user may be created, and where. */
export interface NewUser {
  /** As given. */
  readonly chosenId: string | undefined
  /** As given. */
  readonly chosenOrg: string | undefined
  /** As given, where it is one that others sign in with. */
  readonly givenName: string | undefined
}

/**
 * Creates a user in the org that it belongs to.
 *
 * @param draftIn - Drafts the user itself.
 */
export async function createUser<T>(
  core: Core,
  actor: Actor,
  { chosenId, chosenOrg, givenName }: NewUser,
  draftIn: (draft: CommitDraft, orgId: string) => Drafted<T>,
  options: DryRunOption = {},
): Promise<T> {
  const planIn = (draft: CommitDraft, orgId: string) => {
    draftOwnerOrg(draft, orgId)
    return draftIn(draft, orgId)
  }
  const asksOnlyWhoCalls = chosenId === undefined && !hasNameDomain(core, givenName)
  if (!options.dryRun && asksOnlyWhoCalls) {
    const creating = createUnread(core, actor, 'user.write', (draft, caller) =>
      planIn(draft, presumedOwner(caller, chosenOrg)),
    )
    const created = creating && (await creating)
    if (created !== undefined) return created
  }
  const write = writerOf(core, options)
  return write(actor, async (draft) => {
    const permitted = scopeOf(core, actor, 'user.write')
    if (asksOnlyWhoCalls) return planIn(draft, await ownerOrgOf(core, await permitted, chosenOrg))
    const unlinked = requireUnlinked(core, chosenId)
    const [scope, domainOwner] = await allOf(permitted, readNameDomainOwner(core, givenName), unlinked)
    const orgId = await ownerOrgOf(core, scope, chosenOrg)
    requireNameDomain(domainOwner, orgId)
    return planIn(draft, orgId)
  })
}
