import type { ActingDirectory, CreatedUser } from '@indwell/core'
import type { Request, UserV2 } from '../../binding'
import { contactErrors } from '../../users/contact-errors'
import { newHuman } from './human-input'
import { returnedCodes } from './verification'

/** In the org that the message names, whatever org the call names. A machine without a user name is called by its id. */
export const createUser: UserV2<'CreateUser'> = {
  across: 'orgs',
  errors: {
    invalid_input: contactErrors,
    not_found: { org: ['failed_precondition', 'COMMAND-QXPGs', 'Errors.Org.NotFound'] },
  },
  async handle({ caller, request }) {
    const created = await create(caller, request)
    return { id: created.userId, creationDate: created.createdAt, ...returnedCodes(created) }
  },
}

async function create(caller: ActingDirectory, request: Request<'user.v2.CreateUserRequest'>): Promise<CreatedUser> {
  const { organizationId: orgId, userId, username, human, machine } = request
  if (machine === undefined) {
    // Either is there, by the field rules.
    return caller.users.createHuman({ ...(await newHuman({ ...human!, userId, username })), orgId })
  }
  return caller.users.createMachine({ orgId, userId, userName: username, ...machine })
}
