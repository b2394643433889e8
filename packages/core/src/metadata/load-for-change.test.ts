import type { DirectoryStorage } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { describe, expect, it } from 'vitest'
import { createWorld, type World } from '../../test/world'

/** A world whose storage tells what it is asked for, question by question. */
async function askedWorld(isLocal: boolean, beforeCommit: () => Promise<unknown> = async () => undefined) {
  const asked: string[][] = []
  const { isLocal: _, commitUnread: __, ...storage } = sqliteStorage({ filename: ':memory:' })
  const telling: DirectoryStorage = {
    ...storage,
    ...(isLocal && { isLocal }),
    load(instanceId, reads) {
      asked.push(reads.map(({ read }) => read))
      return storage.load(instanceId, reads)
    },
    async commit(instanceId, commits) {
      await beforeCommit()
      return storage.commit(instanceId, commits)
    },
  }
  const world = await createWorld({ storage: telling })
  await world.system.users.metadata('bob').set({ old: 1, older: 1 })
  asked.length = 0
  return { world, asked }
}

const ofBob = (world: World) => world.system.users.metadata('bob')

describe('what a change of metadata reads', () => {
  it('is the entry alone where reads are local and the key is set already', async () => {
    const { world, asked } = await askedWorld(true)

    expect(await ofBob(world).set({ old: 2 })).toMatchObject({ orgId: 'acme', changed: ['old'] })

    expect(asked).toEqual([['entry']])
  })

  it('is the subject as well where the key is new', async () => {
    const { world, asked } = await askedWorld(true)

    expect(await ofBob(world).set({ new: 2 })).toMatchObject({ orgId: 'acme', changed: ['new'] })

    expect(asked).toEqual([['entry'], ['aggregate', 'entry']])
  })

  it('is asked for at once where reads wait for a server', async () => {
    const { world, asked } = await askedWorld(false)

    await ofBob(world).set({ old: 2 })
    await ofBob(world).set({ new: 2 })

    expect(asked).toEqual([
      ['aggregate', 'entry'],
      ['aggregate', 'entry'],
    ])
  })

  it.each([[true], [false]])('of several keys is what they hold and the record (local: %s)', async (isLocal) => {
    const { world, asked } = await askedWorld(isLocal)

    const { createdAt } = await world.system.users.get('bob')
    asked.length = 0
    expect(await ofBob(world).set({ old: 2, new: 2 })).toMatchObject({ orgId: 'acme', createdAt })

    expect(asked.map((reads) => reads.toSorted())).toEqual([['entries', 'record']])
  })

  it.each([
    ['one key', { old: 2 }],
    ['several keys', { old: 2, older: 2 }],
  ])('finds no subject that was removed in between, for %s', async (_, values) => {
    let remove = async () => undefined as unknown
    const { world } = await askedWorld(true, () => {
      const removing = remove
      remove = async () => undefined
      return removing()
    })
    remove = () => world.system.users.delete('bob')

    await expect(ofBob(world).set(values)).rejects.toMatchObject({ code: 'not_found', subject: 'user' })
  })

  it('answers a removal of nothing as of the subject where nothing is stored', async () => {
    const { world } = await askedWorld(true)
    const { sequence, createdAt } = await world.system.users.get('eve')

    const answer = await world.system.users.metadata('eve').remove('one', 'other')

    expect(answer).toMatchObject({ sequence, createdAt, orgId: 'umbrella', changed: [] })
  })
})
