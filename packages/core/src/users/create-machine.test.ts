import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, eventsOf, expectRefused, type World } from '../../test/world'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

describe('createMachine', () => {
  it('creates an active machine with one event', async () => {
    const events = await eventsOf(world, async () => {
      expect(await world.ada.users.createMachine({ userId: 'm', userName: 'm', name: 'M' })).toEqual({
        userId: 'm',
        orgId: 'acme',
        sequence: '1',
        createdAt: world.now(),
        changedAt: world.now(),
      })
    })

    expect(events).toEqual(['user.machine.added 1'])
    expect(await world.ada.users.get('m')).toMatchObject({
      type: 'machine',
      state: 'active',
      displayName: 'M',
      description: null,
      accessTokenType: 'bearer',
      sequence: '1',
    })
  })

  it('takes the id for the user name where none is given', async () => {
    const { userId } = await world.ada.users.createMachine({ name: 'M' })
    await world.ada.users.createMachine({ userId: 'm@umbrella.localhost', name: 'M' })

    expect((await world.ada.users.get(userId)).userName).toBe(userId)
    expect((await world.ada.users.get('m@umbrella.localhost')).userName).toBe('m@umbrella.localhost')
    await expectRefused(world, () => world.ada.users.createMachine({ userId: 'x', userName: userId, name: 'M' }), {
      code: 'already_exists',
      subject: 'user_name',
    })
  })

  it('does not move the record when metadata is set, and moves it when the user is deactivated', async () => {
    await world.ada.users.createMachine({ userId: 'm', userName: 'm', name: 'M' })

    const set = await world.ada.users.metadata('m').set({ a: 1 })
    const untouched = await world.ada.users.get('m')
    const deactivated = await world.ada.users.deactivate('m')

    expect(set.sequence).toBe('2')
    expect(untouched.sequence).toBe('1')
    expect(deactivated.sequence).toBe('3')
    expect(await world.ada.users.get('m')).toMatchObject({ sequence: '3', state: 'inactive' })
  })

  it.each([
    [
      { userName: 'Robot', name: 'x' },
      { code: 'already_exists', subject: 'user_name' },
    ],
    [
      { userId: 'ada', userName: 'x', name: 'x' },
      { code: 'already_exists', subject: 'user_id' },
    ],
    [
      { userName: 'x', name: '' },
      { code: 'invalid_input', path: 'name' },
    ],
    [{ userName: 'x' } as { userName: string; name: string }, { code: 'invalid_input', path: 'name' }],
    [
      { userName: 'x', name: 'x', description: 'x'.repeat(501) },
      { code: 'invalid_input', path: 'description' },
    ],
    [
      { userName: 'x', name: 'x', orgId: 'umbrella' },
      { code: 'not_found', subject: 'org', id: 'umbrella' },
    ],
  ])('refuses %j', async (input, refusal) => {
    await expectRefused(world, () => world.ada.users.createMachine(input), refusal)
  })
})
