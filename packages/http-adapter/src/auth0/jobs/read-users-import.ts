import { invalidBody, invalidMultipart } from '../error-catalogue'
import type { MultipartForm } from '../read-multipart'
import { spellParameters } from '../read-query'
import { UsersImportBody } from '../schemas/users-import'
import { wireRule } from '../wire-rule'

/**
 * The parts of an upload as a body.
 *
 * @throws {@link Auth0Error} 400 where the file or the connection is missing.
 */
export function readUsersImport({ fields, files }: MultipartForm): Readonly<Record<string, unknown>> {
  const users = files.get('users')
  if (users === undefined) throw invalidBody("Must provide 'users' file as multipart part.")
  if (users.byteLength === 0) throw invalidBody('Users file must not be empty.')
  if (!fields.has('connection_id')) throw invalidBody("Must provide 'connection_id' as multipart part.")
  return spellParameters(wireRule(UsersImportBody), Object.fromEntries([...fields, ['users', textOf(users)]]))
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw invalidMultipart()
  }
}
