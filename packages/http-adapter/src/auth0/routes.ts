import type { Auth0Settings } from './call'
import { createClient } from './clients/create-client'
import { deleteClient } from './clients/delete-client'
import { getClient } from './clients/get-client'
import { listClients } from './clients/list-clients'
import { rotateClientSecret } from './clients/rotate-client-secret'
import { updateClient } from './clients/update-client'
import { alias, type Route, route } from './route'
import { CreateClientBody } from './schemas/create-client'
import { CreateUserBody, StrictCreateUserBody } from './schemas/create-user'
import { GetClientQuery } from './schemas/get-client'
import { GetUserQuery } from './schemas/get-user'
import { ListClientsQuery } from './schemas/list-clients'
import { ListUsersQuery } from './schemas/list-users'
import { UpdateClientBody } from './schemas/update-client'
import { UpdateUserBody } from './schemas/update-user'
import { UsersByEmailQuery } from './schemas/users-by-email'
import { createUser } from './users/create-user'
import { deleteUser } from './users/delete-user'
import { getUser } from './users/get-user'
import { listUsers } from './users/list-users'
import { updateUser } from './users/update-user'
import { usersByEmail } from './users/users-by-email'

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
    ...(strict ? [] : misspelled),
  ]
}
