import { type DirectoryEventType, directoryEventTypes } from '@indwell/core'

/** How the service tells what happened. */
export interface LogType {
  readonly code: string
  readonly description: string
}

const managed = (description: string): LogType => ({ code: 'sapi', description })

const updatesClient = managed('Update a client')
const updatesTenant = managed('Update tenant settings')
const updatesOrganization = managed('Update organization')
const updatesUser = managed('Update a User')
const takesMember = managed('Delete members from an organization')
const takesUserRoles = managed('Remove roles from a user')
const foldsHistory = managed('Purge the history of an entity')
const sendsCode = managed('Create a verification code')

/** Each type of event as one log. What has no code of its own is a successful call of the API. */
const logTypes: { readonly [Type in DirectoryEventType]: LogType } = {
  'client.added': managed('Create a client'),
  'client.changed': updatesClient,
  'client.history.folded': foldsHistory,
  'client.metadata.removed': updatesClient,
  'client.metadata.removed.all': updatesClient,
  'client.metadata.set': updatesClient,
  'client.removed': managed('Delete a client'),
  'instance.added': managed('Create a tenant'),
  'instance.default.org.set': updatesTenant,
  'instance.history.folded': foldsHistory,
  'instance.member.added': managed('Assign roles to a user'),
  'instance.member.cascade.removed': takesUserRoles,
  'instance.member.changed': managed('Change roles of a user'),
  'instance.member.removed': takesUserRoles,
  'instance.policy.domain.added': updatesTenant,
  'org.added': managed('Create an Organization'),
  'org.changed': updatesOrganization,
  'org.deactivated': updatesOrganization,
  'org.domain.added': updatesOrganization,
  'org.domain.primary.set': updatesOrganization,
  'org.domain.removed': updatesOrganization,
  'org.domain.verification.added': updatesOrganization,
  'org.domain.verification.failed': updatesOrganization,
  'org.domain.verified': updatesOrganization,
  'org.history.folded': foldsHistory,
  'org.member.added': { code: 'organization_member_added', description: 'Add members to an organization' },
  'org.member.cascade.removed': takesMember,
  'org.member.changed': managed('Change roles of an organization member'),
  'org.member.removed': takesMember,
  'org.metadata.removed': updatesOrganization,
  'org.metadata.removed.all': updatesOrganization,
  'org.metadata.set': updatesOrganization,
  'org.profile.changed': updatesOrganization,
  'org.reactivated': updatesOrganization,
  'org.removed': managed('Delete organization'),
  'role.added': managed('Create a role'),
  'role.changed': managed('Update a role'),
  'role.history.folded': foldsHistory,
  'role.removed': managed('Delete a role'),
  'user.account.changed': updatesUser,
  'user.anonymised': updatesUser,
  'user.deactivated': updatesUser,
  'user.erased': managed('Delete a User'),
  'user.history.folded': foldsHistory,
  'user.human.added': { code: 'ss', description: 'Create a User' },
  'user.human.email.changed': { code: 'sce', description: 'Change email' },
  'user.human.email.code.added': sendsCode,
  'user.human.email.verification.failed': { code: 'fv', description: 'Verify email' },
  'user.human.email.verified': updatesUser,
  'user.human.initialization.check.failed': { code: 'fv', description: 'Verify email' },
  'user.human.initialization.check.succeeded': updatesUser,
  'user.human.initialization.code.added': sendsCode,
  'user.human.password.changed': { code: 'scp', description: 'Change password' },
  'user.human.phone.changed': { code: 'scpn', description: 'Change phone number' },
  'user.human.phone.code.added': sendsCode,
  'user.human.phone.removed': { code: 'scpn', description: 'Change phone number' },
  'user.human.phone.verification.failed': { code: 'fcpn', description: 'Verify phone number' },
  'user.human.phone.verified': updatesUser,
  'user.human.profile.changed': updatesUser,
  'user.identity.added': managed('Link a User Account'),
  'user.identity.removed': managed('Unlink a User Account'),
  'user.linked': managed('Link a User Account'),
  'user.locked': updatesUser,
  'user.machine.added': managed('Create a machine user'),
  'user.machine.changed': managed('Update a machine user'),
  'user.metadata.removed': updatesUser,
  'user.metadata.removed.all': updatesUser,
  'user.metadata.set': updatesUser,
  'user.pat.added': managed('Create an access token'),
  'user.pat.removed': managed('Delete an access token'),
  'user.reactivated': updatesUser,
  'user.removed': { code: 'sdu', description: 'Delete a User' },
  'user.undelete.ended': managed('Delete a User'),
  'user.undelete.offered': managed('Delete a User'),
  'user.undeleted': managed('Restore a User'),
  'user.unlinked': managed('Unlink a User Account'),
  'user.unlocked': updatesUser,
  'user.username.changed': { code: 'scu', description: 'Change username' },
}

/** The log of an event. What this directory does not write may be in a database that another version wrote. */
export function logTypeOf(eventType: string): LogType {
  return Object.hasOwn(logTypes, eventType) ? logTypes[eventType as DirectoryEventType] : managed(eventType)
}

/** The types of events whose log meets a condition. */
export function eventTypesWhere(
  condition: (type: LogType, eventType: DirectoryEventType) => boolean,
): readonly DirectoryEventType[] {
  return directoryEventTypes.filter((eventType) => condition(logTypes[eventType], eventType))
}
