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

describe('an empty database, once the process has migrated another', () => {
  const contentOf = (database: Database.Database, prefix: string) => ({
    schema: database.prepare('select type, name, tbl_name, sql from sqlite_master order by rowid').all(),
    steps: database.prepare(`select name from ${prefix}migration order by rowid`).all(),
    locks: database.prepare(`select * from ${prefix}migration_lock`).all(),
  })
  const preparedBy = async (database: Database.Database, prefix: string) => {
    const prepared: string[] = []
    const prepare = database.prepare.bind(database)
    database.prepare = ((sql: string) => {
      prepared.push(sql)
      return prepare(sql)
    }) as typeof database.prepare
    await sqliteStorage({ database, prefix }).migrate()
    database.prepare = prepare
    return prepared
  }
  /** The migrator asks for the tables there are; what it once ran does not. */
  const byMigrator = (prepared: readonly string[]) => prepared.some((sql) => sql.includes('pragma_table_info'))

  it('comes to be the very same by what the migrations ran', async () => {
    const [first, second, third] = [new Database(':memory:'), new Database(':memory:'), new Database(':memory:')]
    expect(byMigrator(await preparedBy(first, 'same_'))).toBe(true)

    for (const database of [second, third]) {
      const before = new Date().toISOString()
      expect(byMigrator(await preparedBy(database, 'same_'))).toBe(false)

      expect(contentOf(database, 'same_')).toEqual(contentOf(first, 'same_'))
      const at = database.prepare('select timestamp from same_migration').pluck().get() as string
      expect(at >= before && at <= new Date().toISOString()).toBe(true)
      expect(await sqliteStorage({ database, prefix: 'same_' }).migrations.check()).toMatchObject({ pending: [] })
    }
  })

  it('is taken by the migrator where there is anything in it', async () => {
    const [first, other] = [new Database(':memory:'), new Database(':memory:')]
    await preparedBy(first, 'taken_')
    other.exec('create table host (n)')

    expect(byMigrator(await preparedBy(other, 'taken_'))).toBe(true)

    expect(schemaOf(other).filter((sql) => !sql.includes('host'))).toEqual(schemaOf(first))
  })

  it('stays empty when a statement fails, and is migrated by the next one', async () => {
    const [first, other] = [new Database(':memory:'), new Database(':memory:')]
    await preparedBy(first, 'failed_')
    const prepare = other.prepare.bind(other)
    other.prepare = ((sql: string) => prepare(sql.startsWith('create index') ? 'nonsense' : sql)) as typeof prepare

    await expect(sqliteStorage({ database: other, prefix: 'failed_' }).migrate()).rejects.toMatchObject({
      reason: 'failed',
    })
    other.prepare = prepare
    expect(other.inTransaction).toBe(false)
    expect(schemaOf(other)).toEqual([])

    await preparedBy(other, 'failed_')
    expect(contentOf(other, 'failed_')).toEqual(contentOf(first, 'failed_'))
  })

  it('waits for another connection that writes to the file', async () => {
    await preparedBy(new Database(':memory:'), 'waits_')
    const [writer, other] = [new Database(filename), new Database(filename)]
    writer.exec('begin immediate')
    let done = false
    const migrated = sqliteStorage({ database: other, prefix: 'waits_' })
      .migrate()
      .then(() => {
        done = true
      })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(done).toBe(false)

    writer.exec('commit')
    await migrated
    expect(other.pragma('busy_timeout', { simple: true })).toBe(5000)
    writer.close()
    other.close()
  })
})
