import type { Bindings } from '../binding'
import { addOrganization } from './organizations/add-organization'
import { listOrganizations } from './organizations/list-organizations'
import { addHumanUser } from './users/add-human-user'
import { addPersonalAccessToken } from './users/add-personal-access-token'
import { createUser } from './users/create-user'
import { deactivateUser } from './users/deactivate-user'
import { deleteUser } from './users/delete-user'
import { deleteUserMetadata } from './users/delete-user-metadata'
import { getUserById } from './users/get-user-by-id'
import { listPersonalAccessTokens } from './users/list-personal-access-tokens'
import { listUserMetadata } from './users/list-user-metadata'
import { listUsers } from './users/list-users'
import { lockUser } from './users/lock-user'
import { reactivateUser } from './users/reactivate-user'
import { removePersonalAccessToken } from './users/remove-personal-access-token'
import { removePhone } from './users/remove-phone'
import { resendEmailCode } from './users/resend-email-code'
import { resendPhoneCode } from './users/resend-phone-code'
import { sendEmailCode } from './users/send-email-code'
import { setEmail } from './users/set-email'
import { setPhone } from './users/set-phone'
import { setUserMetadata } from './users/set-user-metadata'
import { unlockUser } from './users/unlock-user'
import { updateHumanUser } from './users/update-human-user'
import { updateUser } from './users/update-user'
import { verifyEmail } from './users/verify-email'
import { verifyPhone } from './users/verify-phone'

/** The methods of v2 that are served, the last five of the user service by gRPC alone. */
export const bindingsV2 = {
  'user.v2.UserService/AddHumanUser': addHumanUser,
  'user.v2.UserService/GetUserByID': getUserById,
  'user.v2.UserService/ListUsers': listUsers,
  'user.v2.UserService/UpdateHumanUser': updateHumanUser,
  'user.v2.UserService/SetEmail': setEmail,
  'user.v2.UserService/ResendEmailCode': resendEmailCode,
  'user.v2.UserService/SendEmailCode': sendEmailCode,
  'user.v2.UserService/VerifyEmail': verifyEmail,
  'user.v2.UserService/SetPhone': setPhone,
  'user.v2.UserService/ResendPhoneCode': resendPhoneCode,
  'user.v2.UserService/VerifyPhone': verifyPhone,
  'user.v2.UserService/RemovePhone': removePhone,
  'user.v2.UserService/DeactivateUser': deactivateUser,
  'user.v2.UserService/ReactivateUser': reactivateUser,
  'user.v2.UserService/LockUser': lockUser,
  'user.v2.UserService/UnlockUser': unlockUser,
  'user.v2.UserService/DeleteUser': deleteUser,
  'user.v2.UserService/SetUserMetadata': setUserMetadata,
  'user.v2.UserService/ListUserMetadata': listUserMetadata,
  'user.v2.UserService/DeleteUserMetadata': deleteUserMetadata,
  'user.v2.UserService/CreateUser': createUser,
  'user.v2.UserService/UpdateUser': updateUser,
  'user.v2.UserService/AddPersonalAccessToken': addPersonalAccessToken,
  'user.v2.UserService/RemovePersonalAccessToken': removePersonalAccessToken,
  'user.v2.UserService/ListPersonalAccessTokens': listPersonalAccessTokens,
  'org.v2.OrganizationService/AddOrganization': addOrganization,
  'org.v2.OrganizationService/ListOrganizations': listOrganizations,
} satisfies Bindings
