import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import { scopeOf } from '../permissions/permission-scope'
import type { Written } from '../written'
import { type DomainValidation, validationOf } from './domain-validation'
import { draftDomain } from './draft-domain'
import { draftOrgAggregate, loadOrgForChange, orgWritten, requireOrgDomain } from './load-org'
import { orgDomainClaim } from './org'

/** Whether an org has shown that a domain is its own. How that is looked for is the host's. */
export type DomainVerifier = (
  domain: string,
  context: {
    readonly orgId: string
    /** What the org has been told to show, and where. Absent: it was told nothing. */
    readonly validation?: DomainValidation
  },
) => Promise<boolean>

export interface VerifyDomainOptions {
  /** Whether the org has to have been told what to show. Default false: the host may know by other means. */
  readonly requireStarted?: boolean
}

/**
 * Lets the host check that a domain is the org's own, and verifies it then. Where the host checks nothing it is verified.
 * A check that fails stands in the history of the org. What the host's check throws comes out as it is, and nothing is
 * written.
 *
 * @throws {@link PermissionDeniedError} without `org.write`.
 * @throws {@link NotFoundError} when the org has no such domain, or the call may not see the org.
 * @throws {@link InvalidStateError} `domain_already_verified`, `domain_verification_missing` when the org has to have been
 * told what to show and was not, or `domain_not_proven` when the check fails.
 * @throws {@link AlreadyExistsError} when another org has it verified.
 */
export async function verifyOrgDomain(
  core: Core,
  actor: Actor,
  name: string,
  { requireStarted = false }: VerifyDomainOptions = {},
  orgId?: string,
): Promise<Written> {
  const load = async () => {
    const scope = await scopeOf(core, actor, 'org.write')
    const loaded = await loadOrgForChange(core, scope, orgId)
    const found = await requireOrgDomain(core, loaded.org.orgId, name)
    if (found.isVerified) throw new InvalidStateError('domain_already_verified')
    return { loaded, found }
  }

  const prove = async () => {
    const { found: asked } = await load()
    const validation = validationOf(asked)
    if (requireStarted && validation === undefined) throw new InvalidStateError('domain_verification_missing')
    const context = { orgId: asked.orgId, ...(validation !== undefined && { validation }) }
    return core.verifyDomain === undefined || core.verifyDomain(asked.domain, context)
  }

  // Outside of the write, which may be tried many times.
  const isProven = core.isRepeat === undefined && (await prove())
  const { proven, ...written } = await core.write(actor, async (draft) => {
    const { loaded, found } = await load()
    const { domain, createdAt } = found
    const aggregate = draftOrgAggregate(draft, loaded)
    draftDomain(draft, found, [
      aggregate.append({
        type: isProven ? 'org.domain.verified' : 'org.domain.verification.failed',
        payload: { domain },
      }),
    ])
    if (isProven) draft.takeClaim({ ...orgDomainClaim(domain), ownerType: 'org', ownerId: loaded.org.orgId })
    const answer = orgWritten(aggregate, loaded.org.orgId, createdAt)
    return { draft, answer: (committed) => ({ ...answer(committed), proven: isProven }) }
  })
  if (!proven) throw new InvalidStateError('domain_not_proven')
  return written
}
