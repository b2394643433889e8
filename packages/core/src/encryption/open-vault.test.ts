import { createDirectory, defineMetadata, type KeyProvider, type MetadataDefinitionInput } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'

const schema = v.string()
const provider: KeyProvider = { currentKeyId: 'k1', key: () => new Uint8Array(32), indexKey: () => new Uint8Array(32) }
const define = (definition: MetadataDefinitionInput) => defineMetadata(definition as never)
const blind = define({ user: { taxId: { schema, encrypted: { blindIndex: true } } } })

async function open(keyProvider: unknown, metadata = blind, options: object = {}) {
  await using storage = sqliteStorage({ filename: ':memory:' })
  const directory = await createDirectory({ storage, metadata, keyProvider: keyProvider as KeyProvider, ...options })
  return directory.instanceId
}

describe('a definition that encrypts', () => {
  it.each([
    ['what is no flag', { encrypted: 'yes' }, 'user.key.encrypted'],
    ['what is not known', { encrypted: { blind: true } }, 'user.key.encrypted'],
    ['a blind index that is no flag', { encrypted: { blindIndex: 1 } }, 'user.key.encrypted'],
    ['an index of what is encrypted', { encrypted: true, indexed: true }, 'user.key.indexed'],
    ['a plain index beside a blind one', { encrypted: { blindIndex: true }, indexed: true }, 'user.key.indexed'],
  ])('refuses %s', (_, more, path) => {
    expect(() => define({ user: { key: { schema, ...more } as never } })).toThrow(
      expect.objectContaining({ code: 'invalid_input', path }),
    )
  })

  it.each([
    ['no provider', undefined, 'keyProvider'],
    ['what is none', 'key', 'keyProvider'],
    ['one without keys', { currentKeyId: 'k1' }, 'keyProvider'],
    ['one without an id', { ...provider, currentKeyId: '' }, 'keyProvider.currentKeyId'],
    ['an id that is too long', { ...provider, currentKeyId: 'k'.repeat(101) }, 'keyProvider.currentKeyId'],
    ['a time that is none', { ...provider, keepKeysMs: -1 }, 'keyProvider.keepKeysMs'],
    ['one that has not the current key', { ...provider, key: () => undefined }, 'keyProvider.key'],
    ['a short key', { ...provider, key: () => new Uint8Array(16) }, 'keyProvider.key'],
    ['a key that comes later and is none', { ...provider, key: async () => 'k'.repeat(32) }, 'keyProvider.key'],
    ['no index key', { ...provider, indexKey: undefined }, 'keyProvider.indexKey'],
    ['a short index key', { ...provider, indexKey: () => new Uint8Array(31) }, 'keyProvider.indexKey'],
  ])('is not opened with %s', async (_, given, path) => {
    await expect(open(given)).rejects.toMatchObject({ code: 'invalid_input', path })
  })

  it('is not opened while the provider cannot be asked', async () => {
    const key = () => Promise.reject(new Error('down'))
    await expect(open({ ...provider, key })).rejects.toMatchObject({ code: 'storage_unavailable', reason: 'failed' })
  })

  it('is not opened with an index of its own of what is encrypted', async () => {
    const metadataIndexes = [{ subjectType: 'user', namespace: 'app', path: ['taxId'] }]
    await expect(open(provider, blind, { metadataIndexes })).rejects.toMatchObject({ path: 'metadataIndexes' })
  })

  it('needs no index key without a blind index and without unique keys', async () => {
    const { indexKey: _, ...without } = provider
    await open(without, define({ user: { taxId: { schema, encrypted: true } } }))
    const unique = define({ user: { taxId: { schema, encrypted: true, unique: true } } })
    await expect(open(without, unique)).rejects.toMatchObject({ path: 'keyProvider.indexKey' })
  })

  it('asks no provider where nothing is encrypted', async () => {
    const key = () => {
      throw new Error('asked')
    }
    await open({ ...provider, key }, define({ user: { taxId: { schema, encrypted: false } } }))
  })

  it('refuses values that look like envelopes, and lists that are too long for a blind index, without showing them', async () => {
    await using storage = sqliteStorage({ filename: ':memory:' })
    const any = v.custom<never>((value) => value !== 'bad')
    const metadata = define({ user: { taxId: { schema: any, encrypted: { blindIndex: true } } } })
    const directory = await createDirectory({ storage, metadata, keyProvider: provider })
    const { users } = directory.asSystem('test')
    const { userId } = await users.createHuman({ userName: 'ada' })
    const set = (taxId: unknown) => users.metadata(userId).set({ taxId } as never)
    await expect(set({ $v: 1, $k: 'k1', $d: 'x' })).rejects.toMatchObject({ code: 'invalid_input', path: 'taxId' })
    await set(Array.from({ length: 1000 }, (_, index) => index))
    await expect(set(Array.from({ length: 1001 }, (_, index) => index))).rejects.toMatchObject({
      code: 'limit_exceeded',
      limitName: 'metadata.blindIndex',
    })
    const error = await set('bad').catch((reason: Error) => reason)
    expect(String((error as Error).message)).not.toContain('bad')
  })

  it('warns of what cannot be read, once for each key, where the host asks to be told nothing', async () => {
    const warnings: string[] = []
    const hear = ({ message }: Error) => void warnings.push(message)
    process.on('warning', hear)
    try {
      await using storage = sqliteStorage({ filename: ':memory:' })
      let key: Uint8Array | undefined = new Uint8Array(32)
      const keyProvider = { ...provider, key: () => key, keepKeysMs: 0 }
      const directory = await createDirectory({ storage, metadata: blind, keyProvider })
      const { users } = directory.asSystem('test')
      const { userId } = await users.createHuman({ userName: 'ada', metadata: { app: { taxId: 'x' } } as never })
      key = undefined
      expect(await users.metadata(userId).values()).toEqual({})
      expect(await users.metadata(userId).values()).toEqual({})
      await new Promise((resolve) => setImmediate(resolve))
      expect(warnings).toEqual(['metadata cannot be read, unknown key: user.app.taxId under k1'])
    } finally {
      process.off('warning', hear)
    }
  })
})
