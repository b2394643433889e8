import type { DirectoryStorage } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, type World } from './world'

describe('a call asks the storage at once for all it depends on', () => {
  const asked: string[] = []
  let world: World
  beforeEach(async () => {
    const inner = sqliteStorage({ filename: ':memory:' })
    const storage: DirectoryStorage = {
      ...inner,
      load: (instanceId, reads) => {
        asked.push(reads.map(({ read }) => read).join())
        return inner.load(instanceId, reads)
      },
    }
    world = await createWorld({ storage })
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
