import Database from 'better-sqlite3'
import { type FileUser, fileLine, type RawTransfer } from './transfer'

/** Files of users with better-sqlite3 on the same tables, one transaction for some hundred users. */
export function rawTransferSqlite(filename: string): RawTransfer & { close(): void } {
  const db = new Database(filename)
  for (const pragma of ['busy_timeout = 5000', 'cache_size = -65536', 'wal_autocheckpoint = 16000']) db.pragma(pragma)
  const aggregate = db.prepare(`insert into indwell_aggregate values ('default', 'user', ?, 'org', 4, 1, 1, ?)`)
  const event = db.prepare(
    `insert into indwell_event (instance_id, aggregate_type, aggregate_id, sequence, type, owner, actor_type, actor_id, actor_reason, payload, created_at) values ('default', 'user', ?, ?, ?, 'org', 'system', '', 'bench', ?, ?)`,
  )
  const claim = db.prepare(`insert into indwell_claim values ('default', ?, ?, 'user', ?)`)
  const entry = db.prepare(
    `insert into indwell_entry (instance_id, subject_type, subject_id, namespace, key, json, bytes, owner, sequence, created_at, changed_at) values ('default', 'user', ?, ?, ?, ?, null, 'org', ?, ?, ?)`,
  )
  const user = db.prepare(
    `insert into indwell_user (instance_id, user_id, org_id, type, state, user_name, user_name_folded, display_name, nick_name, email, email_folded, email_verified, phone_verified, connection, sequence, created_at, changed_at) values ('default', ?, 'org', 'human', 'active', ?, ?, ?, ?, ?, ?, 1, 0, 'db', 2, ?, ?)`,
  )
  const page = db.prepare(
    `select user_id, email from indwell_user where instance_id = 'default' and type = 'human' order by user_id limit ?`,
  )
  const entries = db.prepare(
    `select subject_id, namespace, json_group_object(key, json(json)) json from indwell_entry where instance_id = 'default' and subject_type = 'user' and subject_id between ? and ? and namespace in ('user', 'app') group by subject_id, namespace`,
  )

  const writeUsers = db.transaction((users: readonly FileUser[]) => {
    const now = Date.now()
    for (const { user_id: id, email, user_metadata, app_metadata } of users) {
      aggregate.run(id, now)
      const payload = JSON.stringify({ userName: `auth0|${id}`, displayName: email, nickName: id, email })
      event.run(id, 1, 'user.human.added', payload, now)
      event.run(id, 2, 'user.human.email.verified', '{}', now)
      claim.run('user_name', `auth0|${id}`, id)
      claim.run('email@db', email, id)
      user.run(id, `auth0|${id}`, `auth0|${id}`, email, id, email, email, now, now)
      let sequence = 2
      for (const [namespace, values] of [
        ['user', user_metadata],
        ['app', app_metadata],
      ] as const) {
        for (const [key, value] of Object.entries(values)) {
          sequence += 1
          event.run(id, sequence, 'user.metadata.set', JSON.stringify({ namespace, key, value }), now)
          entry.run(id, namespace, key, JSON.stringify(value), sequence, now, now)
        }
      }
      entry.run(id, '$touched', 'user', 'true', 3, now, now)
    }
  })
  return {
    writeUsers: (users) => writeUsers.immediate(users),
    readLines(limit) {
      const found = page.all(limit) as { user_id: string; email: string }[]
      const metadata = new Map<string, Record<string, string>>()
      const values = entries.all(found[0]?.user_id, found.at(-1)?.user_id) as {
        subject_id: string
        namespace: string
        json: string
      }[]
      for (const { subject_id, namespace, json } of values) {
        metadata.set(subject_id, { ...metadata.get(subject_id), [namespace]: json })
      }
      return found.map((each) => fileLine(each, metadata.get(each.user_id)))
    },
    close: () => {
      db.close()
    },
  }
}
