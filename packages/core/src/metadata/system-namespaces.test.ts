import { expect, it } from 'vitest'
import { createWorld, expectRefused } from '../../test/world'

const denied = { code: 'permission_denied' }

it('what a face keeps for itself is read, written, searched and seen in events by nobody else', async () => {
  const world = await createWorld()
  const { system, root, ada } = world
  await system.orgs.metadata('acme', 'auth0-jobs').set({ a: 'secret' })

  expect(await system.orgs.metadata('acme', 'auth0-jobs').values()).toEqual({ a: 'secret' })
  for (const { orgs } of [ada, root]) {
    const own = orgs.metadata('acme', 'auth0-jobs')
    await expectRefused(world, () => own.values(), denied)
    await expectRefused(world, () => own.find('a'), denied)
    await expectRefused(world, () => own.list(), denied)
    await expectRefused(world, () => own.set({ a: 1 }), denied)
    await expectRefused(world, () => orgs.findSnapshots(['acme'], 'auth0-jobs'), denied)
    await expectRefused(world, () => orgs.update('acme', { metadata: { 'auth0-jobs': { set: { a: 1 } } } }), denied)
  }
  const metadata = { 'auth0-jobs': { a: 1 } }
  const changes = { 'auth0-jobs': { set: { a: 1 } } }
  const { clientId } = await root.clients.create({ name: 'App' })
  const refused = [
    () => root.orgs.create({ name: 'Other', metadata }),
    () => root.users.createHuman({ userName: 'eve', metadata }),
    () => root.users.update('ada', { metadata: changes }),
    () => root.users.findSnapshots(['ada'], ['auth0-jobs']),
    () => root.clients.create({ name: 'Other', metadata }),
    () => root.clients.update(clientId, { metadata: changes }),
    () => root.clients.findSnapshots([clientId], 'auth0-jobs'),
  ]
  for (const call of refused) await expectRefused(world, call, denied)

  const filter = { op: 'metadata', namespace: 'auth0-jobs', path: ['a'], test: { op: 'exists' } } as const
  await expectRefused(world, () => root.orgs.list({ filter }), { code: 'invalid_input' })
  const [event] = await root.events({ types: ['org.metadata.set'] })
  expect(event?.payload).toEqual({ namespace: 'auth0-jobs', key: 'a' })
  await system.orgs.metadata('acme').set({ a: 'seen' })
  expect((await root.events({ types: ['org.metadata.set'] })).at(-1)?.payload).toMatchObject({ value: 'seen' })
})
