import pg from 'pg'

/**
 * What a program of its own would do with pg on the same tables, one named statement a call: the floor on Postgres.
 *
 * It does what a call of Indwell does, no more and no less: reads the same rows by the same keys and makes numbers and values
 * of what the driver answers as text; writes the same rows of aggregate, events, entries, claims and user, all in one
 * statement that is one transaction of the server's own durability; leaves alone what holds its value already; numbers
 * events in the statement, so that no update is lost; answers what the caller of a write is told. What it does not do is
 * what only a library needs: checking input, answering any other shape, and the locks that keep a feed in order.
 */
export function rawPostgres(connectionString: string) {
  const pool = new pg.Pool({ connectionString, max: 10 })
  // The server may stop while a connection still ends; without a listener that would end the bench.
  pool.on('error', () => {})
  // The server may be stopped before the last connection is told.
  pool.on('error', () => undefined)
  const query = (name: string, text: string, values: readonly unknown[]) =>
    pool.query({ name, text, values: [...values] })

  return {
    async getUser(userId: string) {
      const { rows } = await query('raw_user', getUser, [userId])
      return userOf(rows[0])
    },
    async getEntry(userId: string, key: string) {
      const { rows } = await query('raw_entry', getEntry, [userId, key])
      const { json, bytes, created_at, changed_at, ...entry } = rows[0]
      const value = bytes ?? JSON.parse(json)
      return { ...entry, value, createdAt: Number(created_at), changedAt: Number(changed_at) }
    },
    async listUsers() {
      const { rows } = await query('raw_list', listUsers, [])
      return rows.map(userOf)
    },
    async checkPermission(userId: string) {
      const { rows } = await query('raw_check', checkPermission, [userId])
      return rows.some(
        ({ state, org_state, roles, expires_at }) =>
          state === 'active' &&
          org_state === 'active' &&
          (expires_at === null || Number(expires_at) > Date.now()) &&
          JSON.parse(roles ?? '[]').includes('ORG_OWNER'),
      )
    },
    async set(userId: string, entries: readonly (readonly [string, unknown])[]) {
      const keys = entries.map(([key]) => key)
      const values = entries.map(([, value]) => JSON.stringify(value))
      const payloads = entries.map(
        ([key], index) => `{"namespace":"app","key":${JSON.stringify(key)},"value":${values[index]}}`,
      )
      const { rows } = await query('raw_set', set, [userId, keys, values, payloads, Date.now()])
      return rows[0] === undefined ? undefined : { ...rows[0], createdAt: Number(rows[0].created_at) }
    },
    createUser: (userId: string, userName: string, email: string) =>
      query('raw_create', createUser, [
        userId,
        userName,
        email,
        Date.now(),
        JSON.stringify({ firstName: 'Ada', lastName: 'Raw', email, userName, displayName: 'Ada Raw' }),
      ]),
    close: () => pool.end(),
  }
}

const userColumns = `user_id, org_id, type, state, user_name, display_name, first_name, last_name, nick_name,
  preferred_language, gender, avatar_url, email, email_verified, phone, phone_verified, description, access_token_type,
  connection, username, blocked, password_changed_at, sequence, created_at, changed_at`

const userOf = ({ password_changed_at, created_at, changed_at, ...user }: Record<string, unknown>) => ({
  ...user,
  passwordChangedAt: password_changed_at === null ? null : Number(password_changed_at),
  createdAt: Number(created_at),
  changedAt: Number(changed_at),
})

const getUser = `select ${userColumns} from indwell_user where instance_id = 'default' and user_id = $1`

const listUsers = `select ${userColumns} from indwell_user where instance_id = 'default' order by user_id limit 100`

const getEntry = `select key, json, bytes, sequence, created_at, changed_at, owner from indwell_entry
  where instance_id = 'default' and subject_type = 'user' and subject_id = $1 and namespace = 'app' and key = $2`

const checkPermission = `select u.org_id, u.state, o.state as org_state, m.level, m.org_id as member_of, m.roles, m.expires_at
  from indwell_user u
    join indwell_org o on o.instance_id = u.instance_id and o.org_id = u.org_id
    left join indwell_member m on m.instance_id = u.instance_id and m.user_id = u.user_id
  where u.instance_id = 'default' and u.user_id = $1`

const set = `with put as (
    select given.*, stored.created_at, row_number() over (order by ord) as nth
    from unnest($2::text[], $3::text[], $4::text[]) with ordinality as given (key, json, payload, ord)
      left join indwell_entry as stored on stored.instance_id = 'default' and stored.subject_type = 'user'
        and stored.subject_id = $1 and stored.namespace = 'app' and stored.key = given.key
    where stored.json is distinct from given.json
  ), bumped as (
    update indwell_aggregate set sequence = sequence + total.events, changed_at = greatest(changed_at, $5)
    from (select count(*) as events from put) as total
    where instance_id = 'default' and type = 'user' and id = $1 and live and total.events > 0
    returning sequence - total.events as base, sequence, owner, changed_at as time
  ), logged as (
    insert into indwell_event (instance_id, aggregate_type, aggregate_id, sequence, type, owner, actor_type, actor_id, actor_reason, payload, created_at)
    select 'default', 'user', $1, base + nth, 'user.metadata.set', owner, 'system', '', 'bench', payload, time from put, bumped
  ), written as (
    insert into indwell_entry (instance_id, subject_type, subject_id, namespace, key, json, bytes, owner, sequence, created_at, changed_at)
    select 'default', 'user', $1, 'app', key, json, null, owner, base + nth, time, time from put, bumped
    on conflict (instance_id, subject_type, subject_id, namespace, key)
    do update set json = excluded.json, bytes = null, sequence = excluded.sequence, changed_at = excluded.changed_at
  )
  select owner, sequence, time, (select min(created_at) from put) as created_at, (select array_agg(key) from put) as changed
  from bumped`

const createUser = `with org as (
    select org.id from indwell_instance as instance
      join indwell_aggregate as org on org.instance_id = 'default' and org.type = 'org' and org.id = instance.default_org_id
    where instance.instance_id = 'default' and org.live
    for share of org
  ), aggregate as (
    insert into indwell_aggregate select 'default', 'user', $1, org.id, 2, 1, true, $4 from org
  ), logged as (
    insert into indwell_event (instance_id, aggregate_type, aggregate_id, sequence, type, owner, actor_type, actor_id, actor_reason, payload, created_at)
    select 'default', 'user', $1, sequence, type, org.id, 'system', '', 'bench', payload, $4
    from org, (values (1, 'user.human.added', $5), (2, 'user.human.email.code.added', '{}')) as given (sequence, type, payload)
  ), claimed as (
    insert into indwell_claim select 'default', 'user_name', lower($2), 'user', $1 from org
  )
  insert into indwell_user (instance_id, user_id, org_id, type, state, user_name, user_name_folded, display_name, first_name, last_name, email, email_folded, email_verified, phone_verified, sequence, created_at, changed_at)
  select 'default', $1, org.id, 'human', 'active', $2, lower($2), 'Ada Raw', 'Ada', 'Raw', $3, lower($3), false, false, 1, $4, $4 from org`
