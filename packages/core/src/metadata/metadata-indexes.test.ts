import { createDirectory, InvalidInputError, LimitExceededError, type MetadataIndex } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { describe, expect, it } from 'vitest'
import { createWorld } from '../../test/world'

const byPlan: MetadataIndex = { subjectType: 'user', namespace: 'app', path: ['plan'] }
const byCity: MetadataIndex = { subjectType: 'user', namespace: 'user', path: ['address', 'city'] }

const open = (metadataIndexes: unknown) =>
  createDirectory({
    storage: sqliteStorage({ filename: ':memory:' }),
    metadataIndexes: metadataIndexes as readonly MetadataIndex[],
  })

describe('metadataIndexes', () => {
  it('are declared with the directory, and stay where the next one declares others', async () => {
    const { storage, directory } = await createWorld({ metadataIndexes: [byPlan, byPlan] })
    expect(await directory.metadataIndexes.list()).toEqual([{ ...byPlan, state: 'ready' }])

    const later = await createDirectory({ storage, metadataIndexes: [byCity] })
    const states = [
      { ...byPlan, state: 'ready' },
      { ...byCity, state: 'ready' },
    ]
    expect(await later.metadataIndexes.list()).toEqual(states)
    expect(await (await createDirectory({ storage })).metadataIndexes.list()).toEqual(states)
  })

  it('reindex brings in what was written before, and says how much', async () => {
    const { storage, system } = await createWorld()
    await system.users.metadata('ada').set({ plan: ['pro', 'team'], theme: 'dark' })
    await system.users.metadata('bob').set({ plan: 'pro' })
    const { metadataIndexes } = await createDirectory({ storage, metadataIndexes: [byPlan] })
    expect(await metadataIndexes.list()).toEqual([{ ...byPlan, state: 'building' }])

    expect(await metadataIndexes.reindex({ batchSize: 1 })).toEqual({ corrected: 3 })

    expect(await metadataIndexes.list()).toEqual([{ ...byPlan, state: 'ready' }])
    expect(await metadataIndexes.reindex({ all: true })).toEqual({ corrected: 0 })
  })

  it('reindex ends by its signal between two batches, and goes on where it ended', async () => {
    const { storage, system } = await createWorld()
    for (const id of ['ada', 'bob', 'eve']) await system.users.metadata(id).set({ plan: 'pro' })
    const { metadataIndexes } = await createDirectory({ storage, metadataIndexes: [byPlan] })
    const controller = new AbortController()
    setImmediate(() => controller.abort(new Error('enough')))

    await expect(metadataIndexes.reindex({ batchSize: 1, signal: controller.signal })).rejects.toThrow('enough')

    expect(await metadataIndexes.list()).toEqual([{ ...byPlan, state: 'building' }])
    const { corrected } = await metadataIndexes.reindex()
    expect(corrected).toBeLessThan(3)
    expect(await metadataIndexes.list()).toEqual([{ ...byPlan, state: 'ready' }])
  })

  it('remove takes away what is there', async () => {
    const { directory } = await createWorld({ metadataIndexes: [byPlan, byCity] })

    await directory.metadataIndexes.remove(byPlan, { ...byPlan, subjectType: 'org' })

    expect(await directory.metadataIndexes.list()).toEqual([{ ...byCity, state: 'ready' }])
  })

  it('refuses what cannot be searched', async () => {
    for (const wrong of [
      { ...byPlan, subjectType: 'member' },
      { ...byPlan, namespace: 'App' },
      { ...byPlan, namespace: 'auth0-jobs' },
      { ...byPlan, path: [] },
      { ...byPlan, path: 'plan' },
      { ...byPlan, path: [''] },
      { ...byPlan, path: ['plan', 'x\0'] },
      { ...byPlan, path: ['plan', 1] },
    ]) {
      await expect(open([wrong]), JSON.stringify(wrong)).rejects.toThrow(InvalidInputError)
    }
    await expect(open(byPlan)).rejects.toThrow(InvalidInputError)
    const many = Array.from({ length: 101 }, (_, at) => ({ ...byPlan, path: [`${at}`] }))
    await expect(open(many)).rejects.toThrow(LimitExceededError)
    await expect(open([{ ...byPlan, path: Array.from({ length: 101 }, () => 'a') }])).rejects.toThrow(
      LimitExceededError,
    )
    const { directory } = await createWorld()
    for (const batchSize of [0, 1.5, 100_001]) {
      await expect(directory.metadataIndexes.reindex({ batchSize })).rejects.toThrow(InvalidInputError)
    }
  })
})
