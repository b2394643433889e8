import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, expectRefused, type World } from '../../test/world'

const taken = { code: 'already_exists', subject: 'user_name_domain' }

let world: World
beforeEach(async () => {
  world = await createWorld()
  await world.ada.orgs.domains().add('acme.example')
})

describe('a user name that ends with a domain of an org', () => {
  it.each(['joe@acme.example', 'joe@ACME.Example', 'a@b@acme.example', '@acme.localhost'])(
    'is for users of that org alone: %j',
    async (userName) => {
      const ofUmbrella = { orgId: 'umbrella', userName }

      await expectRefused(world, () => world.system.users.createHuman(ofUmbrella), taken)
      await expectRefused(world, () => world.system.users.createMachine({ ...ofUmbrella, name: 'M' }), taken)
      await expectRefused(world, () => world.root.users.update('eve', { userName }), taken)
      await expectRefused(world, () => world.root.orgs.setUp({ name: 'New', human: { userName } }), taken)
      await world.system.users.createHuman({ orgId: 'acme', userName })
    },
  )

  it('is free for a rename within that org', async () => {
    await world.ada.users.update('bob', { userName: 'bob@acme.example' })

    expect((await world.ada.users.get('bob')).userName).toBe('bob@acme.example')
  })

  it.each(['joe@example', 'joe@acme.example ', 'acme.example', 'joe@acme.example@', 'joe@sub.acme.example'])(
    'is another one than %j',
    async (userName) => {
      await world.system.users.createHuman({ orgId: 'umbrella', userName })
    },
  )

  it('is free while the domain is not verified', async () => {
    world = await createWorld({ verifyDomain: async () => true })
    await world.ada.orgs.domains().add('acme.example')
    await world.system.users.createHuman({ userId: 'joe', orgId: 'umbrella', userName: 'joe@acme.example' })

    await world.ada.orgs.domains().verify('acme.example')

    // Who has it keeps it.
    expect((await world.root.users.get('joe')).userName).toBe('joe@acme.example')
    await world.root.users.update('joe', { userName: 'joe@acme.example', nickName: 'J' })
    await expectRefused(world, () => world.root.users.update('joe', { userName: 'j@acme.example' }), taken)
  })

  it('is no concern of who did not choose it, and of users of a connection', async () => {
    const email = 'joe@acme.example'
    await world.system.users.createHuman({ userId: 'joe', orgId: 'umbrella', email })
    await world.system.users.createHuman({
      userId: 'kim',
      orgId: 'umbrella',
      connection: 'db',
      userName: 'db|k@acme.example',
    })

    expect((await world.root.users.get('joe')).userName).toBe(email)
    await world.root.users.update('kim', { userName: 'db|kim@acme.example' })
  })

  it('is refused to who may create users, and to nobody else', async () => {
    await expectRefused(world, () => world.eve.users.createHuman({ userName: 'joe@acme.example' }), {
      code: 'permission_denied',
    })
  })
})
