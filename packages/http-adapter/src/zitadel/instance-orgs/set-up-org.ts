import { apiError, plainApiError } from '../api-error'
import type { Admin } from '../binding'
import { detailsOf } from '../object-details'
import { contactErrors } from '../users/contact-errors'
import { humanInput } from '../users/human-input'
import { trimmedNames } from '../users/trimmed-names'

/** A password counts only as given: nothing here could check it, so it is not kept. */
export const setUpOrg: Admin<'SetUpOrg'> = {
  writes: 'adds',
  errors: {
    invalid_input: {
      ...contactErrors,
      // What is left then is a name of which no domain can be made.
      name: ['invalid_argument', 'ORG-RrfXY', 'Errors.Org.Domain.EmptyString'],
      domain: ['invalid_argument', 'ORG-r3h4J', 'Errors.Org.Domain.InvalidCharacter'],
      roles: ['invalid_argument', 'Org-4N8es', 'Errors.Org.MemberInvalid'],
    },
  },
  async handle({ caller, request: { org, human, roles } }) {
    if (human === undefined) throw plainApiError('invalid_argument', 'invalid SetUpOrgRequest.User: value is required')
    if (org.name.trim() === '') throw apiError('invalid_argument', 'ORG-mruNY', 'Errors.Org.Invalid')
    const { userName, firstName, lastName } = trimmedNames({ ...human.profile, userName: human.userName })
    const emailVerified = human.email.isEmailVerified
    const hasPassword = human.password !== ''
    const created = await caller.orgs.setUp({
      name: org.name,
      ...(org.domain.trim() !== '' && { domain: org.domain }),
      human: {
        ...(await humanInput({ ...human, profile: { ...human.profile, firstName, lastName } })),
        userName,
        emailVerified,
        hasPassword,
        state: emailVerified && hasPassword ? 'active' : 'initial',
      },
      roles: [...roles],
    })
    return { details: detailsOf(created), orgId: created.orgId, userId: created.userId }
  },
}
