import { hash } from 'node:crypto'
import Database from 'better-sqlite3'

/** Who calls, and the org that the call works in. */
export interface RawCaller {
  readonly userId: string
  readonly orgId: string
}

/** What an answer tells of what was read or written, times in milliseconds. */
export interface RawDetails {
  readonly sequence: string
  readonly created_at: number
  readonly changed_at: number
  readonly owner: string
}

interface States {
  readonly org_id: string
  readonly state: string
  readonly org_state: string
}

interface Membership {
  readonly level: string
  readonly org_id: string
  readonly roles: string
  readonly expires_at: number | null
}

interface Subject {
  readonly org_id: string
  readonly created_at: number
}

/**
 * What a server of its own would ask better-sqlite3 for, on the same tables. It reads the same rows, writes the same ones
 * with the same payloads and the same author, and decides by them what makes an answer right: whose token it is and until
 * when, that its user and that user's org are active, what the user may do where the subject lives, that the subject lives,
 * and that a value is another than the one stored, since an equal one makes no event.
 */
export function rawStatements(filename: string) {
  const db = new Database(filename)
  for (const pragma of [
    'journal_mode = WAL',
    'synchronous = normal',
    'busy_timeout = 5000',
    'cache_size = -65536',
    'wal_autocheckpoint = 16000',
  ]) {
    db.pragma(pragma)
  }
  const token = db.prepare(`select user_id, expires_at from indwell_access_token where instance_id = ? and hash = ?`)
  const states = db.prepare(
    `select u.org_id, u.state, o.state org_state from indwell_user u join indwell_org o using (instance_id, org_id) where u.instance_id = ? and u.user_id = ?`,
  )
  const memberships = db.prepare(
    `select level, org_id, roles, expires_at from indwell_member where instance_id = ? and user_id = ?`,
  )
  const subject = db.prepare(`select org_id, created_at from indwell_user where instance_id = ? and user_id = ?`)
  const entry = db.prepare(
    `select bytes, cast(sequence as text) sequence, created_at, changed_at, owner from indwell_entry where instance_id = ? and subject_type = 'user' and subject_id = ? and namespace = 'zitadel' and key = ?`,
  )
  const entries = db.prepare(
    `select key, bytes from indwell_entry where instance_id = ? and subject_type = 'user' and subject_id = ? and namespace = 'zitadel' and key in (select value from json_each(?))`,
  )
  const numbered = db.prepare(
    `select cast(sequence as text) sequence, changed_at from indwell_aggregate where instance_id = ? and type = 'user' and id = ?`,
  )
  const bump = db.prepare(
    `update indwell_aggregate set sequence = sequence + ?, changed_at = max(changed_at, ?) where instance_id = ? and type = 'user' and id = ? and live = 1 returning sequence, owner, changed_at`,
  )
  const insertEvent = db.prepare(
    `insert into indwell_event (instance_id, aggregate_type, aggregate_id, sequence, type, owner, actor_type, actor_id, actor_reason, payload, created_at) values (?, 'user', ?, ?, 'user.metadata.set', ?, 'user', ?, null, ?, ?)`,
  )
  const putEntry = db.prepare(
    `insert into indwell_entry (instance_id, subject_type, subject_id, namespace, key, json, bytes, owner, sequence, created_at, changed_at) values (?, 'user', ?, 'zitadel', ?, null, ?, ?, ?, ?, ?)
     on conflict (instance_id, subject_type, subject_id, namespace, key) do update set json = null, bytes = excluded.bytes, sequence = excluded.sequence, changed_at = excluded.changed_at`,
  )

  const mayIn = (userId: string, orgId: string) => {
    const now = Date.now()
    return (memberships.all('default', userId) as Membership[]).some(
      ({ level, org_id, roles, expires_at }) =>
        (expires_at === null || expires_at > now) &&
        (level === 'instance' || org_id === orgId) &&
        (JSON.parse(roles) as string[]).includes('ORG_OWNER'),
    )
  }

  const setAll = db.transaction(
    (caller: RawCaller, userId: string, sent: readonly (readonly [string, Buffer])[]): RawDetails | undefined => {
      const found = subject.get('default', userId) as Subject | undefined
      if (found === undefined || found.org_id !== caller.orgId) return undefined
      const keys = JSON.stringify(sent.map(([key]) => key))
      const rows = entries.all('default', userId, keys) as { readonly key: string; readonly bytes: Buffer | null }[]
      const stored = new Map(rows.map(({ key, bytes }) => [key, bytes]))
      const changed = sent.filter(([key, bytes]) => !stored.get(key)?.equals(bytes))
      const { created_at, org_id } = found
      if (changed.length === 0) {
        const told = numbered.get('default', userId) as Pick<RawDetails, 'sequence' | 'changed_at'>
        return { ...told, created_at, owner: org_id }
      }
      const moved = bump.get(changed.length, Date.now(), 'default', userId)
      if (moved === undefined) return undefined
      const { sequence: last, owner, changed_at } = moved as { sequence: number; owner: string; changed_at: number }
      let sequence = last - changed.length
      for (const [key, bytes] of changed) {
        sequence += 1
        const payload = JSON.stringify({ namespace: 'zitadel', key, bytes: bytes.toString('base64') })
        insertEvent.run('default', userId, sequence, owner, caller.userId, payload, changed_at)
        putEntry.run('default', userId, key, bytes, owner, sequence, changed_at, changed_at)
      }
      return { sequence: String(last), created_at, changed_at, owner }
    },
  )

  return {
    /** `undefined` for a token that is nobody's any more, or of a user who may not call. */
    callerOf(bearer: string): RawCaller | undefined {
      const found = token.get('default', hash('sha256', bearer)) as
        | { readonly user_id: string; readonly expires_at: number | null }
        | undefined
      if (found === undefined || (found.expires_at !== null && found.expires_at <= Date.now())) return undefined
      const caller = states.get('default', found.user_id) as States | undefined
      if (caller?.state !== 'active' || caller.org_state !== 'active') return undefined
      return { userId: found.user_id, orgId: caller.org_id }
    },
    mayIn,
    getEntry(caller: RawCaller, userId: string, key: string): (RawDetails & { readonly bytes: Buffer }) | undefined {
      const found = entry.get('default', userId, key) as (RawDetails & { readonly bytes: Buffer }) | undefined
      return found?.owner === caller.orgId ? found : undefined
    },
    /** `undefined`: there is no such user. */
    setEntries: (caller: RawCaller, userId: string, sent: readonly (readonly [string, Buffer])[]) =>
      setAll.immediate(caller, userId, sent),
    close: () => {
      db.close()
    },
  }
}
