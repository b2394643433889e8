import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPostgresDatabase, type PostgresDatabase } from '../../../test/postgres'
import { type PostgresStorageOptions, postgresStorage } from '../src/index'
import { creationOf } from './commits'

describe('synchronousCommit', () => {
  let database: PostgresDatabase
  let client: pg.Client

  beforeEach(async () => {
    database = await createPostgresDatabase()
    client = new pg.Client({ connectionString: database.url })
    await client.connect()
    await postgresStorage({ connectionString: database.url }).migrate()
    await client.query(`
      create table seen (setting text, application text);
      create function see() returns trigger language plpgsql as $$
      begin
        insert into seen values (current_setting('synchronous_commit'), current_setting('application_name'));
        return null;
      end $$;
      create trigger see after insert on indwell_event for each statement execute function see()`)
  })
  afterEach(async () => {
    await client.end()
    await database.drop()
  })

  const seenBy = async (options: Partial<PostgresStorageOptions>, connectionString = database.url) => {
    const storage = postgresStorage({ connectionString, ...options } as PostgresStorageOptions)
    await storage.commit('i', [creationOf('ada')])
    await storage.close()
    return (await client.query('select * from seen')).rows
  }

  it('is what the server is set to when nobody asks', async () => {
    expect(await seenBy({})).toMatchObject([{ setting: 'on' }])
  })

  it('is what the host asks for, in every commit', async () => {
    expect(await seenBy({ synchronousCommit: 'off' })).toMatchObject([{ setting: 'off' }])
  })

  it('leaves other options of the connection string alone', async () => {
    const url = new URL(database.url)
    url.searchParams.set('options', '-c application_name=host')
    expect(await seenBy({ synchronousCommit: 'local' }, url.href)).toEqual([{ setting: 'local', application: 'host' }])
  })

  it('refuses what is no setting of Postgres', () => {
    const synchronousCommit = 'off; drop table indwell_event' as 'off'
    expect(() => postgresStorage({ connectionString: database.url, synchronousCommit })).toThrow(TypeError)
  })
})
