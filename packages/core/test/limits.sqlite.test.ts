import { readFile } from 'node:fs/promises'
import { createDirectory } from '@indwell/core'
import { sqliteStorage } from '@indwell/storage-sqlite'
import { describe, expect, it } from 'vitest'
import { type DirectoryLimits, limitProfiles } from '../src/limits/limits'
import { describeLimits } from './limits'
import { createWorld } from './world'

describeLimits('SQLite', async () => {
  const storage = sqliteStorage({ filename: ':memory:' })
  return { storage, close: () => storage.close() }
})

const limits = Object.keys(limitProfiles.default) as readonly (keyof DirectoryLimits)[]

describe('profiles of limits', () => {
  it('stand in the documentation as they are', async () => {
    const page = await readFile(new URL('../../../docs/limits.md', import.meta.url), 'utf8')
    const rows = [...page.matchAll(/^\| `(\w+)` \| (\d+) \| (\d+) \| (\d+) \|/gm)]

    const { default: house, zitadel, auth0 } = limitProfiles
    const profiles = limits.map((limit) => [limit, house[limit], zitadel[limit], auth0[limit]].map(String))
    expect(rows.map(([, ...cells]) => cells)).toEqual(profiles)
  })

  it('are what the vendors say: 200 characters and 500,000 bytes of ZITADEL, names of 50 and 150 of Auth0', async () => {
    const zitadel = (await createWorld({ limits: 'zitadel' })).system
    const auth0 = (await createWorld({ limits: 'auth0' })).system
    for (const { orgs, users } of [zitadel, auth0]) {
      await users.metadata('bob').set({ ['k'.repeat(200)]: new Uint8Array(500_000) })
      await users.update('bob', { firstName: 'n'.repeat(150) })
      await orgs.create({ name: 'o'.repeat(50) })
    }
    const refusals = [
      zitadel.users.metadata('bob').set({ ['k'.repeat(201)]: 1 }),
      zitadel.users.metadata('bob').set({ k: new Uint8Array(500_001) }),
      auth0.users.update('bob', { firstName: 'n'.repeat(151) }),
      auth0.orgs.create({ name: 'o'.repeat(51) }),
    ]
    const refused = await Promise.all(refusals.map((refusal) => refusal.then(String, ({ limitName }) => limitName)))
    expect(refused).toEqual(['metadata.key', 'metadata.value.bytes', 'user.firstName', 'org.name'])
    await auth0.users.metadata('bob').set({ ['k'.repeat(255)]: new Uint8Array(500_001) })
    await zitadel.users.update('bob', { firstName: 'n'.repeat(200), lastName: 'n'.repeat(200) })
  })

  it.each(limits)('are never above what every directory holds to: %s', async (limit) => {
    const storage = sqliteStorage({ filename: ':memory:' })
    for (const wrong of [limitProfiles.default[limit] + 1, 0, 1.5, Number.NaN, '5']) {
      const opened = createDirectory({ storage, limits: { [limit]: wrong } })
      await expect(opened).rejects.toMatchObject({ code: 'invalid_input', path: `limits.${limit}` })
    }
    const { instanceId } = await createDirectory({ storage, limits: { [limit]: limitProfiles.default[limit] } })
    expect(instanceId).toBe('default')
    await storage.close()
  })

  it('are these and no others', async () => {
    const storage = sqliteStorage({ filename: ':memory:' })
    for (const wrong of ['okta', null, 5, [], { pageSize: 5 }, { like: 'okta' }] as never[]) {
      const opened = createDirectory({ storage, limits: wrong })
      await expect(opened).rejects.toMatchObject({ code: 'invalid_input', path: expect.stringMatching(/^limits/) })
    }
    await storage.close()
  })

  it('may be those of a vendor with some made smaller', async () => {
    const { system } = await createWorld({ limits: { like: 'auth0', userNameLength: 20 } })
    await expect(system.users.createHuman({ userName: 'u'.repeat(21) })).rejects.toMatchObject({ limit: 20 })
    await expect(system.orgs.create({ name: 'o'.repeat(51) })).rejects.toMatchObject({ limit: 50 })
  })
})
