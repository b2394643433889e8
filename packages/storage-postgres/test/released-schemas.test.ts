import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { assertGoesOn, linesOf, readReleasedData, writeReleasedData } from '../../../test/released-data'
import { postgresStorage } from '../src/index'
import { rowsAsSql, schemaOf } from './postgres-schema'

/**
 * `NAME.sql`: a database as the release whose last migration has that name left it on another server; `NAME.ndjson`: what
 * it read there, an instance to a line. They never change once they are released. Until the first release
 * `INDWELL_WRITE_SCHEMAS=1` writes them anew.
 */
const schemas = fileURLToPath(new URL('./schemas/', import.meta.url))
const newest = '0001-directory'
const remedy = 'add a migration, or before the first release write the schema anew with INDWELL_WRITE_SCHEMAS=1'

/** That server has been through more transactions than the one of the tests ever will. */
const aheadBy = 1_000_000_000

let databases: PostgresDatabase[] = []
let clients: pg.Client[] = []
afterEach(async () => {
  await Promise.all(clients.map((client) => client.end()))
  await Promise.all(databases.map((database) => database.drop()))
  databases = []
  clients = []
})

async function openEmpty() {
  const database = await createPostgresDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  databases.push(database)
  clients.push(client)
  return { client, storage: postgresStorage({ connectionString: database.url, max: 4 }) }
}

async function openReleased(file: string) {
  const opened = await openEmpty()
  await opened.client.query(readFileSync(schemas + file, 'utf8'))
  return opened
}

const fileOf = (file: string) => readFileSync(schemas + file.replace(/sql$/, 'ndjson'), 'utf8')

if (process.env.INDWELL_WRITE_SCHEMAS === '1') {
  it('the newest schema is written', async () => {
    const { client, storage } = await openEmpty()
    const schema = await storage.migrations.printSql()
    await storage.migrate()
    await writeReleasedData(storage)
    const elsewhere = `create or replace function "indwell_event_server"() returns text language sql immutable as 'select ''1''::text';\n`
    const dump = `${schema}begin;\n${elsewhere}${await rowsAsSql(client, aheadBy)}commit;\n`
    writeFileSync(`${schemas}${newest}.sql`, dump)
    await storage.close()

    const { storage: dumped } = await openReleased(`${newest}.sql`)
    await dumped.migrate()
    writeFileSync(`${schemas}${newest}.ndjson`, linesOf(await readReleasedData(dumped)))
    await dumped.close()
  })
}

const released = [...new Set([`${newest}.sql`, ...readdirSync(schemas).filter((file) => file.endsWith('.sql'))])]

describe('a database that a release left', () => {
  it.each(released)('%s is migrated, loses nothing and goes on', async (file) => {
    const { storage } = await openReleased(file)

    await storage.migrate()

    expect(await storage.migrations.check()).toMatchObject({ pending: [], unknown: [] })
    await expect.poll(async () => linesOf(await readReleasedData(storage))).toBe(fileOf(file))
    await assertGoesOn(storage)
    await storage.close()
  })

  it.each(released)('%s has the schema of a new one then', async (file) => {
    const [old, fresh] = [await openReleased(file), await openEmpty()]
    const homeless = (rows: readonly string[]) =>
      rows.filter((row) => !/indwell_event_(?:horizon|transaction)\b/.test(row))

    for (const { storage } of [old, fresh]) {
      await storage.migrate()
      await storage.close()
    }

    expect(homeless(await schemaOf(old.client)), remedy).toEqual(homeless(await schemaOf(fresh.client)))
  })
})
