import { createDirectory, type Directory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bearing } from '../../test/bearing'
import { storedTokens } from './stored-tokens'

const ownerToken = 'a-token-of-the-owner'

describe('storedTokens', () => {
  let directory: Directory
  let ownerId: string

  beforeEach(async () => {
    directory = await createDirectory({ storage: sqliteStorage({ filename: ':memory:' }) })
    const owner = await directory.bootstrapOwner({ token: ownerToken })
    if (owner.created) ownerId = owner.userId
  })
  afterEach(() => directory.close())

  it('knows whose token it is, without any list of scopes', async () => {
    expect(await storedTokens(directory)(bearing(ownerToken))).toEqual({ userId: ownerId })
  })

  it.each([undefined, 'unknown', '__proto__', '\u0000', 'x'.repeat(10_000)])('knows nobody by %j', async (token) => {
    expect(await storedTokens(directory)(bearing(token))).toBeUndefined()
  })

  it('forgets a token when it is revoked', async () => {
    const authenticate = storedTokens(directory)
    const tokens = directory.asSystem('test').users.accessTokens(ownerId)
    const { token, tokenId } = await tokens.create()
    expect(await authenticate(bearing(token))).toEqual({ userId: ownerId })

    await tokens.delete(tokenId)

    expect(await authenticate(bearing(token))).toBeUndefined()
  })

  it('rejects when the directory cannot be asked', async () => {
    await directory.close()

    await expect(storedTokens(directory)(bearing(ownerToken))).rejects.toMatchObject({ code: 'storage_unavailable' })
  })
})
