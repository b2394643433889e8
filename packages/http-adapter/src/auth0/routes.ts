import type { Auth0Settings } from './call'
import { createClient } from './clients/create-client'
import { deleteClient } from './clients/delete-client'
import { getClient } from './clients/get-client'
import { listClients } from './clients/list-clients'
import { rotateClientSecret } from './clients/rotate-client-secret'
import { updateClient } from './clients/update-client'
import { linkIdentity } from './identities/link-identity'
import { unlinkIdentity } from './identities/unlink-identity'
import { createUsersExport } from './jobs/create-users-export'
import { createUsersImport } from './jobs/create-users-import'
import { getJob } from './jobs/get-job'
import { getJobErrors } from './jobs/get-job-errors'
import { readUsersImport } from './jobs/read-users-import'
import { getLog } from './logs/get-log'
import { listLogs } from './logs/list-logs'
import { listUserLogs } from './logs/list-user-logs'
import { addMembers } from './organizations/add-members'
import { createOrganization } from './organizations/create-organization'
import { deleteOrganization } from './organizations/delete-organization'
import { getOrganization } from './organizations/get-organization'
import { getOrganizationByName } from './organizations/get-organization-by-name'
import { listMembers } from './organizations/list-members'
import { listOrganizations } from './organizations/list-organizations'
import { listUserOrganizations } from './organizations/list-user-organizations'
import { removeMembers } from './organizations/remove-members'
import { updateOrganization } from './organizations/update-organization'
import { assignMemberRoles } from './roles/assign-member-roles'
import { assignRoleUsers } from './roles/assign-role-users'
import { assignUserRoles } from './roles/assign-user-roles'
import { changeRolePermissions } from './roles/change-role-permissions'
import { changeUserPermissions } from './roles/change-user-permissions'
import { createRole } from './roles/create-role'
import { deleteRole } from './roles/delete-role'
import { getRole } from './roles/get-role'
import { listMemberRoles } from './roles/list-member-roles'
import { listRolePermissions } from './roles/list-role-permissions'
import { listRoleUsers } from './roles/list-role-users'
import { listRoles } from './roles/list-roles'
import { listUserPermissions } from './roles/list-user-permissions'
import { listUserRoles } from './roles/list-user-roles'
import { removeMemberRoles } from './roles/remove-member-roles'
import { removeUserRoles } from './roles/remove-user-roles'
import { updateRole } from './roles/update-role'
import { alias, type Route, route } from './route'
import { ChangeMembersBody } from './schemas/change-members'
import { ChangePermissionsBody } from './schemas/change-permissions'
import { ChangeRolesBody } from './schemas/change-roles'
import { CreateClientBody } from './schemas/create-client'
import { CreateOrganizationBody } from './schemas/create-organization'
import { CreateUserBody, StrictCreateUserBody } from './schemas/create-user'
import { GetClientQuery } from './schemas/get-client'
import { GetUserQuery } from './schemas/get-user'
import { LinkIdentityBody } from './schemas/link-identity'
import { ListClientsQuery } from './schemas/list-clients'
import { ListLogsQuery, ListUserLogsQuery } from './schemas/list-logs'
import { ListMembersQuery } from './schemas/list-members'
import { ListOrganizationsQuery } from './schemas/list-organizations'
import { ListPageQuery } from './schemas/list-page'
import { ListRoleUsersQuery } from './schemas/list-role-users'
import { ListRolesQuery } from './schemas/list-roles'
import { ListUsersQuery } from './schemas/list-users'
import { OffsetQuery } from './schemas/offset-query'
import { AssignUsersBody, CreateRoleBody, UpdateRoleBody } from './schemas/role-bodies'
import { UpdateClientBody } from './schemas/update-client'
import { UpdateOrganizationBody } from './schemas/update-organization'
import { UpdateUserBody } from './schemas/update-user'
import { UsersByEmailQuery } from './schemas/users-by-email'
import { UsersExportBody } from './schemas/users-export'
import { UsersImportBody } from './schemas/users-import'
import { createUser } from './users/create-user'
import { deleteUser } from './users/delete-user'
import { getUser } from './users/get-user'
import { listUsers } from './users/list-users'
import { updateUser } from './users/update-user'
import { usersByEmail } from './users/users-by-email'

const organizationRoutes: readonly Route[] = [
  route('GET /organizations', { query: ListOrganizationsQuery, handle: listOrganizations }),
  route('POST /organizations', { body: CreateOrganizationBody, handle: createOrganization }),
  route('GET /organizations/name/{name}', { versioned: true, handle: getOrganizationByName }),
  route('GET /organizations/{id}', { versioned: true, handle: getOrganization }),
  route('PATCH /organizations/{id}', { versioned: true, body: UpdateOrganizationBody, handle: updateOrganization }),
  route('DELETE /organizations/{id}', { versioned: true, handle: deleteOrganization }),
  route('GET /organizations/{id}/members', { query: ListMembersQuery, handle: listMembers }),
  route('POST /organizations/{id}/members', { success: 204, body: ChangeMembersBody, handle: addMembers }),
  route('DELETE /organizations/{id}/members', { body: ChangeMembersBody, handle: removeMembers }),
  route('GET /users/{id}/organizations', { query: ListPageQuery, handle: listUserOrganizations }),
]

const memberRoles = '/organizations/{id}/members/{user_id}/roles' as const

const roleRoutes: readonly Route[] = [
  route('GET /roles', { query: ListRolesQuery, handle: listRoles }),
  route('POST /roles', { success: 200, body: CreateRoleBody, handle: createRole }),
  route('GET /roles/{id}', { versioned: true, handle: getRole }),
  route('PATCH /roles/{id}', { versioned: true, body: UpdateRoleBody, handle: updateRole }),
  route('DELETE /roles/{id}', { versioned: true, success: 200, handle: deleteRole }),
  route('GET /roles/{id}/users', { query: ListRoleUsersQuery, handle: listRoleUsers }),
  route('POST /roles/{id}/users', { success: 200, body: AssignUsersBody, handle: assignRoleUsers }),
  route('GET /roles/{id}/permissions', { query: OffsetQuery, handle: listRolePermissions }),
  route('POST /roles/{id}/permissions', { body: ChangePermissionsBody, handle: changeRolePermissions }),
  route('DELETE /roles/{id}/permissions', { body: ChangePermissionsBody, handle: changeRolePermissions }),
  route('GET /users/{id}/roles', { query: OffsetQuery, handle: listUserRoles }),
  route('POST /users/{id}/roles', { success: 204, body: ChangeRolesBody, handle: assignUserRoles }),
  route('DELETE /users/{id}/roles', { body: ChangeRolesBody, handle: removeUserRoles }),
  route('GET /users/{id}/permissions', { query: OffsetQuery, handle: listUserPermissions }),
  route('POST /users/{id}/permissions', { body: ChangePermissionsBody, handle: changeUserPermissions }),
  route('DELETE /users/{id}/permissions', { body: ChangePermissionsBody, handle: changeUserPermissions }),
  route(`GET ${memberRoles}`, { query: OffsetQuery, handle: listMemberRoles }),
  route(`POST ${memberRoles}`, { success: 204, body: ChangeRolesBody, handle: assignMemberRoles }),
  route(`DELETE ${memberRoles}`, { body: ChangeRolesBody, handle: removeMemberRoles }),
]

/** Every route below `/api/v2`. */
export function auth0Routes({ strict }: Pick<Auth0Settings, 'strict'>): readonly Route[] {
  const clients = {
    list: route('GET /clients', { query: ListClientsQuery, handle: listClients }),
    create: route('POST /clients', { body: CreateClientBody, handle: createClient }),
    get: route('GET /clients/{id}', { versioned: true, query: GetClientQuery, handle: getClient }),
    update: route('PATCH /clients/{id}', { versioned: true, body: UpdateClientBody, handle: updateClient }),
    delete: route('DELETE /clients/{id}', { versioned: true, handle: deleteClient }),
    rotateSecret: route('POST /clients/{id}/rotate-secret', { success: 200, handle: rotateClientSecret }),
  }
  // As the vendor's page on metadata writes them in its examples; the service itself answers 404.
  const misspelled = [
    alias(clients.list, '/applications'),
    alias(clients.create, '/applications'),
    alias(clients.get, '/client/{id}'),
    alias(clients.update, '/client/{id}'),
    alias(clients.delete, '/client/{id}'),
  ]
  return [
    route('GET /users', { query: ListUsersQuery, handle: listUsers }),
    route('POST /users', {
      body: strict ? StrictCreateUserBody : CreateUserBody,
      takesForms: true,
      handle: createUser,
    }),
    route('GET /users-by-email', { query: UsersByEmailQuery, handle: usersByEmail }),
    route('GET /users/{id}', { versioned: true, query: GetUserQuery, handle: getUser }),
    route('PATCH /users/{id}', { versioned: true, body: UpdateUserBody, handle: updateUser }),
    route('DELETE /users/{id}', { versioned: true, handle: deleteUser }),
    route('POST /users/{id}/identities', { versioned: true, body: LinkIdentityBody, handle: linkIdentity }),
    route('DELETE /users/{id}/identities/{provider}/{user_id}', {
      versioned: true,
      success: 200,
      handle: unlinkIdentity,
    }),
    route('POST /jobs/users-imports', {
      body: UsersImportBody,
      readUpload: readUsersImport,
      success: 202,
      handle: createUsersImport,
    }),
    route('POST /jobs/users-exports', { body: UsersExportBody, success: 200, handle: createUsersExport }),
    route('GET /jobs/{id}', { handle: getJob }),
    route('GET /jobs/{id}/errors', { handle: getJobErrors }),
    route('GET /users/{id}/logs', { query: ListUserLogsQuery, handle: listUserLogs }),
    route('GET /logs', { query: ListLogsQuery, handle: listLogs }),
    route('GET /logs/{id}', { handle: getLog }),
    ...Object.values(clients),
    ...organizationRoutes,
    ...roleRoutes,
    ...(strict ? [] : misspelled),
  ]
}
