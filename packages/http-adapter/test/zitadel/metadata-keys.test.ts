import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWorld, zitadelErrorBody as err, type Json, type World } from './world'

describe('keys of metadata', () => {
  let world: World
  beforeAll(async () => {
    world = await createWorld()
  })
  afterAll(async () => {
    expect(world.errors).toEqual([])
    await world.close()
  })

  const value = 'YQ=='
  it.each<[string, string, string, Json]>([
    ['POST', '/metadata/%20', 'META-2ml0f', { value }],
    [
      'POST',
      '/metadata/_bulk',
      'META-2ml0f',
      {
        metadata: [
          { key: 'k', value },
          { key: ' \t', value },
        ],
      },
    ],
    ['DELETE', '/metadata/%20%20', 'META-2n0f1', undefined],
    ['DELETE', '/metadata/_bulk', 'COMMAND-m19ds', { keys: ['k', '  '] }],
    ['POST', '/users/USER/metadata/%20', 'META-2m00f', { value }],
    ['POST', '/users/USER/metadata/_bulk', 'META-2m00f', { metadata: [{ key: ' ', value }] }],
  ])('%s %s refuses a key of blanks', async (method, path, id, body) => {
    const before = (await world.log()).length

    const answer = await world.manage(method, path.replace('USER', world.rootId), { body })

    expect(answer).toMatchObject({ status: 400, body: err(3, id, 'Metadata is invalid') })
    expect((await world.log()).length).toBe(before)
  })

  it('lets the last of two values of a key stand', async () => {
    const bulk = (...values: string[]) =>
      world.manage('POST', '/metadata/_bulk', {
        body: { metadata: values.map((each) => ({ key: 'twice', value: each })) },
      })
    await bulk('YQ==')

    await bulk('Yg==', 'YQ==')

    expect((await world.manage('GET', '/metadata/twice')).body.metadata.value).toBe('YQ==')
  })
})
