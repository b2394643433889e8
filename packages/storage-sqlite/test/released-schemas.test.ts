import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { assertGoesOn, linesOf, readReleasedData, writeReleasedData } from '../../../test/released-data'
import { sqliteStorage } from '../src/index'
import { rowsAsSql, schemaOf } from './sqlite-schema'

/**
 * `NAME.sql`: a database as the release whose last migration has that name left it; `NAME.ndjson`: what it read there, an
 * instance to a line. They
 * never change once they are released. Until the first release `INDWELL_WRITE_SCHEMAS=1` writes them anew.
 */
const schemas = fileURLToPath(new URL('./schemas/', import.meta.url))
const newest = '0001-directory'
const remedy = 'add a migration, or before the first release write the schema anew with INDWELL_WRITE_SCHEMAS=1'

if (process.env.INDWELL_WRITE_SCHEMAS === '1') {
  const database = new Database(':memory:')
  const storage = sqliteStorage({ database })
  const schema = await storage.migrations.printSql()
  await storage.migrate()
  await writeReleasedData(storage)
  writeFileSync(`${schemas}${newest}.sql`, `${schema}begin;\n${rowsAsSql(database)}commit;\n`)
  writeFileSync(`${schemas}${newest}.ndjson`, linesOf(await readReleasedData(storage)))
}

const released = [...new Set([`${newest}.sql`, ...readdirSync(schemas).filter((file) => file.endsWith('.sql'))])]

describe('a file that a release left', () => {
  it.each(released)('%s is migrated, loses nothing and goes on', async (file) => {
    const database = new Database(':memory:')
    database.exec(readFileSync(schemas + file, 'utf8'))
    const storage = sqliteStorage({ database })

    await storage.migrate()

    expect(await storage.migrations.check()).toMatchObject({ pending: [], unknown: [] })
    expect(linesOf(await readReleasedData(storage))).toBe(
      readFileSync(schemas + file.replace(/sql$/, 'ndjson'), 'utf8'),
    )
    await assertGoesOn(storage)
    database.close()
  })

  it.each(released)('%s has the schema of a new one then', async (file) => {
    const [old, fresh] = [new Database(':memory:'), new Database(':memory:')]
    old.exec(readFileSync(schemas + file, 'utf8'))

    for (const database of [old, fresh]) await sqliteStorage({ database }).migrate()

    expect(schemaOf(old), remedy).toEqual(schemaOf(fresh))
  })
})
