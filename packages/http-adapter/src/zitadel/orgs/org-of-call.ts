import type { ActingDirectory } from '@indwell/core'

/**
 * The org a permitted call works in.
 *
 * @throws {@link PermissionDeniedError} when the caller may not.
 */
export async function orgOfCall(caller: ActingDirectory, permission: 'org.read'): Promise<string> {
  const { orgId = '' } = await caller.requirePermission(permission)
  return orgId
}
