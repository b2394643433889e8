import type { Auth0Settings } from './call'
import { createClient } from './clients/create-client'
import { deleteClient } from './clients/delete-client'
import { getClient } from './clients/get-client'
import { listClients } from './clients/list-clients'
import { updateClient } from './clients/update-client'
import { createUsersExport } from './jobs/create-users-export'
import { createUsersImport } from './jobs/create-users-import'
import { getJob } from './jobs/get-job'
import { getJobErrors } from './jobs/get-job-errors'
import { readUsersImport } from './jobs/read-users-import'
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
import { UsersExportBody } from './schemas/users-export'
import { UsersImportBody } from './schemas/users-import'
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
    route('POST /jobs/users-imports', {
      body: UsersImportBody,
      readUpload: readUsersImport,
      success: 202,
      handle: createUsersImport,
    }),
    route('POST /jobs/users-exports', { body: UsersExportBody, success: 200, handle: createUsersExport }),
    route('GET /jobs/{id}', { handle: getJob }),
    route('GET /jobs/{id}/errors', { handle: getJobErrors }),
    ...Object.values(clients),
    ...(strict ? [] : misspelled),
  ]
}
