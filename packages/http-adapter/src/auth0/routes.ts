import type { Auth0Settings } from './call'
import { createClient } from './clients/create-client'
import { deleteClient } from './clients/delete-client'
import { getClient } from './clients/get-client'
import { listClients } from './clients/list-clients'
import { rotateClientSecret } from './clients/rotate-client-secret'
import { updateClient } from './clients/update-client'
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
import { alias, type Route, route } from './route'
import { ChangeMembersBody } from './schemas/change-members'
import { CreateClientBody } from './schemas/create-client'
import { CreateOrganizationBody } from './schemas/create-organization'
import { CreateUserBody, StrictCreateUserBody } from './schemas/create-user'
import { GetClientQuery } from './schemas/get-client'
import { GetUserQuery } from './schemas/get-user'
import { ListClientsQuery } from './schemas/list-clients'
import { ListMembersQuery } from './schemas/list-members'
import { ListOrganizationsQuery } from './schemas/list-organizations'
import { ListPageQuery } from './schemas/list-page'
import { ListUsersQuery } from './schemas/list-users'
import { UpdateClientBody } from './schemas/update-client'
import { UpdateOrganizationBody } from './schemas/update-organization'
import { UpdateUserBody } from './schemas/update-user'
import { UsersByEmailQuery } from './schemas/users-by-email'
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
    ...Object.values(clients),
    ...organizationRoutes,
    ...(strict ? [] : misspelled),
  ]
}
