import * as v from 'valibot'
import type { Actor } from '../actor'
import type { Core } from '../core'
import { InvalidStateError } from '../errors/invalid-state-error'
import { parseInput } from '../input'
import { scopeOf } from '../permissions/permission-scope'
import type { DomainValidationType } from '../storage/records'
import type { Written } from '../written'
import { type DomainValidation, domainValidation } from './domain-validation'
import { draftDomain } from './draft-domain'
import { draftOrgAggregate, loadOrgForChange, orgWritten, requireOrgDomain } from './load-org'

export interface DomainVerificationStarted extends Written, DomainValidation {}

const StartDomainVerificationInput = v.strictObject({
  type: v.picklist(['http', 'dns'], 'must be http or dns'),
})

/**
 * Makes a token that the org has to show at a domain, in place of the one before. The host's check is told of it when the
 * domain shall be verified; the token is shown here and nowhere else, and is of no use to who does not hold the domain.
 *
 * @throws {@link InvalidInputError} for another type.
 * @throws {@link PermissionDeniedError} without `org.write`.
 * @throws {@link NotFoundError} when the org has no such domain, or the call may not see the org.
 * @throws {@link InvalidStateError} when it is verified, as it is at once where the host checks nothing.
 */
export async function startDomainVerification(
  core: Core,
  actor: Actor,
  name: string,
  wanted: DomainValidationType,
  orgId?: string,
): Promise<DomainVerificationStarted> {
  const { type } = parseInput(StartDomainVerificationInput, { type: wanted })
  const token = Buffer.from(core.randomBytes(24)).toString('base64url')

  return core.write(actor, async (draft) => {
    const scope = await scopeOf(core, actor, 'org.write')
    const loaded = await loadOrgForChange(core, scope, orgId)
    const found = await requireOrgDomain(core, loaded.org.orgId, name)
    if (found.isVerified) throw new InvalidStateError('domain_already_verified')

    const { domain, createdAt } = found
    const aggregate = draftOrgAggregate(draft, loaded)
    draftDomain(draft, found, [
      aggregate.append({ type: 'org.domain.verification.added', payload: { domain, type, token } }),
    ])
    const written = orgWritten(aggregate, loaded.org.orgId, createdAt)
    return { draft, answer: (committed) => ({ ...written(committed), ...domainValidation(domain, type, token) }) }
  })
}
