import { type ActingDirectory, createDirectory, type Directory, type DirectoryStorage } from '@indwell/core'
import type { Filled } from './filled'

/** A directory with enough in it that nothing fits by accident: users with metadata, and one that others are measured on. */
export interface Workload {
  readonly directory: Directory
  readonly system: ActingDirectory
  /** A caller whose rights are checked: `ORG_OWNER` of the default org. */
  readonly owner: ActingDirectory
  readonly ownerId: string
  readonly userIds: readonly string[]
}

export const users = 1000
export const keysPerUser = 10

export async function fill(storage: DirectoryStorage): Promise<Workload> {
  const directory = await createDirectory({ storage })
  const system = directory.asSystem('bench')
  const values = Object.fromEntries(
    Array.from({ length: keysPerUser }, (_, key) => [`key${key}`, { plan: 'full', seats: key }]),
  )
  const created = await Promise.all(
    Array.from({ length: users }, (_, number) =>
      system.users.createHuman({
        userName: `user${number}`,
        firstName: 'Ada',
        lastName: `No ${number}`,
        email: `ada${number}@example.com`,
        metadata: { app: values },
      }),
    ),
  )
  const { userId: ownerId } = await system.users.createMachine({ userName: 'bench', name: 'Bench' })
  await system.orgs.members(directory.defaultOrgId).add({ userId: ownerId, roles: ['ORG_OWNER'] })
  return workloadOf(directory, { ownerId, userIds: created.map(({ userId }) => userId) })
}

export function workloadOf(directory: Directory, { ownerId, userIds }: Filled): Workload {
  const { asSystem, as } = directory
  return { directory, system: asSystem('bench'), owner: as({ userId: ownerId }), ownerId, userIds }
}
