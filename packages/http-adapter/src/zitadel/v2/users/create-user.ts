import { type ActingDirectory, type CreatedUser, isDirectoryError } from '@indwell/core'
import type { KnownError } from '../../../known-error'
import { apiError } from '../../api-error'
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
    already_exists: { user_id: ['failed_precondition', 'COMMAND-7yiox1isql', 'Errors.User.AlreadyExisting'] },
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
  return caller.users.createMachine({ orgId, userId, userName: username, ...machine }).catch((error: unknown) => {
    // Of a machine it has an id of its own.
    const failure = isDirectoryError(error) ? (error as KnownError) : undefined
    if (failure?.code === 'already_exists' && failure.subject === 'user_id') {
      throw apiError('failed_precondition', 'COMMAND-k2una', 'Errors.User.AlreadyExisting')
    }
    throw error
  })
}
