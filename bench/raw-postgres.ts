import pg from 'pg'

/** What a program of its own would do with pg on the same tables, one named statement a call: the floor on Postgres. */
export function rawPostgres(connectionString: string) {
  const pool = new pg.Pool({ connectionString, max: 10 })
  // The server may be stopped before the last connection is told.
  pool.on('error', () => undefined)
  const user =
    'user_id, org_id, type, state, user_name, display_name, first_name, last_name, email, email_verified, phone, phone_verified, sequence, created_at, changed_at'
  const query = (name: string, text: string, values: readonly unknown[]) =>
    pool.query({ name, text, values: [...values] })

  const write = `with bumped as (
      update indwell_aggregate set sequence = sequence + cardinality($2::text[]), changed_at = $4
      where instance_id = 'default' and type = 'user' and id = $1 returning sequence - cardinality($2::text[]) as base
    ), entries as (
      select key, json, ord from unnest($2::text[], $3::text[]) with ordinality as t (key, json, ord)
    ), logged as (
      insert into indwell_event (instance_id, aggregate_type, aggregate_id, sequence, type, owner, actor_type, actor_id, actor_reason, payload, created_at)
      select 'default', 'user', $1, base + ord, 'user.metadata.set', 'org', 'system', '', 'bench', json, $4 from entries, bumped
    )
    insert into indwell_entry (instance_id, subject_type, subject_id, namespace, key, json, bytes, owner, sequence, created_at, changed_at)
    select 'default', 'user', $1, 'app', key, json, null, 'org', base + ord, $4, $4 from entries, bumped
    on conflict (instance_id, subject_type, subject_id, namespace, key)
    do update set json = excluded.json, bytes = null, sequence = excluded.sequence, changed_at = excluded.changed_at`
  const create = `with aggregate as (
      insert into indwell_aggregate values ('default', 'user', $1, 'org', 2, 1, true, $4)
    ), logged as (
      insert into indwell_event (instance_id, aggregate_type, aggregate_id, sequence, type, owner, actor_type, actor_id, actor_reason, payload, created_at)
      values ('default', 'user', $1, 1, 'user.human.added', 'org', 'system', '', 'bench', $5, $4), ('default', 'user', $1, 2, 'user.human.email.code.added', 'org', 'system', '', 'bench', '{}', $4)
    ), claimed as (
      insert into indwell_claim values ('default', 'user_name', $2, 'user', $1)
    )
    insert into indwell_user (instance_id, user_id, org_id, type, state, user_name, user_name_folded, display_name, first_name, last_name, email, email_folded, email_verified, phone_verified, sequence, created_at, changed_at)
    values ('default', $1, 'org', 'human', 'active', $2, lower($2), 'Ada Raw', 'Ada', 'Raw', $3, lower($3), false, false, 1, $4, $4)`

  return {
    getUser: (userId: string) =>
      query('raw_user', `select ${user} from indwell_user where instance_id = 'default' and user_id = $1`, [userId]),
    getEntry: (userId: string, key: string) =>
      query(
        'raw_entry',
        `select json, bytes, sequence, created_at, changed_at, owner from indwell_entry where instance_id = 'default' and subject_type = 'user' and subject_id = $1 and namespace = 'app' and key = $2`,
        [userId, key],
      ),
    listUsers: () =>
      query(
        'raw_list',
        `select ${user} from indwell_user where instance_id = 'default' order by user_id limit 100`,
        [],
      ),
    checkPermission: (userId: string) =>
      query(
        'raw_check',
        `select u.org_id, u.state, m.roles from indwell_user u left join indwell_member m on m.instance_id = u.instance_id and m.user_id = u.user_id where u.instance_id = 'default' and u.user_id = $1`,
        [userId],
      ),
    set: (userId: string, entries: readonly (readonly [string, unknown])[]) =>
      query('raw_set', write, [
        userId,
        entries.map(([key]) => key),
        entries.map(([, value]) => JSON.stringify(value)),
        Date.now(),
      ]),
    createUser: (userId: string, userName: string, email: string) =>
      query('raw_create', create, [
        userId,
        userName,
        email,
        Date.now(),
        JSON.stringify({ userName, firstName: 'Ada', lastName: 'Raw', email }),
      ]),
    close: () => pool.end(),
  }
}
