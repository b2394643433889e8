import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildChildScript, type ChildScript } from '../../../test/child-processes'
import { runToEnd } from '../../../test/interrupted-process'
import { sqliteStorage } from '../src/index'
import { schemaOf } from './sqlite-schema'

let directory: string
let filename: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'indwell-migrate-'))
  filename = join(directory, 'directory.db')
})
afterEach(() => rmSync(directory, { recursive: true }))

const all = ['0001-directory']

async function freshSchema(): Promise<readonly string[]> {
  const database = new Database(':memory:')
  await sqliteStorage({ database }).migrate()
  const schema = schemaOf(database)
  database.close()
  return schema
}

describe('migrations.check', () => {
  it('tells what there is to do and does nothing of it', async () => {
    const database = new Database(':memory:')
    const storage = sqliteStorage({ database })
    expect(await storage.migrations.check()).toEqual({ applied: [], pending: all, unknown: [] })
    expect(schemaOf(database)).toEqual([])

    await storage.migrations.up()
    expect(await storage.migrations.check()).toEqual({ applied: all, pending: [], unknown: [] })
    expect(await sqliteStorage({ database, prefix: 'other_' }).migrations.check()).toMatchObject({ pending: all })
  })
})

describe('migrations.printSql', () => {
  it('prints what makes the same schema as up', async () => {
    const database = new Database(':memory:')
    const storage = sqliteStorage({ database })

    database.exec(await storage.migrations.printSql())

    expect(await storage.migrations.check()).toEqual({ applied: all, pending: [], unknown: [] })
    expect(schemaOf(database)).toEqual(await freshSchema())
    await storage.migrate()
    expect(schemaOf(database)).toEqual(await freshSchema())
    expect(await storage.migrations.printSql()).toBe('')
  })
})

describe('a file of a newer version', () => {
  it('refuses an older library, and says what that does not know', async () => {
    const database = new Database(':memory:')
    const storage = sqliteStorage({ database })
    await storage.migrate()
    database.exec(`insert into indwell_migration values ('0002-later', '2030-01-01T00:00:00.000Z')`)

    await expect(storage.migrate()).rejects.toMatchObject({
      code: 'storage_unavailable',
      reason: 'incompatible',
      message: expect.stringContaining('0002-later'),
    })
    expect(await storage.migrations.check()).toEqual({ applied: all, pending: [], unknown: ['0002-later'] })
    expect(schemaOf(database)).toEqual(await freshSchema())
  })
})

describe('a migration that is interrupted', () => {
  let script: ChildScript
  beforeAll(async () => {
    script = await buildChildScript(fileURLToPath(new URL('./interrupted-child.ts', import.meta.url)))
  })
  afterAll(() => script.remove())

  it('by kill -9 leaves no step half done, wherever it was, and the next one does it all', async () => {
    let kills = 0
    for (let nth = 0; (await runToEnd(script, filename, String(nth))) === 'killed'; nth += 9) {
      kills++
      const database = new Database(filename)
      expect(schemaOf(database).filter((sql) => !/"indwell_migration(?:_lock)?"/.test(sql))).toEqual([])
      expect(await sqliteStorage({ database }).migrations.check()).toMatchObject({ applied: [] })
      database.close()
    }
    expect(kills).toBeGreaterThan(4)

    const database = new Database(filename)
    expect(schemaOf(database)).toEqual(await freshSchema())
    database.close()
  })
})

describe('a file that is up to date', () => {
  it('starts where it can only be read', async () => {
    const writable = sqliteStorage({ filename })
    await writable.migrate()
    await writable.close()

    const database = new Database(filename, { readonly: true })
    await sqliteStorage({ database }).migrate()
    database.close()
  })
})
