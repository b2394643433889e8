import { beforeEach, describe, expect, it } from 'vitest'
import { notedLoads } from './noted-loads'
import { createWorld, type World } from './world'

describe('a call asks the storage at once for all it depends on', () => {
  let asked: string[]
  let world: World
  beforeEach(async () => {
    const noted = notedLoads()
    asked = noted.asked
    world = await createWorld({ storage: noted.storage })
    asked.length = 0
  })

  it('to read an org that is named', async () => {
    const org = await world.ada.orgs.get('acme')
    expect(org.orgId).toBe('acme')
    expect(asked).toEqual(['principal,record'])
  })

  it('to create an org, whose creator becomes its member', async () => {
    await world.root.orgs.create({ name: 'New' })
    expect(asked).toEqual(['principal,record'])
  })
})
