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
  }
  const filter = { op: 'metadata', namespace: 'auth0-jobs', path: ['a'], test: { op: 'exists' } } as const
  await expectRefused(world, () => root.orgs.list({ filter }), { code: 'invalid_input' })
  const [event] = await root.events({ types: ['org.metadata.set'] })
  expect(event?.payload).toEqual({ namespace: 'auth0-jobs', key: 'a' })
  await system.orgs.metadata('acme').set({ a: 'seen' })
  expect((await root.events({ types: ['org.metadata.set'] })).at(-1)?.payload).toMatchObject({ value: 'seen' })
})
