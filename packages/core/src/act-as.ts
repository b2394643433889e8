import { createAccessToken } from './access-tokens/create-access-token'
import { deleteAccessToken } from './access-tokens/delete-access-token'
import { getAccessToken, listAccessTokens } from './access-tokens/get-access-token'
import type { ActingDirectory, Clients, Members, MetadataAccess, Orgs, Roles, Users } from './acting-directory'
import type { Actor } from './actor'
import { createClient } from './clients/create-client'
import { deleteClient } from './clients/delete-client'
import { findClientSnapshots } from './clients/find-client-snapshots'
import { getClient } from './clients/get-client'
import { listClients } from './clients/list-clients'
import { updateClient } from './clients/update-client'
import { initializeUser } from './codes/initialize-user'
import { requestContactCode } from './codes/request-contact-code'
import { requestInitializationCode } from './codes/request-initialization-code'
import { sendContactCode } from './codes/send-contact-code'
import { sendInitializationCode } from './codes/send-initialization-code'
import { verifyContact } from './codes/verify-contact'
import type { Core } from './core'
import { listEvents } from './events/list-events'
import type { WriteOptions } from './expected-version'
import { addMember } from './members/add-member'
import { addMembers } from './members/add-members'
import { grantRoles } from './members/grant-roles'
import { listMembers } from './members/list-members'
import { listRoles as listMemberRoles } from './members/list-roles'
import type { MemberPlace } from './members/member-place'
import { removeMember } from './members/remove-member'
import { removeMembers } from './members/remove-members'
import { revokeRoles } from './members/revoke-roles'
import { updateMember } from './members/update-member'
import { applyMetadata } from './metadata/apply-metadata'
import type { MetadataChange } from './metadata/draft-metadata'
import { findMetadata, getMetadata } from './metadata/get-metadata'
import { listMetadata, readMetadataValues } from './metadata/list-metadata'
import type { MetadataTarget } from './metadata/metadata-subject'
import { addOrgDomain } from './orgs/add-org-domain'
import { createOrg } from './orgs/create-org'
import { deactivateOrg } from './orgs/deactivate-org'
import { deleteOrg } from './orgs/delete-org'
import { findOrgByDomain } from './orgs/find-org-by-domain'
import { findOrgSnapshots } from './orgs/find-org-snapshots'
import { getDefaultOrg } from './orgs/get-default-org'
import { getOrg } from './orgs/get-org'
import { listOrgDomains } from './orgs/list-org-domains'
import { listOrgs } from './orgs/list-orgs'
import { reactivateOrg } from './orgs/reactivate-org'
import { removeOrgDomain } from './orgs/remove-org-domain'
import { renameOrg } from './orgs/rename-org'
import { setDefaultOrg } from './orgs/set-default-org'
import { setPrimaryOrgDomain } from './orgs/set-primary-org-domain'
import { setUpOrg } from './orgs/set-up-org'
import { startDomainVerification } from './orgs/start-domain-verification'
import { updateOrg } from './orgs/update-org'
import { verifyOrgDomain } from './orgs/verify-org-domain'
import { checkPermission, requireAuthenticated, requirePermission } from './permissions/check-permission'
import { createRole } from './roles/create-role'
import { deleteRole } from './roles/delete-role'
import { findRole, getRole } from './roles/get-role'
import { listRoles } from './roles/list-roles'
import { updateRole } from './roles/update-role'
import { createHuman } from './users/create-human'
import { createMachine } from './users/create-machine'
import { deactivateUser } from './users/deactivate-user'
import { deleteUser } from './users/delete-user'
import { findInConnection } from './users/find-in-connection'
import { findUserByLoginName } from './users/find-user-by-login-name'
import { findUserSnapshots } from './users/find-user-snapshots'
import { findUser, getUser } from './users/get-user'
import { listMemberships } from './users/list-memberships'
import { listUsers } from './users/list-users'
import { lockUser } from './users/lock-user'
import { reactivateUser } from './users/reactivate-user'
import { unlockUser } from './users/unlock-user'
import { updateUser } from './users/update-user'
/** Binds every use case to one caller. */
export function actAs(core: Core, actor: Actor): ActingDirectory {
  return new BoundDirectory(core, actor)
}

/** Most calls of a server are one use case for one caller, so what binds the others waits until it is asked for. */
class BoundDirectory implements ActingDirectory {
  readonly actor: Actor
  readonly checkPermission: ActingDirectory['checkPermission']
  readonly requirePermission: ActingDirectory['requirePermission']
  readonly requireAuthenticated: ActingDirectory['requireAuthenticated']
  readonly events: ActingDirectory['events']
  readonly #core: Core
  #users: Users | undefined
  #orgs: Orgs | undefined
  #clients: Clients | undefined
  #roles: Roles | undefined
  #members: Members | undefined

  constructor(core: Core, actor: Actor) {
    this.#core = core
    this.actor = actor
    this.checkPermission = (permission) => checkPermission(core, actor, permission)
    this.requirePermission = (permission) => requirePermission(core, actor, permission)
    this.requireAuthenticated = () => requireAuthenticated(core, actor)
    this.events = (query) => listEvents(core, actor, query)
  }

  get users(): Users {
    this.#users ??= users(this.#core, this.actor)
    return this.#users
  }

  get orgs(): Orgs {
    this.#orgs ??= orgs(this.#core, this.actor)
    return this.#orgs
  }

  get clients(): Clients {
    this.#clients ??= clients(this.#core, this.actor)
    return this.#clients
  }

  get roles(): Roles {
    this.#roles ??= roles(this.#core, this.actor)
    return this.#roles
  }

  get members(): Members {
    this.#members ??= members(this.#core, this.actor, { level: 'instance' })
    return this.#members
  }
}

function users(core: Core, actor: Actor): Users {
  return {
    createHuman: (input, options) => createHuman(core, actor, input, options),
    createMachine: (input) => createMachine(core, actor, input),
    get: (userId) => getUser(core, actor, userId),
    find: (userId) => findUser(core, actor, userId),
    findByLoginName: (loginName) => findUserByLoginName(core, actor, loginName),
    findSnapshots: (userIds, namespaces) => findUserSnapshots(core, actor, userIds, namespaces),
    findInConnection: (connection, by, values) => findInConnection(core, actor, connection, by, values),
    list: (query) => listUsers(core, actor, query),
    memberships: (userId) => listMemberships(core, actor, userId),
    update: (userId, input, options) => updateUser(core, actor, userId, input, options),
    requestEmailCode: (userId, options) => requestContactCode(core, actor, userId, 'email', options),
    sendEmailCode: (userId, options) => sendContactCode(core, actor, userId, 'email', options),
    verifyEmail: (userId, code, options) => verifyContact(core, actor, userId, 'email', code, options),
    requestPhoneCode: (userId, options) => requestContactCode(core, actor, userId, 'phone', options),
    sendPhoneCode: (userId, options) => sendContactCode(core, actor, userId, 'phone', options),
    verifyPhone: (userId, code, options) => verifyContact(core, actor, userId, 'phone', code, options),
    requestInitializationCode: (userId, input) => requestInitializationCode(core, actor, userId, input),
    sendInitializationCode: (userId, input) => sendInitializationCode(core, actor, userId, input),
    initialize: (userId, options) => initializeUser(core, actor, userId, options),
    deactivate: (userId) => deactivateUser(core, actor, userId),
    reactivate: (userId) => reactivateUser(core, actor, userId),
    lock: (userId) => lockUser(core, actor, userId),
    unlock: (userId) => unlockUser(core, actor, userId),
    delete: (userId, options) => deleteUser(core, actor, userId, options),
    metadata: (userId, namespace = 'app') =>
      metadata(core, actor, { subjectType: 'user', subjectId: userId }, namespace),
    accessTokens: (userId) => ({
      create: (input) => createAccessToken(core, actor, userId, input),
      get: (tokenId) => getAccessToken(core, actor, userId, tokenId),
      list: (paging) => listAccessTokens(core, actor, userId, paging),
      delete: (tokenId) => deleteAccessToken(core, actor, userId, tokenId),
    }),
  }
}

function orgs(core: Core, actor: Actor): Orgs {
  return {
    create: (input) => createOrg(core, actor, input),
    setUp: (input) => setUpOrg(core, actor, input),
    get: (orgId) => getOrg(core, actor, orgId),
    findByDomain: (domain) => findOrgByDomain(core, actor, domain),
    findSnapshots: (orgIds, namespace = 'org') => findOrgSnapshots(core, actor, orgIds, namespace),
    list: (query) => listOrgs(core, actor, query),
    getDefault: () => getDefaultOrg(core, actor),
    setDefault: (orgId) => setDefaultOrg(core, actor, orgId),
    update: (orgId, update, options) => updateOrg(core, actor, orgId, update, options),
    rename: (name, orgId) => renameOrg(core, actor, name, orgId),
    deactivate: (orgId) => deactivateOrg(core, actor, orgId),
    reactivate: (orgId) => reactivateOrg(core, actor, orgId),
    delete: (orgId, options) => deleteOrg(core, actor, orgId, options),
    domains: (orgId) => ({
      add: (domain) => addOrgDomain(core, actor, domain, orgId),
      list: (query) => listOrgDomains(core, actor, query, orgId),
      startVerification: (domain, type) => startDomainVerification(core, actor, domain, type, orgId),
      verify: (domain, options) => verifyOrgDomain(core, actor, domain, options, orgId),
      setPrimary: (domain) => setPrimaryOrgDomain(core, actor, domain, orgId),
      remove: (domain) => removeOrgDomain(core, actor, domain, orgId),
    }),
    metadata: (orgId, namespace = 'org') => metadata(core, actor, { subjectType: 'org', subjectId: orgId }, namespace),
    members: (orgId) => members(core, actor, { level: 'org', ...(orgId === undefined ? {} : { orgId }) }),
  }
}

function clients(core: Core, actor: Actor): Clients {
  return {
    create: (input) => createClient(core, actor, input),
    get: (clientId) => getClient(core, actor, clientId),
    findSnapshots: (clientIds, namespace = 'client') => findClientSnapshots(core, actor, clientIds, namespace),
    list: (query) => listClients(core, actor, query),
    update: (clientId, update, options) => updateClient(core, actor, clientId, update, options),
    delete: (clientId, options) => deleteClient(core, actor, clientId, options),
    metadata: (clientId, namespace = 'client') =>
      metadata(core, actor, { subjectType: 'client', subjectId: clientId }, namespace),
  }
}

function roles(core: Core, actor: Actor): Roles {
  return {
    create: (input) => createRole(core, actor, input),
    get: (roleId) => getRole(core, actor, roleId),
    find: (roleId) => findRole(core, actor, roleId),
    list: (query) => listRoles(core, actor, query),
    update: (roleId, update, options) => updateRole(core, actor, roleId, update, options),
    delete: (roleId, options) => deleteRole(core, actor, roleId, options),
  }
}

function members(core: Core, actor: Actor, place: MemberPlace): Members {
  return {
    add: (input) => addMember(core, actor, place, input),
    addAll: (input) => addMembers(core, actor, place, input),
    update: (userId, update) => updateMember(core, actor, place, userId, update),
    remove: (userId) => removeMember(core, actor, place, userId),
    removeAll: (userIds) => removeMembers(core, actor, place, userIds),
    list: (query) => listMembers(core, actor, place, query),
    grantRoles: (input) => grantRoles(core, actor, place, input),
    revokeRoles: (userId, roles) => revokeRoles(core, actor, place, userId, roles),
    roles: () => listMemberRoles(core, actor, place),
  }
}

function metadata(core: Core, actor: Actor, subject: MetadataTarget, namespace: string): MetadataAccess {
  const apply = (change: MetadataChange, options?: WriteOptions) =>
    applyMetadata(core, actor, subject, namespace, change, options)
  return {
    get: (key) => getMetadata(core, actor, subject, namespace, key),
    find: (key) => findMetadata(core, actor, subject, namespace, key),
    list: (query) => listMetadata(core, actor, subject, namespace, query),
    values: async () => (await readMetadataValues(core, actor, subject, namespace)) ?? {},
    findValues: () => readMetadataValues(core, actor, subject, namespace),
    set: (values) => apply({ set: values }),
    remove: (...keys) => apply({ remove: keys }),
    clear: () => apply({ clear: true }),
    apply,
  }
}
