import { expect, it } from 'vitest'
import { createWorld } from '../../test/world'

it('answers who holds an e-mail or a username of a connection, as far as the call sees them', async () => {
  const { system, ada, eve, root } = await createWorld()
  const carol = { userId: 'carol', orgId: 'acme', connection: 'db', email: 'carol@x.example', username: 'Carol' }
  await system.users.createHuman(carol)
  await system.users.createHuman({ userId: 'dan', orgId: 'umbrella', connection: 'db', email: 'dan@x.example' })
  const emails = ['dan@x.example', 'nobody@x.example', 'CAROL@x.example', 'a\0@x.example']

  expect(await system.users.findInConnection('db', 'email', emails)).toEqual(['dan', undefined, 'carol', undefined])
  expect(await root.users.findInConnection('db', 'username', ['carol'])).toEqual(['carol'])
  expect(await ada.users.findInConnection('db', 'email', emails)).toEqual([undefined, undefined, 'carol', undefined])
  expect(await system.users.findInConnection('other', 'email', emails)).toEqual(Array(4).fill(undefined))
  await expect(eve.users.findInConnection('db', 'email', emails)).rejects.toMatchObject({ code: 'permission_denied' })
})
