import type { CodeMessage, DirectoryStorage } from '@indwell/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectMadeAsWithReads } from '../../../test/checked-commits'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { logOf, openListened } from '../../../test/unread-commits'
import { postgresStorage } from '../src/index'

describe('users and orgs that callers make', () => {
  let database: PostgresDatabase
  let storages: DirectoryStorage[]

  beforeAll(async () => {
    database = await createPostgresDatabase()
    storages = Array.from({ length: 3 }, () => postgresStorage({ connectionString: database.url, max: 4 }))
    await storages[0]!.migrate()
  })
  afterAll(async () => {
    await Promise.all(storages.map((storage) => storage.close()))
    await database.drop()
  })

  it('come to what they come to with reads, and are refused alike', async () => {
    await expectMadeAsWithReads(storages[0]!, 60)
  })

  it('go with an org that is removed at the same time, or come too late', async () => {
    const instanceId = crypto.randomUUID()
    const { system, directory } = await openListened(storages[0]!, instanceId)
    const { userId } = await system.users.createMachine({ userName: 'ada', name: 'Ada' })
    await system.members.add({ userId, roles: ['IAM_OWNER'] })
    const other = (await openListened(storages[1]!, instanceId)).directory
    await other.as({ userId }).checkPermission('user.write')
    for (let round = 0; round < 8; round++) {
      const { orgId } = await system.orgs.create({ name: `org ${round}` })
      const writing = (async () => {
        for (let n = 0; ; n++) {
          await other.as({ userId, orgId }).users.createMachine({ userName: `robot ${round} ${n}`, name: 'Robot' })
        }
      })().catch((error: unknown) => error)
      await system.orgs.delete(orgId)
      expect(await writing).toMatchObject({ code: 'permission_denied', reason: 'unknown_org' })
      const log = await logOf(directory)
      const removal = log.findIndex(({ type, aggregate }) => type === 'org.removed' && aggregate.id === orgId)
      expect(removal).toBeGreaterThan(log.findLastIndex(({ owner }, index) => owner === orgId && index !== removal))
      expect((await system.users.list({ limit: 1000 })).items.filter((user) => user.orgId === orgId)).toEqual([])
    }
  })

  it('of one name from many processes: one is made, and all others are told that it is taken', async () => {
    const instanceId = crypto.randomUUID()
    const { system } = await openListened(storages[0]!, instanceId)
    const { userId } = await system.users.createMachine({ userName: 'ada', name: 'Ada' })
    await system.members.add({ userId, roles: ['IAM_OWNER'] })
    const acting = await Promise.all(
      storages.map(async (storage) => (await openListened(storage, instanceId)).directory.as({ userId })),
    )
    for (const caller of acting) await caller.checkPermission('user.write')
    for (let round = 0; round < 10; round++) {
      const made = await Promise.allSettled([
        ...acting.map((caller) => caller.users.createMachine({ userName: `robot${round}`, name: 'Robot' })),
      ])
      const refused = made.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
      expect(refused).toHaveLength(acting.length - 1)
      for (const error of refused) expect(error).toMatchObject({ code: 'already_exists' })
      const orgs = await Promise.allSettled(acting.map((caller) => caller.orgs.create({ name: `org ${round}` })))
      expect(orgs.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    }
  })

  it('send the codes of who was made, and none of who was not', async () => {
    const sent: CodeMessage[] = []
    const { system, directory } = await openListened(storages[0]!, crypto.randomUUID(), {
      sendCode: (message) => void sent.push(message),
    })
    const { userId } = await system.users.createMachine({ userName: 'ada', name: 'Ada' })
    await system.members.add({ userId, roles: ['IAM_OWNER'] })
    const ada = directory.as({ userId })
    await ada.checkPermission('user.write')
    const eve = { userName: 'eve', email: 'eve@x.example' }
    const { userId: made } = await ada.users.createHuman(eve)
    await expect(ada.users.createHuman(eve)).rejects.toMatchObject({ code: 'already_exists' })
    await new Promise(setImmediate)
    expect(sent).toMatchObject([{ userId: made, orgId: directory.defaultOrgId, to: 'eve@x.example' }])
    await ada.users.verifyEmail(made, sent[0]!.code)
  })

  it('hold for a caller that loses its role only until then', async () => {
    const { system, directory } = await openListened(storages[0]!, crypto.randomUUID())
    const { userId } = await system.users.createMachine({ userName: 'ada', name: 'Ada' })
    await system.members.add({ userId, roles: ['IAM_OWNER'] })
    const ada = directory.as({ userId })
    await ada.orgs.create({ name: 'One' })
    await ada.orgs.create({ name: 'Two' })
    await system.members.remove(userId)
    await expect(ada.orgs.create({ name: 'Three' })).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(ada.users.createHuman({ userName: 'eve' })).rejects.toMatchObject({ code: 'permission_denied' })
  })
})
