import { createDirectory, followInstances } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'

export const storage = sqliteStorage({ filename: ':memory:' })
for (const instanceId of ['tenant-1', 'tenant-2']) {
  const { users } = (await createDirectory({ storage, instanceId })).asSystem('sign-up')
  await users.createHuman({ userName: 'ada' })
}

// In the host's own process: what every tenant does, and those that come later too. One position serves for all of them.
export const welcomed: string[] = []
export let after: string | undefined
for await (const change of followInstances({ storage, types: ['user.human.added'] })) {
  welcomed.push(`${change.instanceId} ${change.fields.userName?.after}`)
  after = change.position
  if (welcomed.length === 2) break
}
