import type { MemberQuery } from '@indwell/core'
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
    const granted = members.flatMap(({ level, roles }) =>
      roles.flatMap((role) => directory.roles.permissionsOf(role, level)),
    )
    return { result: [...new Set(granted)] }
  },
}
