import Database from 'better-sqlite3'
import type { RawOperations } from './operations'

export interface RawSqlite extends RawOperations {
  userOfToken(hash: string): string | undefined
  checkPermission(userId: string): boolean
  orgOfUser(userId: string): string
  getBytes(userId: string, key: string): { bytes: Buffer; sequence: string; changed_at: number; owner: string }
  /** Answers the sequence of the last one. */
  setBytes(userId: string, entries: readonly (readonly [string, Buffer])[]): string
  close(): void
}

const user =
  'user_id, org_id, type, state, user_name, display_name, first_name, last_name, nick_name, preferred_language, gender, avatar_url, email, email_verified, phone, phone_verified, description, access_token_type, connection, username, blocked, password_changed_at, sequence, created_at, changed_at'

/** What a program of its own would do with better-sqlite3 on the same tables: the floor of all ratios on SQLite. */
export function rawSqlite(filename: string): RawSqlite {
  const db = new Database(filename)
  for (const pragma of [
    'journal_mode = WAL',
    'synchronous = NORMAL',
    'busy_timeout = 5000',
    'cache_size = -65536',
    'wal_autocheckpoint = 16000',
  ]) {
    db.pragma(pragma)
  }
  const getUser = db.prepare(`select ${user} from indwell_user where instance_id = ? and user_id = ?`)
  const getEntry = db.prepare(
    `select json, bytes, cast(sequence as text) sequence, created_at, changed_at, owner from indwell_entry where instance_id = ? and subject_type = 'user' and subject_id = ? and namespace = 'app' and key = ?`,
  )
  const listUsers = db.prepare(`select ${user} from indwell_user where instance_id = ? order by user_id limit 100`)
  const getStates = db.prepare(
    `select u.org_id, u.state, o.state from indwell_user u join indwell_org o using (instance_id, org_id) where u.instance_id = ? and u.user_id = ?`,
  )
  const memberships = db.prepare(
    `select level, org_id, roles, expires_at from indwell_member where instance_id = ? and user_id = ?`,
  )
  const bump = db.prepare(
    `update indwell_aggregate set sequence = sequence + ?, changed_at = ? where instance_id = ? and type = 'user' and id = ? returning sequence`,
  )
  const insertEvent = db.prepare(
    `insert into indwell_event (instance_id, aggregate_type, aggregate_id, sequence, type, owner, actor_type, actor_id, actor_reason, payload, created_at) values (?, 'user', ?, ?, ?, ?, 'system', '', 'bench', ?, ?)`,
  )
  const putEntry = db.prepare(
    `insert into indwell_entry (instance_id, subject_type, subject_id, namespace, key, json, bytes, owner, sequence, created_at, changed_at) values (?, 'user', ?, 'app', ?, ?, null, 'org', ?, ?, ?)
     on conflict (instance_id, subject_type, subject_id, namespace, key) do update set json = excluded.json, bytes = null, sequence = excluded.sequence, changed_at = excluded.changed_at`,
  )
  const insertAggregate = db.prepare(`insert into indwell_aggregate values (?, 'user', ?, ?, 2, 1, 1, ?)`)
  const insertClaim = db.prepare(`insert into indwell_claim values (?, 'user_name', ?, 'user', ?)`)
  const insertUser = db.prepare(
    `insert into indwell_user (instance_id, user_id, org_id, type, state, user_name, user_name_folded, display_name, first_name, last_name, email, email_folded, email_verified, phone_verified, sequence, created_at, changed_at) values (?, ?, ?, 'human', 'active', ?, ?, ?, ?, ?, ?, ?, 0, 0, 1, ?, ?)`,
  )
  const userOfToken = db.prepare(
    `select user_id, expires_at from indwell_access_token where instance_id = ? and hash = ?`,
  )
  const orgOfUser = db.prepare(`select org_id from indwell_user where instance_id = ? and user_id = ?`).pluck()
  const getBytes = db.prepare(
    `select bytes, cast(sequence as text) sequence, created_at, changed_at, owner from indwell_entry where instance_id = ? and subject_type = 'user' and subject_id = ? and namespace = 'zitadel' and key = ?`,
  )
  const getAllBytes = db.prepare(
    `select key, bytes, created_at from indwell_entry where instance_id = ? and subject_type = 'user' and subject_id = ? and namespace = 'zitadel' and key in (?, ?)`,
  )
  const putBytes = db.prepare(
    `insert into indwell_entry (instance_id, subject_type, subject_id, namespace, key, json, bytes, owner, sequence, created_at, changed_at) values (?, 'user', ?, 'zitadel', ?, null, ?, 'org', ?, ?, ?)
     on conflict (instance_id, subject_type, subject_id, namespace, key) do update set json = null, bytes = excluded.bytes, sequence = excluded.sequence, changed_at = excluded.changed_at`,
  )
  const first = (row: unknown) => Object.values(row as Record<string, number>)[0]!

  const setAll = db.transaction((userId: string, entries: readonly (readonly [string, unknown])[]) => {
    const now = Date.now()
    let sequence = first(bump.get(entries.length, now, 'default', userId)) - entries.length
    for (const [key, value] of entries) {
      const json = JSON.stringify(value)
      sequence += 1
      insertEvent.run(
        'default',
        userId,
        sequence,
        'user.metadata.set',
        'org',
        JSON.stringify({ namespace: 'app', key, value }),
        now,
      )
      putEntry.run('default', userId, key, json, sequence, now, now)
    }
  })
  const setAllBytes = db.transaction((userId: string, entries: readonly (readonly [string, Buffer])[]) => {
    const now = Date.now()
    getAllBytes.all('default', userId, entries[0]?.[0], entries[1]?.[0])
    let sequence = first(bump.get(entries.length, now, 'default', userId)) - entries.length
    for (const [key, bytes] of entries) {
      sequence += 1
      const payload = JSON.stringify({ namespace: 'zitadel', key, bytes: bytes.toString('base64') })
      insertEvent.run('default', userId, sequence, 'user.metadata.set', 'org', payload, now)
      putBytes.run('default', userId, key, bytes, sequence, now, now)
    }
    return String(sequence)
  })
  const createUser = db.transaction((userId: string, userName: string, email: string) => {
    const now = Date.now()
    insertAggregate.run('default', userId, 'org', now)
    const payload = JSON.stringify({ userName, firstName: 'Ada', lastName: 'Raw', displayName: 'Ada Raw', email })
    insertEvent.run('default', userId, 1, 'user.human.added', 'org', payload, now)
    insertEvent.run('default', userId, 2, 'user.human.email.code.added', 'org', '{}', now)
    insertClaim.run('default', userName, userId)
    const [name, address] = [userName, email].map((text) => text.toLowerCase())
    insertUser.run('default', userId, 'org', userName, name, 'Ada Raw', 'Ada', 'Raw', email, address, now, now)
  })

  return {
    getUser: (userId: string) => getUser.get('default', userId),
    getEntry: (userId: string, key: string) => {
      const row = getEntry.get('default', userId, key) as { json: string }
      return JSON.parse(row.json) as unknown
    },
    listUsers: () => listUsers.all('default'),
    checkPermission: (userId: string) => {
      getStates.get('default', userId)
      return (memberships.all('default', userId) as { roles: string }[]).some(({ roles }) =>
        (JSON.parse(roles) as string[]).includes('ORG_OWNER'),
      )
    },
    set: (userId: string, entries: readonly (readonly [string, unknown])[]) => setAll.immediate(userId, entries),
    createUser: (userId: string, userName: string, email: string) => createUser.immediate(userId, userName, email),
    userOfToken: (hash: string) => (userOfToken.get('default', hash) as { user_id: string } | undefined)?.user_id,
    orgOfUser: (userId: string) => orgOfUser.get('default', userId) as string,
    getBytes: (userId: string, key: string) =>
      getBytes.get('default', userId, key) as { bytes: Buffer; sequence: string; changed_at: number; owner: string },
    setBytes: (userId: string, entries: readonly (readonly [string, Buffer])[]): string =>
      setAllBytes.immediate(userId, entries),
    close: () => {
      db.close()
    },
  }
}
