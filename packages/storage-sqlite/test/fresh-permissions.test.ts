import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ActingDirectory, createDirectory, type Directory, type UnreadCommit } from '@indwell/core'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sqliteStorage } from '../src/index'

const read = { read: 'principal', userId: 'ada' } as const

describe('rights of callers on a file that others write to', () => {
  let folder: string
  let filename: string
  let here: Directory
  let there: Directory
  let ada: ActingDirectory

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'indwell-rights-'))
    filename = join(folder, 'directory.db')
    here = await createDirectory({ storage: sqliteStorage({ filename }) })
    there = await createDirectory({ storage: sqliteStorage({ filename }) })
    const system = here.asSystem('test')
    await system.users.createMachine({ userId: 'ada', userName: 'ada', name: 'Ada' })
    await system.orgs.create({ orgId: 'acme', name: 'Acme', admins: [{ userId: 'ada' }] })
    ada = here.as({ userId: 'ada', orgId: 'acme' })
    expect(await ada.checkPermission('org.write')).toMatchObject({ allowed: true })
  })
  afterEach(async () => {
    await here.close()
    await there.close()
    rmSync(folder, { recursive: true })
  })

  const takeAway = {
    'its roles': (directory: Directory) => directory.asSystem('test').orgs.members('acme').update('ada', { roles: [] }),
    'its membership': (directory: Directory) => directory.asSystem('test').orgs.members('acme').remove('ada'),
    'its activity': (directory: Directory) => directory.asSystem('test').users.lock('ada'),
    'the org it works in': (directory: Directory) => directory.asSystem('test').orgs.delete('acme'),
  }
  for (const [name, take] of Object.entries(takeAway)) {
    it.each(['this connection', 'another connection'])(`end with the next call once %s took ${name}`, async (where) => {
      await take(where === 'this connection' ? here : there)

      const answer = await ada.checkPermission('org.write').catch(({ code }: { code: string }) => ({ allowed: code }))
      expect(answer.allowed).not.toBe(true)
    })
  }

  it.each(['this connection', 'another connection'])(
    'end with the next call that reads more besides, by %s',
    async (where) => {
      const metadata = ada.orgs.metadata('acme')
      const system = (where === 'this connection' ? here : there).asSystem('test')
      for (const roles of [[], ['ORG_OWNER'], [], ['ORG_OWNER']]) {
        await system.orgs.members('acme').update('ada', { roles })
        const plan = `plan ${roles.length}`
        await system.orgs.metadata('acme').set({ plan })
        for (let times = 0; times < 3; times++) {
          const found = await metadata.get('plan').then(
            ({ value }) => value,
            ({ code }: { code: string }) => code,
          )
          expect(found).toBe(roles.length === 0 ? 'permission_denied' : plan)
        }
      }
    },
  )

  it('end with the next call once another process took them, each time', async () => {
    for (const roles of ['[]', '["ORG_OWNER"]', '[]', '["ORG_OWNER"]']) {
      execFileSync(process.execPath, ['-e', takingRoles, filename, roles])

      expect((await ada.checkPermission('org.write')).allowed).toBe(roles !== '[]')
      expect((await ada.checkPermission('org.write')).allowed).toBe(roles !== '[]')
    }
  })

  it('are those of the org that each call works in', async () => {
    const atHome = here.as({ userId: 'ada' })
    for (const [caller, allowed] of [
      [atHome, false],
      [ada, true],
      [atHome, false],
      [ada, true],
    ] as const) {
      expect((await caller.checkPermission('org.write')).allowed).toBe(allowed)
    }
  })

  it('are those of the instance that is asked', async () => {
    const other = await createDirectory({ storage: sqliteStorage({ filename }), instanceId: 'other' })
    const storage = sqliteStorage({ filename })

    expect(await storage.load('other', [read])).toEqual([undefined])
    const [found] = await storage.load(here.instanceId, [read])
    expect(found).toMatchObject({ user: { userId: 'ada' } })
    expect(await storage.load('other', [read])).toEqual([undefined])

    await storage.close()
    await other.close()
  })

  it('are read once while nobody writes', async () => {
    const storage = sqliteStorage({ filename })
    const [first] = await storage.load(here.instanceId, [read])
    const [alone] = await storage.load(here.instanceId, [read])
    const [together] = await storage.load(here.instanceId, [read, { ...read, userId: 'eve' }])

    expect([alone, together].map((again) => again === first)).toEqual([true, true])
    await storage.close()
  })

  it('are read once while nobody writes but entries, by this connection', async () => {
    const storage = sqliteStorage({ filename })
    const directory = await createDirectory({ storage })
    const inAcme = { ...read, orgId: 'acme' }
    const [first] = await storage.load(here.instanceId, [inAcme])
    const metadata = directory.as({ userId: 'ada', orgId: 'acme' }).orgs.metadata('acme')
    await metadata.set({ plan: 'gold' })
    await metadata.set({ plan: 'silver', seats: 3 })
    await directory.asSystem('test').orgs.metadata('acme').set({ plan: 'none' })
    const [after] = await storage.load(here.instanceId, [inAcme])
    await there.asSystem('test').orgs.metadata('acme').set({ plan: 'gold' })
    const [afterOthers] = await storage.load(here.instanceId, [inAcme])

    expect(after).toBe(first)
    expect(afterOthers).not.toBe(first)
    await directory.close()
  })

  it('are those that the file has, whoever wrote what before', async () => {
    const database = new Database(filename)
    const rolesOfAda = database.prepare(`select roles from indwell_member where user_id = 'ada' and org_id = 'acme'`)
    let value = 0
    const attempts = async (acting: ActingDirectory) => {
      value += 1
      return acting.orgs
        .metadata('acme')
        .set({ plan: value })
        .then(() => true)
        .catch(({ code }: { code: string }) => {
          expect(code).toBe('permission_denied')
          return false
        })
    }
    const update = (directory: Directory, roles: readonly string[]) =>
      directory.asSystem('test').orgs.members('acme').update('ada', { roles })
    const write = {
      entry: () => attempts(here.asSystem('test')),
      entryThere: () => attempts(there.asSystem('test')),
      grant: () => update(here, ['ORG_OWNER']),
      revoke: () => update(here, []),
      grantThere: () => update(there, ['ORG_OWNER']),
      revokeThere: () => update(there, []),
      revokeByHand: async () => database.exec(`update indwell_member set roles = '[]' where user_id = 'ada'`),
      nothing: async () => undefined,
    }
    const names = Object.keys(write) as (keyof typeof write)[]
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...names), { maxLength: 12 }), async (writes) => {
        for (const name of writes) {
          await write[name]()
          const { roles } = rolesOfAda.get() as { readonly roles: string }
          expect(await attempts(ada), `${name} of ${writes}`).toBe(roles === '["ORG_OWNER"]')
        }
      }),
      { numRuns: 60 },
    )
    database.close()
  })

  it.each(['this connection', 'another connection'])('go with a token that %s took back, each time', async (where) => {
    const tokens = (where === 'this connection' ? here : there).asSystem('test').users.accessTokens('ada')
    for (let value = 0; value < 3; value++) {
      const { token, tokenId } = await tokens.create()
      for (let times = 0; times < 2; times++) {
        expect(await here.authenticate(token)).toEqual({ userId: 'ada', tokenId })
        await ada.orgs.metadata('acme').set({ value, times })
      }
      await tokens.delete(tokenId)
      expect(await here.authenticate(token)).toBeUndefined()
      await ada.orgs.metadata('acme').set({ value })
      expect(await here.authenticate(token)).toBeUndefined()
    }
  })

  it('are read once of a token while nobody writes but entries, by this connection', async () => {
    const storage = sqliteStorage({ filename })
    const directory = await createDirectory({ storage })
    const { token } = await directory.asSystem('test').users.accessTokens('ada').create()
    const byToken = { read: 'accessTokenByHash', hash: createHash('sha256').update(token).digest('hex') } as const
    const [first] = await storage.load(here.instanceId, [byToken])
    await directory.asSystem('test').orgs.metadata('acme').set({ plan: 'gold' })
    const [after] = await storage.load(here.instanceId, [byToken])
    const [inOther] = await storage.load('other', [byToken])

    expect(first).toMatchObject({ userId: 'ada' })
    expect(after).toBe(first)
    expect(inOther).toBeUndefined()
    await directory.close()
  })

  it('are those before a batch that came to nothing', async () => {
    const commits: UnreadCommit[] = []
    const storage = sqliteStorage({ filename })
    const directory = await createDirectory({
      newId: () => 'globex',
      storage: {
        ...storage,
        commitUnread(_, gathered) {
          commits.push(...gathered)
          return gathered.map(() => ({ outcome: 'declined' }))
        },
        commit: async () => Promise.reject(new Error('this directory only drafts')),
      },
    })
    const database = new Database(filename)
    await here.asSystem('test').members.add({ userId: 'ada', roles: ['IAM_OWNER'] })
    const caller = directory.as({ userId: 'ada' })
    await caller.checkPermission('org.create')
    await caller.orgs.create({ name: 'Globex' }).catch(() => undefined)
    const inGlobex = directory.as({ userId: 'ada', orgId: 'globex' })
    const metadata = inGlobex.orgs.metadata('globex')
    await metadata.set({ plan: 'gold' }).catch(() => undefined)
    expect(commits).toHaveLength(2)
    // What the second has its rights by was written by the first.
    database.exec(`create trigger failing before update on indwell_aggregate when new.type = 'org'
      begin select raise(abort, 'failed'); end`)

    const inAll = () => storage.load(here.instanceId, [{ ...read, orgId: 'globex' }])
    await expect(storage.commitUnread!(here.instanceId, commits)).rejects.toThrow()
    expect(await inAll()).toMatchObject([{ contextOrg: undefined, memberships: [{ level: 'instance' }] }])
    database.exec('drop trigger failing')
    const outcomes = await storage.commitUnread!(here.instanceId, [commits[1]!, ...commits])
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['declined', 'applied', 'applied'])
    expect(await inAll()).toMatchObject([
      { contextOrg: 'active', memberships: [{ level: 'instance' }, { level: 'org' }] },
    ])
    await directory.close()
    database.close()
  })

  it('are those before a transaction that the host undid', async () => {
    const database = new Database(filename)
    const hosted = sqliteStorage({ database })
    const inAcme = { ...read, orgId: 'acme' }
    database.exec('begin')
    database.exec(`update indwell_member set roles = '["ORG_OWNER","OTHER"]' where user_id = 'ada'`)
    const [undone] = await hosted.load(here.instanceId, [inAcme])
    database.exec('rollback')
    const [found] = await hosted.load(here.instanceId, [inAcme])

    expect(undone).toMatchObject({ memberships: [{ roles: ['ORG_OWNER', 'OTHER'] }] })
    expect(found).toMatchObject({ memberships: [{ roles: ['ORG_OWNER'] }] })
    database.close()
  })
})

const takingRoles = `
  const [, filename, roles] = process.argv
  const database = require(${JSON.stringify(createRequire(import.meta.url).resolve('better-sqlite3'))})(filename)
  database.prepare("update indwell_member set roles = ? where user_id = 'ada'").run(roles)
  database.close()
`
