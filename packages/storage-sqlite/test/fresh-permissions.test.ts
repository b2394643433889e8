import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ActingDirectory, createDirectory, type Directory } from '@indwell/core'
import Database from 'better-sqlite3'
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
