import { expect, it } from 'vitest'
import { createWorld } from '../../test/world'

it('answers applications with their metadata, and none of other orgs', async () => {
  const { ada, eve, system } = await createWorld()
  await ada.clients.metadata('shop').set({ a: '1' })
  await system.clients.create({ clientId: 'foreign', orgId: 'umbrella', name: 'F' })

  expect(await ada.clients.findSnapshots(['nope', 'shop', 'foreign'])).toEqual([
    undefined,
    { client: await ada.clients.get('shop'), version: '2', metadata: { a: '1' } },
    undefined,
  ])
  expect(await ada.clients.findSnapshots(['shop'], 'app')).toMatchObject([{ metadata: undefined }])
  await expect(eve.clients.findSnapshots(['shop'])).rejects.toMatchObject({ code: 'permission_denied' })
})
