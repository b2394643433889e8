import { createAccessToken } from './access-tokens/create-access-token'
import { deleteAccessToken } from './access-tokens/delete-access-token'
import { getAccessToken } from './access-tokens/get-access-token'
import { listAccessTokens, listEveryAccessToken } from './access-tokens/list-access-tokens'
import type { ActingDirectory, Clients, Members, Orgs, Roles, Users } from './acting-directory'
import type { Actor } from './actor'
import { createClient } from './clients/create-client'
import { deleteClient } from './clients/delete-client'
import { findClientSnapshots } from './clients/find-client-snapshots'
import { explainClients, findClients } from './clients/find-clients'
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
import { getClients, getOrgs, getUsers } from './find/get-many'
import { heedSignal } from './heed-signal'
import { heededRead } from './heeded-read'
import { exportSubject } from './history/export-subject'
import { readAsOf } from './history/read-as-of'
import { readHistory } from './history/read-history'
import { revertMetadata } from './history/revert-metadata'
import { keyedWrites } from './idempotency/keyed-writes'
import { once } from './idempotency/once'
import { addMember } from './members/add-member'
import { addMembers } from './members/add-members'
import { explainMembers, findMembers } from './members/find-members'
import { grantRoles } from './members/grant-roles'
import { listMembers } from './members/list-members'
import { listRoles as listMemberRoles } from './members/list-roles'
import type { MemberPlace } from './members/member-place'
import { removeMember } from './members/remove-member'
import { removeMembers } from './members/remove-members'
import { revokeRoles } from './members/revoke-roles'
import { updateMember } from './members/update-member'
import { BoundMetadata } from './metadata/bound-metadata'
import type { MetadataAccess } from './metadata/metadata-access'
import type { MetadataTarget } from './metadata/metadata-subject'
import { addOrgDomain } from './orgs/add-org-domain'
import { createOrg } from './orgs/create-org'
import { deactivateOrg } from './orgs/deactivate-org'
import { deleteOrg } from './orgs/delete-org'
import { findOrgByDomain } from './orgs/find-org-by-domain'
import { findOrgSnapshots } from './orgs/find-org-snapshots'
import { explainOrgs, findOrgs } from './orgs/find-orgs'
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
import { can, canAll } from './permissions/can'
import { checkPermission, requireAuthenticated, requirePermission } from './permissions/check-permission'
import { createRole } from './roles/create-role'
import { deleteRole } from './roles/delete-role'
import { findRole, getRole } from './roles/get-role'
import { listRoles } from './roles/list-roles'
import { updateRole } from './roles/update-role'
import { updateWhere } from './update-where/update-where'
import { anonymiseUser } from './users/anonymise-user'
import { createHuman } from './users/create-human'
import { createMachine } from './users/create-machine'
import { deactivateUser } from './users/deactivate-user'
import { deleteUser } from './users/delete-user'
import { eraseUser } from './users/erase-user'
import { findInConnection } from './users/find-in-connection'
import { findUserByLoginName } from './users/find-user-by-login-name'
import { findUserSnapshots } from './users/find-user-snapshots'
import { explainUsers, findUsers } from './users/find-users'
import { findUser, getUser } from './users/get-user'
import { linkIdentity } from './users/link-identity'
import { listDeletedUsers } from './users/list-deleted-users'
import { listIdentities } from './users/list-identities'
import { listMemberships } from './users/list-memberships'
import { listUsers } from './users/list-users'
import { lockUser } from './users/lock-user'
import { reactivateUser } from './users/reactivate-user'
import { undeleteUser } from './users/undelete-user'
import { unlinkIdentity } from './users/unlink-identity'
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
  readonly once: ActingDirectory['once']
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
    this.events = heededRead(core, 0, (core, query) => listEvents(core, actor, query))
    this.once = (options, work) => once(core, actor, options, (inner) => work(actAs(inner, actor)))
  }

  get can(): ActingDirectory['can'] {
    return (permission, on) => can(this.#core, this.actor, permission, on)
  }

  get canAll(): ActingDirectory['canAll'] {
    return (questions) => canAll(this.#core, this.actor, questions)
  }

  get withSignal(): ActingDirectory['withSignal'] {
    return (signal) => actAs(heedSignal(this.#core, signal), this.actor)
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
  const write = keyedWrites(core, actor, 'users')
  return {
    createHuman: write('createHuman', 1, (core, input, options) => createHuman(core, actor, input, options)),
    createMachine: write('createMachine', 1, (core, input) => createMachine(core, actor, input)),
    get: (userId) => getUser(core, actor, userId),
    getOrUndefined: (userId) => findUser(core, actor, userId),
    getMany: (userIds) => getUsers(core, actor, userIds),
    findByLoginName: (loginName) => findUserByLoginName(core, actor, loginName),
    findSnapshots: (userIds, namespaces) => findUserSnapshots(core, actor, userIds, namespaces),
    findInConnection: (connection, by, values) => findInConnection(core, actor, connection, by, values),
    list: heededRead(core, 0, (core, query) => listUsers(core, actor, query)),
    find: heededRead(core, 0, (core, query) => findUsers(core, actor, query)),
    explain: heededRead(core, 0, (core, query) => explainUsers(core, actor, query)),
    memberships: (userId) => listMemberships(core, actor, userId),
    updateWhere: write('updateWhere', 2, (core, where, change, options) =>
      updateWhere(core, actor, 'user', where, change, options),
    ),
    update: write('update', 2, (core, userId, input, options) => updateUser(core, actor, userId, input, options)),
    requestEmailCode: write('requestEmailCode', 1, (core, userId, options) =>
      requestContactCode(core, actor, userId, 'email', options),
    ),
    sendEmailCode: write('sendEmailCode', 1, (core, userId, options) =>
      sendContactCode(core, actor, userId, 'email', options),
    ),
    verifyEmail: write('verifyEmail', 2, (core, userId, code, options) =>
      verifyContact(core, actor, userId, 'email', code, options),
    ),
    requestPhoneCode: write('requestPhoneCode', 1, (core, userId, options) =>
      requestContactCode(core, actor, userId, 'phone', options),
    ),
    sendPhoneCode: write('sendPhoneCode', 1, (core, userId, options) =>
      sendContactCode(core, actor, userId, 'phone', options),
    ),
    verifyPhone: write('verifyPhone', 2, (core, userId, code, options) =>
      verifyContact(core, actor, userId, 'phone', code, options),
    ),
    requestInitializationCode: write('requestInitializationCode', 2, (core, userId, input) =>
      requestInitializationCode(core, actor, userId, input),
    ),
    sendInitializationCode: write('sendInitializationCode', 2, (core, userId, input) =>
      sendInitializationCode(core, actor, userId, input),
    ),
    initialize: write('initialize', 1, (core, userId, options) => initializeUser(core, actor, userId, options)),
    deactivate: write('deactivate', 1, (core, userId) => deactivateUser(core, actor, userId)),
    reactivate: write('reactivate', 1, (core, userId) => reactivateUser(core, actor, userId)),
    lock: write('lock', 1, (core, userId) => lockUser(core, actor, userId)),
    unlock: write('unlock', 1, (core, userId) => unlockUser(core, actor, userId)),
    delete: write('delete', 1, (core, userId, options) => deleteUser(core, actor, userId, options)),
    identities: (userId) => listIdentities(core, actor, userId),
    linkIdentity: write('linkIdentity', 2, (core, userId, identityId, options) =>
      linkIdentity(core, actor, userId, identityId, options),
    ),
    unlinkIdentity: write('unlinkIdentity', 2, (core, userId, identityId, options) =>
      unlinkIdentity(core, actor, userId, identityId, options),
    ),
    metadata: (userId, namespace: string = 'app') =>
      metadata(core, actor, { subjectType: 'user', subjectId: userId }, namespace),
    accessTokens: (userId) => {
      const write = keyedWrites(core, actor, 'users.accessTokens', userId)
      return {
        create: write('create', 1, (core, input) => createAccessToken(core, actor, userId, input)),
        get: (tokenId) => getAccessToken(core, actor, userId, tokenId),
        list: heededRead(core, 0, (core, paging) => listAccessTokens(core, actor, userId, paging)),
        delete: write('delete', 1, (core, tokenId) => deleteAccessToken(core, actor, userId, tokenId)),
      }
    },
    listAccessTokens: heededRead(core, 0, (core, query) => listEveryAccessToken(core, actor, query)),
    history: heededRead(core, 1, (core, userId, query) =>
      readHistory(core, actor, { subjectType: 'user', subjectId: userId }, query),
    ),
    asOf: (userId, at) => readAsOf(core, actor, { subjectType: 'user', subjectId: userId }, at),
    revertMetadata: write('revertMetadata', 2, (core, userId, to, options) =>
      revertMetadata(core, actor, { subjectType: 'user', subjectId: userId }, undefined, to, options),
    ),
    erase: write('erase', 1, (core, userId, options) => eraseUser(core, actor, userId, options)),
    anonymise: write('anonymise', 1, (core, userId, options) => anonymiseUser(core, actor, userId, options)),
    undelete: write('undelete', 1, (core, userId, options) => undeleteUser(core, actor, userId, options)),
    deleted: (query) => listDeletedUsers(core, actor, query),
    exportSubject: (userId) => exportSubject(core, actor, userId),
  }
}

function orgs(core: Core, actor: Actor): Orgs {
  const write = keyedWrites(core, actor, 'orgs')
  return {
    create: write('create', 1, (core, input) => createOrg(core, actor, input)),
    setUp: write('setUp', 1, (core, input) => setUpOrg(core, actor, input)),
    get: (orgId) => getOrg(core, actor, orgId),
    getMany: (orgIds) => getOrgs(core, actor, orgIds),
    findByDomain: (domain) => findOrgByDomain(core, actor, domain),
    findSnapshots: (orgIds, namespace = 'org') => findOrgSnapshots(core, actor, orgIds, namespace),
    list: heededRead(core, 0, (core, query) => listOrgs(core, actor, query)),
    find: heededRead(core, 0, (core, query) => findOrgs(core, actor, query)),
    explain: heededRead(core, 0, (core, query) => explainOrgs(core, actor, query)),
    getDefault: () => getDefaultOrg(core, actor),
    setDefault: write('setDefault', 1, (core, orgId) => setDefaultOrg(core, actor, orgId)),
    updateWhere: write('updateWhere', 2, (core, where, change, options) =>
      updateWhere(core, actor, 'org', where, change, options),
    ),
    update: write('update', 2, (core, orgId, update, options) => updateOrg(core, actor, orgId, update, options)),
    rename: write('rename', 2, (core, name, orgId) => renameOrg(core, actor, name, orgId)),
    deactivate: write('deactivate', 1, (core, orgId) => deactivateOrg(core, actor, orgId)),
    reactivate: write('reactivate', 1, (core, orgId) => reactivateOrg(core, actor, orgId)),
    delete: write('delete', 1, (core, orgId, options) => deleteOrg(core, actor, orgId, options)),
    domains: (orgId) => {
      const write = keyedWrites(core, actor, 'orgs.domains', orgId)
      return {
        add: write('add', 1, (core, domain) => addOrgDomain(core, actor, domain, orgId)),
        list: heededRead(core, 0, (core, query) => listOrgDomains(core, actor, query, orgId)),
        startVerification: write('startVerification', 2, (core, domain, type) =>
          startDomainVerification(core, actor, domain, type, orgId),
        ),
        verify: write('verify', 1, (core, domain, options) => verifyOrgDomain(core, actor, domain, options, orgId)),
        setPrimary: write('setPrimary', 1, (core, domain) => setPrimaryOrgDomain(core, actor, domain, orgId)),
        remove: write('remove', 1, (core, domain) => removeOrgDomain(core, actor, domain, orgId)),
      }
    },
    metadata: (orgId, namespace: string = 'org') =>
      metadata(core, actor, { subjectType: 'org', subjectId: orgId }, namespace),
    members: (orgId) => members(core, actor, { level: 'org', ...(orgId === undefined ? {} : { orgId }) }),
    history: heededRead(core, 1, (core, orgId, query) =>
      readHistory(core, actor, { subjectType: 'org', subjectId: orgId }, query),
    ),
    asOf: (orgId, at) => readAsOf(core, actor, { subjectType: 'org', subjectId: orgId }, at),
    revertMetadata: write('revertMetadata', 2, (core, orgId, to, options) =>
      revertMetadata(core, actor, { subjectType: 'org', subjectId: orgId }, undefined, to, options),
    ),
  }
}

function clients(core: Core, actor: Actor): Clients {
  const write = keyedWrites(core, actor, 'clients')
  return {
    create: write('create', 1, (core, input) => createClient(core, actor, input)),
    get: (clientId) => getClient(core, actor, clientId),
    getMany: (clientIds) => getClients(core, actor, clientIds),
    findSnapshots: (clientIds, namespace = 'client') => findClientSnapshots(core, actor, clientIds, namespace),
    list: heededRead(core, 0, (core, query) => listClients(core, actor, query)),
    find: heededRead(core, 0, (core, query) => findClients(core, actor, query)),
    explain: heededRead(core, 0, (core, query) => explainClients(core, actor, query)),
    updateWhere: write('updateWhere', 2, (core, where, change, options) =>
      updateWhere(core, actor, 'client', where, change, options),
    ),
    update: write('update', 2, (core, clientId, update, options) =>
      updateClient(core, actor, clientId, update, options),
    ),
    delete: write('delete', 1, (core, clientId, options) => deleteClient(core, actor, clientId, options)),
    metadata: (clientId, namespace: string = 'client') =>
      metadata(core, actor, { subjectType: 'client', subjectId: clientId }, namespace),
    history: heededRead(core, 1, (core, clientId, query) =>
      readHistory(core, actor, { subjectType: 'client', subjectId: clientId }, query),
    ),
    asOf: (clientId, at) => readAsOf(core, actor, { subjectType: 'client', subjectId: clientId }, at),
    revertMetadata: write('revertMetadata', 2, (core, clientId, to, options) =>
      revertMetadata(core, actor, { subjectType: 'client', subjectId: clientId }, undefined, to, options),
    ),
  }
}

function roles(core: Core, actor: Actor): Roles {
  const write = keyedWrites(core, actor, 'roles')
  return {
    create: write('create', 1, (core, input) => createRole(core, actor, input)),
    get: (roleId) => getRole(core, actor, roleId),
    getOrUndefined: (roleId) => findRole(core, actor, roleId),
    list: heededRead(core, 0, (core, query) => listRoles(core, actor, query)),
    update: write('update', 2, (core, roleId, update, options) => updateRole(core, actor, roleId, update, options)),
    delete: write('delete', 1, (core, roleId, options) => deleteRole(core, actor, roleId, options)),
  }
}

function members(core: Core, actor: Actor, place: MemberPlace): Members {
  const write = keyedWrites(core, actor, 'members', place)
  return {
    add: write('add', 1, (core, input) => addMember(core, actor, place, input)),
    addAll: write('addAll', 1, (core, input) => addMembers(core, actor, place, input)),
    update: write('update', 2, (core, userId, update) => updateMember(core, actor, place, userId, update)),
    remove: write('remove', 1, (core, userId) => removeMember(core, actor, place, userId)),
    removeAll: write('removeAll', 1, (core, userIds) => removeMembers(core, actor, place, userIds)),
    list: heededRead(core, 0, (core, query) => listMembers(core, actor, place, query)),
    find: heededRead(core, 0, (core, query) => findMembers(core, actor, place, query)),
    explain: heededRead(core, 0, (core, query) => explainMembers(core, actor, place, query)),
    grantRoles: write('grantRoles', 1, (core, input) => grantRoles(core, actor, place, input)),
    revokeRoles: write('revokeRoles', 2, (core, userId, roles) => revokeRoles(core, actor, place, userId, roles)),
    roles: () => listMemberRoles(core, actor, place),
  }
}

function metadata(core: Core, actor: Actor, subject: MetadataTarget, namespace: string): MetadataAccess {
  return new BoundMetadata(core, actor, subject, namespace)
}
