import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, expectRefused, type World } from '../../test/world'
import type { ClientFilter } from './list-clients'

let world: World
beforeEach(async () => {
  world = await createWorld()
  await world.root.clients.create({ clientId: 'web', name: 'Web' })
  await world.root.clients.create({ clientId: 'app', name: 'App' })
  world.advance(1)
  await world.root.clients.metadata('web').set({ tier: 'gold', limits: { seats: 5 } })
})

describe('listClients', () => {
  it('finds clients by their metadata and by their newest event', async () => {
    const ids = async (filter: ClientFilter) =>
      (await world.root.clients.list({ filter })).items.map(({ clientId }) => clientId)
    const seats = { op: 'metadata', namespace: 'client', path: ['limits', 'seats'] } as const
    const [web] = (await world.root.clients.list({ sort: [{ field: 'updatedAt', descending: true }] })).items

    expect(await ids({ ...seats, test: { op: 'equals', value: 5 } })).toEqual(['web'])
    expect(await ids({ op: 'not', filter: { ...seats, test: { op: 'exists' } } })).toEqual(['shop', 'app'])
    expect(await ids({ ...seats, namespace: 'app', test: { op: 'exists' } })).toEqual([])
    expect(web?.clientId).toBe('web')
  })

  it('refuses a filter that no database would take', async () => {
    const filters = Array<ClientFilter>(500).fill({ op: 'equals', field: 'clientId', value: 'web' })

    await expectRefused(world, () => world.root.clients.list({ filter: { op: 'or', filters } }), {
      code: 'limit_exceeded',
      limitName: 'filter.conditions',
      limit: 500,
      actual: 501,
    })
  })
})
