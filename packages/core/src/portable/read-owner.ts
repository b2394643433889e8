import type { Core } from '../core'
import { NotFoundError } from '../errors/not-found-error'

/** The org that a line names, or the default one. @throws {@link NotFoundError} when there is none. */
export async function readOwner(core: Core, named: string | undefined): Promise<string> {
  const orgId = named ?? (await core.read({ read: 'record', kind: 'instance', key: {} }))?.defaultOrgId ?? ''
  const org = await core.read({ read: 'aggregate', key: { type: 'org', id: orgId } })
  if (!org?.live) throw new NotFoundError('org', orgId)
  return orgId
}
