import Database from 'better-sqlite3'
import type { RawOperations } from './operations'

export interface RawSqlite extends Required<RawOperations> {
  checkPermission(userId: string): boolean
  close(): void
}

const user =
  'user_id, org_id, type, state, user_name, display_name, first_name, last_name, nick_name, preferred_language, gender, avatar_url, email, email_verified, phone, phone_verified, description, access_token_type, connection, username, blocked, password_changed_at, cast(sequence as text) sequence, created_at, changed_at'

/** As the driver gives it, with what a program has to make of it itself: three booleans. */
interface UserRow {
  org_id: string
  email_verified: number | boolean
  phone_verified: number | boolean
  blocked: number | boolean | null
}

function userOf(row: unknown): UserRow {
  const found = row as UserRow
  found.email_verified = found.email_verified === 1
  found.phone_verified = found.phone_verified === 1
  found.blocked = found.blocked === null ? null : found.blocked === 1
  return found
}

interface States {
  org_id: string
  state: string
  org_state: string
}

interface Membership {
  level: string
  org_id: string
  roles: string
  expires_at: number | null
}

interface EntryRow {
  key: string
  json: string
  created_at: number
}

/**
 * What a program of its own would do with better-sqlite3 on the same tables: the floor of all ratios on SQLite.
 *
 * It reads the same rows and answers the same values, as row objects: sequences as text, booleans and JSON as such. It
 * writes the same rows with the same payloads, and what makes them right is checked inside the one transaction: that the
 * user lives, or its org; that a value is another than the one stored, since an equal one makes no event; that nobody has
 * the name. Nothing else is done: no input is checked, no caller's rights unless the row is about them.
 */
export function rawSqlite(filename: string, synchronous: 'normal' | 'full' = 'normal'): RawSqlite {
  return rawOn(openRaw(filename, synchronous))
}

/** With the same settings as the storage. */
export function openRaw(filename: string, synchronous: 'normal' | 'full' = 'normal'): Database.Database {
  const db = new Database(filename)
  for (const pragma of [
    'journal_mode = WAL',
    `synchronous = ${synchronous}`,
    'busy_timeout = 5000',
    'cache_size = -65536',
    'wal_autocheckpoint = 16000',
  ]) {
    db.pragma(pragma)
  }
  return db
}

export function rawOn(db: Database.Database): RawSqlite {
  const getUser = db.prepare(`select ${user} from indwell_user where instance_id = ? and user_id = ?`)
  const getEntry = db.prepare(
    `select json, bytes, cast(sequence as text) sequence, created_at, changed_at, owner from indwell_entry where instance_id = ? and subject_type = 'user' and subject_id = ? and namespace = 'app' and key = ?`,
  )
  const listUsers = db.prepare(`select ${user} from indwell_user where instance_id = ? order by user_id limit 100`)
  const getStates = db.prepare(
    `select u.org_id, u.state, o.state org_state from indwell_user u join indwell_org o using (instance_id, org_id) where u.instance_id = ? and u.user_id = ?`,
  )
  const memberships = db.prepare(
    `select level, org_id, roles, expires_at from indwell_member where instance_id = ? and user_id = ?`,
  )
  const bump = db.prepare(
    `update indwell_aggregate set sequence = sequence + ?, changed_at = max(changed_at, ?) where instance_id = ? and type = 'user' and id = ? and live = 1 returning sequence, owner, changed_at`,
  )
  const getStored = db.prepare(
    `select key, json, created_at from indwell_entry where instance_id = ? and subject_type = 'user' and subject_id = ? and namespace = 'app' and key = ?`,
  )
  const getAllStored = db.prepare(
    `select key, json, created_at from indwell_entry where instance_id = ? and subject_type = 'user' and subject_id = ? and namespace = 'app' and key in (select value from json_each(?))`,
  )
  const getCreation = db.prepare(`select created_at from indwell_user where instance_id = ? and user_id = ?`).pluck()
  const isLive = db
    .prepare(`select live from indwell_aggregate where instance_id = ? and type = 'org' and id = ?`)
    .pluck()
  const insertEvent = db.prepare(
    `insert into indwell_event (instance_id, aggregate_type, aggregate_id, sequence, type, owner, actor_type, actor_id, actor_reason, payload, created_at) values (?, 'user', ?, ?, ?, ?, 'system', '', 'bench', ?, ?)`,
  )
  const putEntry = db.prepare(
    `insert into indwell_entry (instance_id, subject_type, subject_id, namespace, key, json, bytes, owner, sequence, created_at, changed_at) values (?, 'user', ?, 'app', ?, ?, null, ?, ?, ?, ?)
     on conflict (instance_id, subject_type, subject_id, namespace, key) do update set json = excluded.json, bytes = null, sequence = excluded.sequence, changed_at = excluded.changed_at`,
  )
  const insertAggregate = db.prepare(`insert into indwell_aggregate values (?, 'user', ?, ?, 2, 1, 1, ?)`)
  const insertClaim = db.prepare(`insert into indwell_claim values (?, 'user_name', ?, 'user', ?)`)
  const insertUser = db.prepare(
    `insert into indwell_user (instance_id, user_id, org_id, type, state, user_name, user_name_folded, display_name, first_name, last_name, email, email_folded, email_verified, phone_verified, sequence, created_at, changed_at) values (?, ?, ?, 'human', 'active', ?, ?, ?, ?, ?, ?, ?, 0, 0, 1, ?, ?)`,
  )

  type Entries = readonly (readonly [string, unknown])[]
  const stored = (userId: string, entries: Entries) =>
    (entries.length === 1
      ? [getStored.get('default', userId, entries[0]![0])]
      : getAllStored.all('default', userId, JSON.stringify(entries.map(([key]) => key)))) as (EntryRow | undefined)[]
  const setAll = db.transaction((userId: string, entries: Entries) => {
    const before = new Map(stored(userId, entries).map((row) => [row?.key, row]))
    const texts = entries.map(([key, value]) => [key, JSON.stringify(value)] as const)
    const changed = texts.filter(([key, json]) => before.get(key)?.json !== json)
    if (changed.length === 0) return undefined
    const moved = bump.get(changed.length, Date.now(), 'default', userId)
    if (moved === undefined) throw new Error('there is no such user')
    const { sequence: last, owner, changed_at } = moved as { sequence: number; owner: string; changed_at: number }
    let sequence = last - changed.length
    for (const [key, json] of changed) {
      sequence += 1
      const payload = `{"namespace":"app","key":${JSON.stringify(key)},"value":${json}}`
      insertEvent.run('default', userId, sequence, 'user.metadata.set', owner, payload, changed_at)
      putEntry.run('default', userId, key, json, owner, sequence, changed_at, changed_at)
    }
    const [[only]] = texts as [readonly [string, string]]
    const created_at =
      texts.length === 1 ? (before.get(only)?.created_at ?? changed_at) : (getCreation.get('default', userId) as number)
    return { sequence: String(last), created_at, changed_at, owner, changed: changed.map(([key]) => key) }
  })
  const createUser = db.transaction((userId: string, userName: string, email: string, orgId: string) => {
    if (isLive.get('default', orgId) !== 1) throw new Error('there is no such org')
    const now = Date.now()
    const [name, address] = [userName.toLowerCase(), email.toLowerCase()]
    insertAggregate.run('default', userId, orgId, now)
    const payload = JSON.stringify({ userName, firstName: 'Ada', lastName: 'New', displayName: 'Ada New', email })
    insertEvent.run('default', userId, 1, 'user.human.added', orgId, payload, now)
    insertEvent.run('default', userId, 2, 'user.human.email.code.added', orgId, '{}', now)
    insertClaim.run('default', name, userId)
    insertUser.run('default', userId, orgId, userName, name, 'Ada New', 'Ada', 'New', email, address, now, now)
    return { userId, orgId, sequence: '2', created_at: now }
  })
  const checkPermission = (userId: string, orgId?: string) => {
    const states = getStates.get('default', userId) as States | undefined
    if (states === undefined || states.state !== 'active' || states.org_state !== 'active') return false
    const now = Date.now()
    return (memberships.all('default', userId) as Membership[]).some(
      ({ level, org_id, roles, expires_at }) =>
        (expires_at === null || expires_at > now) &&
        (level === 'instance' || org_id === (orgId ?? states.org_id)) &&
        (JSON.parse(roles) as string[]).includes('ORG_OWNER'),
    )
  }

  return {
    getUser: (userId: string) => userOf(getUser.get('default', userId)),
    getUserAs: (callerId: string, userId: string) => {
      const found = userOf(getUser.get('default', userId))
      if (!checkPermission(callerId, found.org_id)) throw new Error('not permitted')
      return found
    },
    getEntry: (userId: string, key: string) => {
      const row = getEntry.get('default', userId, key) as { json: unknown }
      row.json = JSON.parse(row.json as string)
      return row
    },
    listUsers: () => listUsers.all('default').map(userOf),
    checkPermission,
    set: (userId: string, entries: Entries) => setAll.immediate(userId, entries),
    createUser: (userId: string, userName: string, email: string, orgId: string) =>
      createUser.immediate(userId, userName, email, orgId),
    close: () => {
      db.close()
    },
  }
}
