import type { ActingDirectory, Directory, ListedMember, MemberQuery } from '@indwell/core'
import type { Auth } from '../binding'

/** What the caller's roles grant in the org of the call, the instance's roles among them. */
export const listMyZitadelPermissions: Auth<'ListMyZitadelPermissions'> = {
  async handle({ caller, callerId, directory }) {
    const { orgId } = await caller.requireAuthenticated()
    const own = directory.asSystem('own permissions', { onBehalfOf: callerId })
    const ofCaller: MemberQuery = { filter: { op: 'equals', field: 'userId', value: callerId } }
    const pages = await Promise.all([own.orgs.members(orgId).list(ofCaller), own.members.list(ofCaller)])
    const now = directory.now()
    const members = pages.flatMap(({ items }) => items.filter(({ expiresAt }) => expiresAt === null || expiresAt > now))
    const granted = await Promise.all(members.map((member) => permissionsOf(directory, own, member)))
    return { result: [...new Set(granted.flat())] }
  },
}

async function permissionsOf(
  { roles: table }: Directory,
  own: ActingDirectory,
  { level, roles }: ListedMember,
): Promise<readonly string[]> {
  const created = await Promise.all(roles.filter((role) => !table.has(role)).map((id) => own.roles.getOrUndefined(id)))
  return [
    ...roles.flatMap((role) => table.permissionsOf(role, level)),
    ...created.flatMap((role) => role?.permissions ?? []),
  ]
}
