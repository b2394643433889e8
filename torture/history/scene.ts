import type { ActingDirectory } from '@indwell/core'

/** What all processes of a history work on. */
export const scene = {
  orgId: 'acme',
  hotUserId: 'hot',
  hotKeys: ['a', 'b', 'c'],
  coldUserIds: Array.from({ length: 40 }, (_, index) => `cold${index}`),
  counterId: 'counter',
  /** Get the right to write and lose it again, by becoming members of the org. */
  workerIds: ['worker0', 'worker1'],
  /** Have the right, and are locked now and then. */
  guardedIds: ['guarded0', 'guarded1'],
  names: Array.from({ length: 6 }, (_, index) => `name${index}`),
} as const

/** The reason of what was there before the history. */
export const sceneReason = 'scene'

export async function createScene({ orgs, users }: ActingDirectory): Promise<void> {
  const { orgId } = scene
  await orgs.create({ orgId, name: 'Acme' })
  const machines = [scene.hotUserId, scene.counterId, ...scene.coldUserIds, ...scene.workerIds, ...scene.guardedIds]
  for (const userId of machines) await users.createMachine({ userId, orgId, userName: userId, name: userId })
  await orgs.members(orgId).addAll({ userIds: scene.guardedIds, roles: ['ORG_OWNER'] })
}

export const entryRegister = (userId: string, key: string) => `entry ${userId} ${key}`
export const nameRegister = (name: string) => `name ${name}`
export const rightRegister = (userId: string) => `right ${userId}`
export const lockRegister = (userId: string) => `lock ${userId}`
export const held = 'held'
export const locked = 'locked'
