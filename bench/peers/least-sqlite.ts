import { createIdSource } from '../../packages/core/src/ids'
import { openRaw, rawOn } from '../raw-sqlite'

export interface LeastProgram {
  /** The user, once its caller's rights are read and checked. */
  getUser(callerId: string, userId: string): unknown
  /** The same while nobody wrote: what the caller may do is known, and SQLite says that nothing changed. */
  getUserRecalled(callerId: string, userId: string): unknown
  createOrg(callerId: string, name: string): unknown
  setOrgMetadata(callerId: string, orgId: string, value: unknown): unknown
  close(): void
}

interface Caller {
  readonly orgId: string
  readonly state: string
  readonly orgState: string
  readonly roles: string | null
}

interface Moved {
  readonly sequence: number
  readonly owner: string
  readonly changed_at: number
}

const orgEventTypes = ['org.added', 'org.domain.added', 'org.domain.verified', 'org.domain.primary.set']
const places = (rows: number, row: string) => Array.from({ length: rows }, () => row).join(', ')

/**
 * What is left of these calls without any library: better-sqlite3 on our tables, as few statements as there can be, which
 * read who calls and what it may, see to what has to be unique, and write every row that ours writes in one transaction.
 * Nothing of the input is checked.
 */
export function leastSqlite(filename: string): LeastProgram {
  const db = openRaw(filename)
  const reads = rawOn(db)
  const newId = createIdSource(Date.now, (length) => crypto.getRandomValues(new Uint8Array(length)))
  const versions = ['pragma data_version', 'select total_changes()'].map((sql) => db.prepare(sql).pluck())
  const [begin, commit] = ['begin', 'commit'].map((sql) => db.prepare(sql))
  const getCaller = db.prepare(
    `select u.org_id orgId, u.state, o.state orgState, m.roles from indwell_user u
     join indwell_org o on o.instance_id = u.instance_id and o.org_id = u.org_id
     left join indwell_member m on m.instance_id = u.instance_id and m.level = 'instance' and m.org_id = '' and m.user_id = u.user_id
       and (m.expires_at is null or m.expires_at > ?)
     where u.instance_id = ? and u.user_id = ?`,
  )
  const insertEvents = (rows: number) =>
    db.prepare(
      `insert into indwell_event (instance_id, aggregate_type, aggregate_id, sequence, type, owner, actor_type, actor_id, payload, created_at) values ${places(rows, `('default', 'org', ?, ?, ?, ?, 'user', ?, ?, ?)`)}`,
    )
  const [insertEvent, insertOrgEvents] = [insertEvents(1), insertEvents(5)]
  const insertAggregate = db.prepare(`insert into indwell_aggregate values ('default', 'org', ?, ?, 5, 1, 1, ?)`)
  const insertClaims = db.prepare(
    `insert into indwell_claim values ('default', 'org_name', ?, 'org', ?), ('default', 'org_domain', ?, 'org', ?), ('default', 'member', ?, 'user', ?)`,
  )
  const insertOrg = db.prepare(`insert into indwell_org values ('default', ?, ?, null, 'active', ?, '{}', 4, ?, ?, ?)`)
  const insertDomain = db.prepare(`insert into indwell_org_domain values ('default', ?, ?, 1, 1, null, null, 4, ?, ?)`)
  const insertMember = db.prepare(
    `insert into indwell_member values ('default', 'org', ?, ?, '["ORG_OWNER"]', null, 5, ?, ?)`,
  )
  const reviseUser = db.prepare(
    `update indwell_aggregate set revision = revision + 1 where instance_id = 'default' and type = 'user' and id = ? and live = 1`,
  )
  const bump = db.prepare(
    `update indwell_aggregate set sequence = sequence + 1, changed_at = max(changed_at, ?) where instance_id = 'default' and type = 'org' and id = ? and live = 1 returning sequence, owner, changed_at`,
  )
  const getStored = db.prepare(
    `select json, created_at from indwell_entry where instance_id = 'default' and subject_type = 'org' and subject_id = ? and namespace = 'org' and key = 'metadata'`,
  )
  const putEntry = db.prepare(
    `insert into indwell_entry values ('default', 'org', ?, 'org', 'metadata', ?, null, ?, ?, ?, ?)
     on conflict (instance_id, subject_type, subject_id, namespace, key) do update set json = excluded.json, sequence = excluded.sequence, changed_at = excluded.changed_at`,
  )

  const requireOwner = (callerId: string) => {
    const caller = getCaller.get(Date.now(), 'default', callerId) as Caller | undefined
    const isActive = caller?.state === 'active' && caller.orgState === 'active'
    if (!isActive || !JSON.parse(caller.roles ?? '[]').includes('IAM_OWNER')) throw new Error('not permitted')
  }
  const createOrg = db.transaction((callerId: string, name: string) => {
    requireOwner(callerId)
    const [orgId, now, folded] = [newId(), Date.now(), name.toLowerCase()]
    const domain = `${folded.replaceAll(' ', '-')}.localhost`
    const ofDomain = JSON.stringify({ domain })
    const ofMember = JSON.stringify({ userId: callerId, roles: ['ORG_OWNER'] })
    const payloads = [JSON.stringify({ name }), ofDomain, ofDomain, ofDomain, ofMember]
    const rows = payloads.flatMap((payload, index) => {
      const type = orgEventTypes[index] ?? 'org.member.added'
      return [orgId, index + 1, type, orgId, callerId, payload, now]
    })
    insertClaims.run(folded, orgId, domain, orgId, JSON.stringify(['org', orgId, callerId]), callerId)
    insertAggregate.run(orgId, orgId, now)
    insertOrgEvents.run(rows)
    insertOrg.run(orgId, name, domain, now, now, folded)
    insertDomain.run(orgId, domain, now, now)
    insertMember.run(orgId, callerId, now, now)
    if (reviseUser.run(callerId).changes !== 1) throw new Error('there is no such user')
    return { orgId, admins: [{ userId: callerId }], sequence: '5', createdAt: now, changedAt: now }
  })
  const setOrgMetadata = db.transaction((callerId: string, orgId: string, value: unknown) => {
    requireOwner(callerId)
    const json = JSON.stringify(value)
    const stored = getStored.get(orgId) as { json: string; created_at: number } | undefined
    if (stored?.json === json) return undefined
    const moved = bump.get(Date.now(), orgId) as Moved | undefined
    if (moved === undefined) throw new Error('there is no such org')
    const { sequence, owner, changed_at } = moved
    const payload = `{"namespace":"org","key":"metadata","value":${json}}`
    insertEvent.run(orgId, sequence, 'org.metadata.set', owner, callerId, payload, changed_at)
    putEntry.run(orgId, json, owner, sequence, changed_at, changed_at)
    return { sequence: String(sequence), createdAt: stored?.created_at ?? changed_at, changedAt: changed_at }
  })
  let known = ''

  return {
    getUser: reads.getUserAs,
    getUserRecalled(callerId, userId) {
      // In one transaction, which locks the file once.
      begin!.run()
      try {
        const now = `${callerId} ${versions.map((version) => version.get()).join(' ')}`
        if (now !== known) requireOwner(callerId)
        known = now
        return reads.getUser(userId)
      } finally {
        commit!.run()
      }
    },
    createOrg: (callerId, name) => createOrg.immediate(callerId, name),
    setOrgMetadata: (callerId, orgId, value) => setOrgMetadata.immediate(callerId, orgId, value),
    close: reads.close,
  }
}
