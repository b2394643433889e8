import { addPersonalAccessToken } from './access-tokens/add-personal-access-token'
import { getPersonalAccessToken } from './access-tokens/get-personal-access-token'
import { listPersonalAccessTokens } from './access-tokens/list-personal-access-tokens'
import { removePersonalAccessToken } from './access-tokens/remove-personal-access-token'
import type { Bindings } from './binding'
import { listAggregateTypes } from './events/list-aggregate-types'
import { listEventTypes } from './events/list-event-types'
import { listEvents } from './events/list-events'
import { addIamMember } from './instance-members/add-iam-member'
import { listIamMemberRoles } from './instance-members/list-iam-member-roles'
import { listIamMembers } from './instance-members/list-iam-members'
import { removeIamMember } from './instance-members/remove-iam-member'
import { updateIamMember } from './instance-members/update-iam-member'
import { getDefaultOrg } from './instance-orgs/get-default-org'
import { getOrgById } from './instance-orgs/get-org-by-id'
import { isOrgUnique } from './instance-orgs/is-org-unique'
import { listOrgs } from './instance-orgs/list-orgs'
import { removeAnyOrg } from './instance-orgs/remove-any-org'
import { setDefaultOrg } from './instance-orgs/set-default-org'
import { setUpOrg } from './instance-orgs/set-up-org'
import { addOrgMember } from './members/add-org-member'
import { listOrgMemberRoles } from './members/list-org-member-roles'
import { listOrgMembers } from './members/list-org-members'
import { removeOrgMember } from './members/remove-org-member'
import { updateOrgMember } from './members/update-org-member'
import { bulkRemoveOrgMetadata } from './metadata/bulk-remove-org-metadata'
import { bulkRemoveUserMetadata } from './metadata/bulk-remove-user-metadata'
import { bulkSetOrgMetadata } from './metadata/bulk-set-org-metadata'
import { bulkSetUserMetadata } from './metadata/bulk-set-user-metadata'
import { getOrgMetadata } from './metadata/get-org-metadata'
import { getUserMetadata } from './metadata/get-user-metadata'
import { listOrgMetadata } from './metadata/list-org-metadata'
import { listUserMetadata } from './metadata/list-user-metadata'
import { removeOrgMetadata } from './metadata/remove-org-metadata'
import { removeUserMetadata } from './metadata/remove-user-metadata'
import { setOrgMetadata } from './metadata/set-org-metadata'
import { setUserMetadata } from './metadata/set-user-metadata'
import { addOrg } from './orgs/add-org'
import { addOrgDomain } from './orgs/add-org-domain'
import { deactivateOrg } from './orgs/deactivate-org'
import { generateOrgDomainValidation } from './orgs/generate-org-domain-validation'
import { getMyOrg } from './orgs/get-my-org'
import { getOrgByDomainGlobal } from './orgs/get-org-by-domain-global'
import { listOrgChanges } from './orgs/list-org-changes'
import { listOrgDomains } from './orgs/list-org-domains'
import { reactivateOrg } from './orgs/reactivate-org'
import { removeOrg } from './orgs/remove-org'
import { removeOrgDomain } from './orgs/remove-org-domain'
import { setPrimaryOrgDomain } from './orgs/set-primary-org-domain'
import { updateOrg } from './orgs/update-org'
import { validateOrgDomain } from './orgs/validate-org-domain'
import { getDomainPolicy } from './policies/get-domain-policy'
import { getInstanceDomainPolicy } from './policies/get-instance-domain-policy'
import { getMyMetadata } from './self/get-my-metadata'
import { getMyUser } from './self/get-my-user'
import { listMyMemberships } from './self/list-my-memberships'
import { listMyMetadata } from './self/list-my-metadata'
import { listMyZitadelPermissions } from './self/list-my-zitadel-permissions'
import { addHumanUser } from './users/add-human-user'
import { addMachineUser } from './users/add-machine-user'
import { deactivateUser } from './users/deactivate-user'
import { getHumanEmail } from './users/get-human-email'
import { getHumanPhone } from './users/get-human-phone'
import { getHumanProfile } from './users/get-human-profile'
import { getUserById } from './users/get-user-by-id'
import { getUserByLoginNameGlobal } from './users/get-user-by-login-name-global'
import { importHumanUser } from './users/import-human-user'
import { isUserUnique } from './users/is-user-unique'
import { listUserChanges } from './users/list-user-changes'
import { listUserMemberships } from './users/list-user-memberships'
import { listUsers } from './users/list-users'
import { lockUser } from './users/lock-user'
import { reactivateUser } from './users/reactivate-user'
import { removeHumanPhone } from './users/remove-human-phone'
import { removeUser } from './users/remove-user'
import { resendHumanEmailVerification } from './users/resend-human-email-verification'
import { resendHumanInitialization } from './users/resend-human-initialization'
import { resendHumanPhoneVerification } from './users/resend-human-phone-verification'
import { unlockUser } from './users/unlock-user'
import { updateHumanEmail } from './users/update-human-email'
import { updateHumanPhone } from './users/update-human-phone'
import { updateHumanProfile } from './users/update-human-profile'
import { updateMachine } from './users/update-machine'
import { updateUserName } from './users/update-user-name'
import { bindingsV2 } from './v2/bindings'

/** What is served. Methods of the contract that are not here are paths that do not exist. */
export const bindings: Bindings = {
  'management.v1.ManagementService/AddHumanUser': addHumanUser,
  'management.v1.ManagementService/AddMachineUser': addMachineUser,
  'management.v1.ManagementService/DeactivateUser': deactivateUser,
  'management.v1.ManagementService/GetHumanEmail': getHumanEmail,
  'management.v1.ManagementService/GetHumanPhone': getHumanPhone,
  'management.v1.ManagementService/GetHumanProfile': getHumanProfile,
  'management.v1.ManagementService/GetUserByID': getUserById,
  'management.v1.ManagementService/GetUserByLoginNameGlobal': getUserByLoginNameGlobal,
  'management.v1.ManagementService/ImportHumanUser': importHumanUser,
  'management.v1.ManagementService/IsUserUnique': isUserUnique,
  'management.v1.ManagementService/ListUserChanges': listUserChanges,
  'management.v1.ManagementService/ListUsers': listUsers,
  'management.v1.ManagementService/ListUserMemberships': listUserMemberships,
  'management.v1.ManagementService/LockUser': lockUser,
  'management.v1.ManagementService/ReactivateUser': reactivateUser,
  'management.v1.ManagementService/RemoveHumanPhone': removeHumanPhone,
  'management.v1.ManagementService/RemoveUser': removeUser,
  'management.v1.ManagementService/ResendHumanEmailVerification': resendHumanEmailVerification,
  'management.v1.ManagementService/ResendHumanInitialization': resendHumanInitialization,
  'management.v1.ManagementService/ResendHumanPhoneVerification': resendHumanPhoneVerification,
  'management.v1.ManagementService/UnlockUser': unlockUser,
  'management.v1.ManagementService/UpdateHumanEmail': updateHumanEmail,
  'management.v1.ManagementService/UpdateHumanPhone': updateHumanPhone,
  'management.v1.ManagementService/UpdateHumanProfile': updateHumanProfile,
  'management.v1.ManagementService/UpdateMachine': updateMachine,
  'management.v1.ManagementService/UpdateUserName': updateUserName,
  'management.v1.ManagementService/BulkRemoveOrgMetadata': bulkRemoveOrgMetadata,
  'management.v1.ManagementService/BulkRemoveUserMetadata': bulkRemoveUserMetadata,
  'management.v1.ManagementService/BulkSetOrgMetadata': bulkSetOrgMetadata,
  'management.v1.ManagementService/BulkSetUserMetadata': bulkSetUserMetadata,
  'management.v1.ManagementService/GetOrgMetadata': getOrgMetadata,
  'management.v1.ManagementService/GetUserMetadata': getUserMetadata,
  'management.v1.ManagementService/ListOrgMetadata': listOrgMetadata,
  'management.v1.ManagementService/ListUserMetadata': listUserMetadata,
  'management.v1.ManagementService/RemoveOrgMetadata': removeOrgMetadata,
  'management.v1.ManagementService/RemoveUserMetadata': removeUserMetadata,
  'management.v1.ManagementService/SetOrgMetadata': setOrgMetadata,
  'management.v1.ManagementService/SetUserMetadata': setUserMetadata,
  'management.v1.ManagementService/AddPersonalAccessToken': addPersonalAccessToken,
  'management.v1.ManagementService/GetPersonalAccessTokenByIDs': getPersonalAccessToken,
  'management.v1.ManagementService/ListPersonalAccessTokens': listPersonalAccessTokens,
  'management.v1.ManagementService/RemovePersonalAccessToken': removePersonalAccessToken,
  'management.v1.ManagementService/AddOrg': addOrg,
  'management.v1.ManagementService/GetMyOrg': getMyOrg,
  'management.v1.ManagementService/UpdateOrg': updateOrg,
  'management.v1.ManagementService/DeactivateOrg': deactivateOrg,
  'management.v1.ManagementService/ReactivateOrg': reactivateOrg,
  'management.v1.ManagementService/RemoveOrg': removeOrg,
  'management.v1.ManagementService/ListOrgChanges': listOrgChanges,
  'management.v1.ManagementService/GetOrgByDomainGlobal': getOrgByDomainGlobal,
  'management.v1.ManagementService/AddOrgDomain': addOrgDomain,
  'management.v1.ManagementService/ListOrgDomains': listOrgDomains,
  'management.v1.ManagementService/RemoveOrgDomain': removeOrgDomain,
  'management.v1.ManagementService/GenerateOrgDomainValidation': generateOrgDomainValidation,
  'management.v1.ManagementService/ValidateOrgDomain': validateOrgDomain,
  'management.v1.ManagementService/SetPrimaryOrgDomain': setPrimaryOrgDomain,
  'management.v1.ManagementService/GetDomainPolicy': getDomainPolicy,
  'management.v1.ManagementService/AddOrgMember': addOrgMember,
  'management.v1.ManagementService/ListOrgMemberRoles': listOrgMemberRoles,
  'management.v1.ManagementService/ListOrgMembers': listOrgMembers,
  'management.v1.ManagementService/RemoveOrgMember': removeOrgMember,
  'management.v1.ManagementService/UpdateOrgMember': updateOrgMember,
  'admin.v1.AdminService/AddIAMMember': addIamMember,
  'admin.v1.AdminService/ListIAMMemberRoles': listIamMemberRoles,
  'admin.v1.AdminService/ListIAMMembers': listIamMembers,
  'admin.v1.AdminService/RemoveIAMMember': removeIamMember,
  'admin.v1.AdminService/UpdateIAMMember': updateIamMember,
  'admin.v1.AdminService/SetUpOrg': setUpOrg,
  'admin.v1.AdminService/GetOrgByID': getOrgById,
  'admin.v1.AdminService/IsOrgUnique': isOrgUnique,
  'admin.v1.AdminService/SetDefaultOrg': setDefaultOrg,
  'admin.v1.AdminService/GetDefaultOrg': getDefaultOrg,
  'admin.v1.AdminService/ListOrgs': listOrgs,
  'admin.v1.AdminService/RemoveOrg': removeAnyOrg,
  'admin.v1.AdminService/GetDomainPolicy': getInstanceDomainPolicy,
  'admin.v1.AdminService/ListEventTypes': listEventTypes,
  'admin.v1.AdminService/ListEvents': listEvents,
  'admin.v1.AdminService/ListAggregateTypes': listAggregateTypes,
  'auth.v1.AuthService/GetMyMetadata': getMyMetadata,
  'auth.v1.AuthService/GetMyUser': getMyUser,
  'auth.v1.AuthService/ListMyMemberships': listMyMemberships,
  'auth.v1.AuthService/ListMyMetadata': listMyMetadata,
  'auth.v1.AuthService/ListMyZitadelPermissions': listMyZitadelPermissions,
  ...bindingsV2,
}
