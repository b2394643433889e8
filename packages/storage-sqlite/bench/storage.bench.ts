import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Commit, EntryKey } from '@indwell/core'
import Database from 'better-sqlite3'
import { sqliteStorage } from '../src/sqlite-storage'
import { paired } from './paired'

// Ours beside prepared statements of better-sqlite3 that read and write the same rows of the same tables.
const people = 10_000
const directory = mkdtempSync(join(tmpdir(), 'indwell-bench-'))
const open = (filename: string) => {
  const database = new Database(filename)
  for (const pragma of [
    'journal_mode = wal',
    'synchronous = normal',
    'cache_size = -65536',
    'wal_autocheckpoint = 16000',
  ]) {
    database.pragma(pragma)
  }
  return database
}
const ourDatabase = open(join(directory, 'ours.db'))
const storage = sqliteStorage({ database: ourDatabase })
await storage.migrate()
const keyOf = (n: number): EntryKey => ({ subjectType: 'user', subjectId: `user-${n}`, namespace: 'app', key: 'plan' })
const setEntry = (n: number, expect: 'new' | 'live'): Commit => ({
  at: Date.now(),
  actor: { type: 'user', id: 'ada', reason: null },
  aggregates: [
    {
      key: { type: 'user', id: `user-${n}` },
      expect,
      owner: 'acme',
      events: [{ type: 'entry.set', payload: { namespace: 'app', key: 'plan', value: { tier: 'gold', seats: n } } }],
      revise: false,
    },
  ],
  putEntries: [{ key: keyOf(n), value: { json: `{"tier":"gold","seats":${n}}` }, stamp: { aggregate: 0, event: 0 } }],
})
for (let n = 0; n < people; n += 100) {
  await storage.commit(
    '',
    Array.from({ length: 100 }, (_, i) => setEntry(n + i, 'new')),
  )
}
ourDatabase.pragma('wal_checkpoint(truncate)')
await ourDatabase.backup(join(directory, 'raw.db'))

const raw = open(join(directory, 'raw.db'))
const getEntry = raw.prepare(
  'select json, bytes, cast(sequence as text) as sequence, created_at, changed_at from indwell_entry where instance_id = ? and subject_type = ? and subject_id = ? and namespace = ? and key = ?',
)
const bump = raw
  .prepare(
    'update indwell_aggregate set sequence = sequence + 1, changed_at = max(changed_at, ?) where instance_id = ? and type = ? and id = ? and live = 1 returning sequence',
  )
  .pluck()
const nextPosition = raw
  .prepare("update indwell_feed set position = position + 1 where instance_id = '' returning position")
  .pluck()
const insertEvent = raw.prepare(
  'insert into indwell_event (instance_id, position, aggregate_type, aggregate_id, sequence, type, owner, actor_type, actor_id, actor_reason, payload, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
)
const upsert = raw.prepare(
  'insert into indwell_entry (instance_id, subject_type, subject_id, namespace, key, json, bytes, sequence, created_at, changed_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do update set json = excluded.json, bytes = excluded.bytes, sequence = excluded.sequence, changed_at = excluded.changed_at',
)
const rawSet = raw.transaction((n: number) => {
  const at = Date.now()
  const id = `user-${n}`
  const sequence = bump.get(at, '', 'user', id)
  const payload = JSON.stringify({ namespace: 'app', key: 'plan', value: { tier: 'gold', seats: n } })
  insertEvent.run('', nextPosition.get(), 'user', id, sequence, 'entry.set', 'acme', 'user', 'ada', null, payload, at)
  upsert.run('', 'user', id, 'app', 'plan', `{"tier":"gold","seats":${n}}`, null, sequence, at, at)
})
const list = raw.prepare(
  "select key, json, bytes, cast(sequence as text) as sequence, created_at, changed_at from indwell_entry where instance_id = '' and subject_type = 'org' and subject_id = 'acme' and namespace = 'app' order by created_at, key limit 100 offset 0",
)

const fill: Commit = {
  ...setEntry(0, 'new'),
  aggregates: [{ ...setEntry(0, 'new').aggregates[0]!, key: { type: 'org', id: 'acme' } }],
  putEntries: Array.from({ length: 100 }, (_, i) => ({
    key: { subjectType: 'org', subjectId: 'acme', namespace: 'app', key: `key-${i}` },
    value: { json: `"value ${i}"` },
    stamp: { aggregate: 0, event: 0 },
  })),
}
const rawStorage = sqliteStorage({ database: raw })
await storage.commit('', [fill])
await rawStorage.commit('', [fill])

let turn = 0
const someone = () => (turn = (turn * 7919 + 13) % people)
await paired(
  'get an entry',
  () => getEntry.get('', 'user', `user-${someone()}`, 'app', 'plan'),
  () => storage.load('', [{ read: 'entry', key: keyOf(someone()) }]),
  40,
  5000,
)
await paired(
  'get 50 entries in one load, raw one by one',
  () => {
    for (let i = 0; i < 50; i++) getEntry.get('', 'user', `user-${someone()}`, 'app', 'plan')
  },
  () =>
    storage.load(
      '',
      Array.from({ length: 50 }, () => ({ read: 'entry' as const, key: keyOf(someone()) })),
    ),
  40,
  100,
)
await paired(
  'list 100 entries',
  () => list.all(),
  () =>
    storage.search('', {
      kind: 'entry',
      subject: { subjectType: 'org', subjectId: 'acme' },
      namespace: 'app',
      offset: 0,
      limit: 100,
      count: false,
    }),
  40,
  200,
)
await paired(
  'set an entry',
  () => rawSet.immediate(someone()),
  () => storage.commit('', [setEntry(someone(), 'live')]),
  40,
  500,
)
await paired(
  'set 50 entries in one batch, raw one by one',
  () => {
    for (let i = 0; i < 50; i++) rawSet.immediate(someone())
  },
  () =>
    storage.commit(
      '',
      Array.from({ length: 50 }, () => setEntry(someone(), 'live')),
    ),
  40,
  10,
)
raw.close()
ourDatabase.close()
rmSync(directory, { recursive: true })
