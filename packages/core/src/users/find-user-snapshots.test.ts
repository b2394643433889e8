import { createDirectory, type DirectoryStorage } from '@indwell/core'
import { beforeEach, expect, it } from 'vitest'
import { createWorld, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

it('answers users with their metadata, in the order asked for', async () => {
  await world.ada.users.metadata('bob', 'user').set({ hobby: 'chess' })
  await world.ada.users.metadata('bob', 'app').set({ plan: 'full' })
  await world.ada.users.metadata('bob', 'app').clear()

  const [nobody, bob] = await world.ada.users.findSnapshots(['nobody', 'bob'], ['user', 'app', 'zitadel'])

  expect(nobody).toBeUndefined()
  expect(bob?.user).toEqual(await world.ada.users.get('bob'))
  expect(bob?.metadata).toEqual({ user: { hobby: 'chess' }, app: undefined, zitadel: undefined })
})

it('dates a user by its newest event, of metadata too', async () => {
  world.advance(1000)
  await world.ada.users.metadata('bob', 'app').set({ plan: 'full' })
  const changedAt = world.now()
  world.advance(1000)

  const [bob] = await world.ada.users.findSnapshots(['bob'], [])

  expect(bob?.updatedAt).toBe(changedAt)
  expect(bob?.user.changedAt).toBeLessThan(changedAt)
})

it('hides users of other orgs', async () => {
  expect(await world.ada.users.findSnapshots(['eve', 'ada'], [])).toMatchObject([
    undefined,
    { user: { userId: 'ada' } },
  ])
})

it('asks the storage once', async () => {
  let loads = 0
  const { storage } = world
  const counting: DirectoryStorage = {
    ...storage,
    load(instanceId, reads) {
      loads += 1
      return storage.load(instanceId, reads)
    },
  }
  const ada = (await createDirectory({ storage: counting })).as({ userId: 'ada' })
  loads = 0

  await ada.users.findSnapshots(['ada', 'bob'], ['user', 'app'])

  expect(loads).toBe(1)
})
