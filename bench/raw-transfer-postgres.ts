import pg from 'pg'
import { fileLine, type RawTransfer } from './transfer'

const write = `with given as (
    select id, email, hobby, plan from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as t (id, email, hobby, plan)
  ), aggregates as (
    insert into indwell_aggregate select 'default', 'user', id, 'org', 4, 1, true, $5 from given
  ), logged as (
    insert into indwell_event (instance_id, aggregate_type, aggregate_id, sequence, type, owner, actor_type, actor_id, actor_reason, payload, created_at)
    select 'default', 'user', id, sequence, type, 'org', 'system', '', 'bench', payload, $5
    from given, lateral (values
      (1, 'user.human.added', json_build_object('userName', 'auth0|' || id, 'displayName', email, 'nickName', id, 'email', email)::text),
      (2, 'user.human.email.verified', '{}'),
      (3, 'user.metadata.set', '{"namespace":"user","key":"hobby","value":' || hobby || '}'),
      (4, 'user.metadata.set', '{"namespace":"app","key":"plan","value":' || plan || '}')) as e (sequence, type, payload)
  ), claimed as (
    insert into indwell_claim select 'default', type, value, 'user', id
    from given, lateral (values ('user_name', 'auth0|' || id), ('email@db', email)) as c (type, value)
  ), entries as (
    insert into indwell_entry (instance_id, subject_type, subject_id, namespace, key, json, bytes, owner, sequence, created_at, changed_at)
    select 'default', 'user', id, namespace, key, value, null, 'org', sequence, $5, $5
    from given, lateral (values ('user', 'hobby', hobby, 3), ('app', 'plan', plan, 4), ('$touched', 'user', 'true', 3)) as e (namespace, key, value, sequence)
  )
  insert into indwell_user (instance_id, user_id, org_id, type, state, user_name, user_name_folded, display_name, nick_name, email, email_folded, email_verified, phone_verified, connection, sequence, created_at, changed_at)
  select 'default', id, 'org', 'human', 'active', 'auth0|' || id, 'auth0|' || id, email, id, email, email, true, false, 'db', 2, $5, $5 from given`

const read = `select u.user_id, u.email, e.own, e.app
  from (select user_id, email from indwell_user where instance_id = 'default' and type = 'human' order by user_id limit $1) u
  left join lateral (
    select json_object_agg(key, json::json) filter (where namespace = 'user')::text own, json_object_agg(key, json::json) filter (where namespace = 'app')::text app
    from indwell_entry where instance_id = 'default' and subject_type = 'user' and subject_id = u.user_id and namespace in ('user', 'app')
  ) e on true order by u.user_id`

interface ReadUser {
  readonly user_id: string
  readonly email: string
  readonly own: string | null
  readonly app: string | null
}

/** Files of users with pg on the same tables, one statement for some hundred users. */
export function rawTransferPostgres(connectionString: string): RawTransfer & { close(): Promise<void> } {
  const pool = new pg.Pool({ connectionString, max: 1 })
  // The server may stop while a connection still ends; without a listener that would end the bench.
  pool.on('error', () => {})
  // The server may be stopped before the last connection is told.
  pool.on('error', () => undefined)
  return {
    writeUsers: (users) =>
      pool.query({
        name: 'raw_import',
        text: write,
        values: [
          users.map(({ user_id }) => user_id),
          users.map(({ email }) => email),
          users.map(({ user_metadata }) => JSON.stringify(user_metadata.hobby)),
          users.map(({ app_metadata }) => JSON.stringify(app_metadata.plan)),
          Date.now(),
        ],
      }),
    async readLines(limit) {
      const { rows } = await pool.query<ReadUser>({ name: 'raw_export', text: read, values: [limit] })
      return rows.map(({ own, app, ...user }) => fileLine(user, { user: own ?? '{}', app: app ?? '{}' }))
    },
    close: () => pool.end(),
  }
}
