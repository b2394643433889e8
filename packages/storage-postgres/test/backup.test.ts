import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DirectoryStorage } from '@indwell/core'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { takeBaseBackup, writeFileAs } from '../../../test/base-backup'
import { assertGoesOn, linesOf, readReleasedData, writeReleasedData } from '../../../test/released-data'
import { type StartedPostgres, startPostgres } from '../../../test/start-postgres'
import { postgresStorage } from '../src/index'
import { changeOf, commitOf, creationOf } from './commits'

let directory: string
let servers: StartedPostgres[] = []
let storages: DirectoryStorage[] = []
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'indwell-archive-'))
  // The server may run as another user than the tests.
  await chmod(directory, 0o777)
})
afterEach(async () => {
  await Promise.all(storages.map((storage) => storage.close()))
  await Promise.all(servers.map(({ stop }) => stop()))
  storages = []
  servers = []
  await rm(directory, { recursive: true, force: true })
})

async function start(options: Parameters<typeof startPostgres>[0]) {
  const server = await startPostgres(options)
  servers.push(server)
  const storage = postgresStorage({ connectionString: server.url, max: 4 })
  storages.push(storage)
  return { server, storage }
}

describe('a server that archives its log', () => {
  it('is restored from a copy made under load to a point behind it, and goes on from there', async () => {
    const archive = join(directory, 'archive')
    const { server, storage } = await start({
      settings: ['wal_level=replica', 'archive_mode=on', `archive_command=mkdir -p ${archive} && cp %p ${archive}/%f`],
    })
    await storage.migrate()
    await writeReleasedData(storage)
    await storage.commit('busy', [creationOf('ada')])
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()

    let writing = true
    const load = (async () => {
      while (writing) await storage.commit('busy', [commitOf(changeOf('ada'))])
    })()
    const copy = join(directory, 'data')
    await takeBaseBackup(client, server.directory, copy, { waitForArchive: true })
    writing = false
    await load
    const eventsOf = (of: DirectoryStorage) =>
      of.readEvents('busy', { aggregate: { type: 'user', id: 'ada' }, limit: 100_000 })
    const kept = await eventsOf(storage)
    const expected = linesOf(await readReleasedData(storage))
    await client.query(`select pg_create_restore_point('before the mistake')`)
    await storage.commit('busy', [commitOf(changeOf('ada', { removes: true }))])
    await client.query('select pg_switch_wal()')
    const archived = `select count(*)::int as left from pg_ls_archive_statusdir() where name like '%.ready'`
    await expect.poll(async () => (await client.query(archived)).rows[0].left, { timeout: 20_000 }).toBe(0)
    await client.end()

    await writeFileAs(server.directory, join(copy, 'recovery.signal'), '')
    const { storage: restored } = await start({
      from: copy,
      settings: [
        `restore_command=cp ${archive}/%f %p`,
        'recovery_target_name=before the mistake',
        'recovery_target_action=promote',
      ],
    })
    await expect.poll(() => restored.migrate().then(() => 'writable'), { timeout: 20_000 }).toBe('writable')
    const user = [{ read: 'aggregate', key: { type: 'user', id: 'ada' } }] as const

    expect(kept.length).toBeGreaterThan(1)
    expect(await eventsOf(restored)).toEqual(kept)
    expect(await restored.load('busy', user)).toMatchObject([{ live: true, sequence: String(kept.length) }])
    await expect.poll(async () => linesOf(await readReleasedData(restored)), { timeout: 20_000 }).toBe(expected)
    await assertGoesOn(restored)
    // In the server that was left the mistake stands.
    expect(await storage.load('busy', user)).toMatchObject([{ live: false }])
  })
})
