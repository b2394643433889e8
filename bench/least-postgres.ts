import pg from 'pg'
import { worthHalving } from '../packages/core/src/batcher'

/**
 * The least that a program with pg alone has to do for what Indwell promises of a write: one statement that looks who calls, waits
 * for the locks which keep a feed in order, compares with what its snapshot has, and writes the rows that Indwell writes,
 * where nobody was faster. It checks no input, knows one shape of each write, tries nothing again, and looks for no
 * declared index.
 */
export function leastPostgres(connectionString: string, max = 10) {
  const pool = new pg.Pool({ connectionString, max })
  // The server may stop while a connection still ends; without a listener that would end the bench.
  pool.on('error', () => undefined)
  const run = async (name: string, text: string, values: readonly unknown[]) => {
    const { rows } = await pool.query({ name, text, values: [...values], rowMode: 'array' })
    if (rows.length === 0) throw new Error(`${name} wrote nothing`)
    return rows as string[][]
  }
  const payloadOf = (key: string, json: string) => `{"namespace":"app","key":${JSON.stringify(key)},"value":${json}}`
  const asSystem = ['system', '', 'bench']

  return {
    async set(userId: string, key: string, value: unknown, expected: string | null = null) {
      const json = JSON.stringify(value)
      const values = [userId, key, json, payloadOf(key, json), Date.now(), ...asSystem, expected]
      const [[sequence] = []] = await run('least_set', setOf('user', ''), values)
      return sequence!
    },
    /** By a caller that has one of the roles in the instance, which is looked at. */
    async setAs(callerId: string, type: 'user' | 'org', id: string, key: string, value: unknown) {
      const json = JSON.stringify(value)
      const values = [id, key, json, payloadOf(key, json), Date.now(), 'user', callerId, null, null]
      return run(`least_set_${type}_as`, setOf(type, permit('$7')), values)
    },
    async createUser(callerId: string, userId: string, orgId: string, email: string) {
      const added = JSON.stringify({
        userName: email,
        displayName: 'Ada New',
        firstName: 'Ada',
        lastName: 'New',
        email,
      })
      return run('least_user', createUser, [callerId, userId, orgId, email, added, Date.now()])
    },
    async createOrg(callerId: string, orgId: string, name: string) {
      const domain = `${name.toLowerCase().replace(' ', '-')}.localhost`
      const claim = JSON.stringify(['org', orgId, callerId])
      const payloads = [{ name }, ...Array(3).fill({ domain }), { userId: callerId, roles: ['ORG_OWNER'] }]
      const given = [callerId, orgId, name, name.toLowerCase(), domain, claim, Date.now()]
      return run('least_org', createOrg, [...given, ...payloads.map((payload) => JSON.stringify(payload))])
    },
    /**
     * Sets of callers who ask meanwhile go together: of different users, two batches at a time, each of half of them where
     * many come at once; of one user one.
     */
    gathered(underway: number, text: string, valuesOf: (sets: readonly LeastSet[]) => readonly unknown[]) {
      const waiting: Waiting[] = []
      let [running, isDue] = [0, false]
      const flush = () => {
        isDue = false
        if (waiting.length === 0 || running === underway) return
        const inHalves = underway > 1 && running === 0 && waiting.length >= worthHalving
        const batch = waiting.splice(0, inHalves ? Math.ceil(waiting.length / 2) : waiting.length)
        running += 1
        run(text === setOfOne ? 'least_one' : 'least_many', text, valuesOf(batch.map(({ set }) => set))).then(
          (rows) => {
            running -= 1
            for (const [index, { resolve }] of batch.entries()) resolve(rows[index] ?? rows[0]!)
            // Whoever is answered now may ask for the next thing within this turn.
            setImmediate(flush)
          },
        )
        flush()
      }
      return (set: LeastSet) =>
        new Promise<readonly string[]>((resolve) => {
          waiting.push({ set, resolve })
          if (!isDue) queueMicrotask(flush)
          isDue = true
        })
    },
    setMany: (sets: readonly LeastSet[]) => {
      const rows = [...sets].sort((a, b) => (a.userId < b.userId ? -1 : 1))
      return [list(rows.map(({ userId }) => userId)), ...listsOf(rows)]
    },
    setOfOne: (sets: readonly LeastSet[]) => [sets[0]!.userId, ...listsOf(sets)],
    close: () => pool.end(),
  }

  function listsOf(sets: readonly LeastSet[]) {
    const json = sets.map(({ value }) => JSON.stringify(value))
    const payloads = sets.map(({ key }, index) => payloadOf(key, json[index]!))
    return [list(sets.map(({ key }) => key)), list(json), list(payloads), Date.now()]
  }
}

export interface LeastSet {
  readonly userId: string
  readonly key: string
  readonly value: unknown
}

interface Waiting {
  readonly set: LeastSet
  resolve(row: readonly string[]): void
}

/** Of texts without control characters. */
const list = (texts: readonly string[]) => `{${texts.map((text) => JSON.stringify(text)).join()}}`

const lock = (name: string, type: string, id: string) =>
  `pg_advisory_xact_lock${name}(hashtextextended(${id}, hashtextextended('${type}', 0)))`

const permit = (caller: string) => `cross join lateral (
    select 1 from indwell_user as u join indwell_org as o on o.instance_id = 'default' and o.org_id = u.org_id
      join indwell_member as m on m.instance_id = 'default' and m.level = 'instance' and m.org_id = '' and m.user_id = u.user_id
    where u.instance_id = 'default' and u.user_id = ${caller} and u.state = 'active' and o.state = 'active'
      and m.roles like '%"IAM_OWNER"%' and m.expires_at is null limit 1
  ) as permitted`

const eventColumns = `(instance_id, aggregate_type, aggregate_id, sequence, type, owner, actor_type, actor_id, actor_reason,
    payload, created_at)`
const entryColumns = `(instance_id, subject_type, subject_id, namespace, key, json, bytes, owner, sequence, created_at, changed_at)`
const putEntry = `on conflict (instance_id, subject_type, subject_id, namespace, key) do update set json = excluded.json,
    bytes = excluded.bytes, sequence = excluded.sequence, changed_at = excluded.changed_at`
const bump = `on conflict (instance_id, type, id) do update set sequence = excluded.sequence, changed_at = excluded.changed_at
    where stored.live and stored.sequence = excluded.revision`

const setOf = (type: 'user' | 'org', permitted: string) => `with seen as materialized (
    select a.owner, a.sequence, a.changed_at, e.created_at, ${lock('_shared', 'owner', 'a.owner')}::text || ${lock('', type, '$1')}::text as lock
    from indwell_aggregate as a left join indwell_entry as e on e.instance_id = 'default' and e.subject_type = '${type}'
      and e.subject_id = $1 and e.namespace = 'app' and e.key = $2 ${permitted}
    where a.instance_id = 'default' and a.type = '${type}' and a.id = $1 and a.live and e.json is distinct from $3
      and (a.sequence::text <> $9::text) is not true
  ), bumped as (
    insert into indwell_aggregate as stored select 'default', '${type}', $1, owner, sequence + 1, sequence, true, greatest($5::int8, changed_at)
    from seen where lock = '' ${bump} returning owner, sequence, changed_at
  ), logged as (
    insert into indwell_event ${eventColumns}
    select 'default', '${type}', $1, sequence, '${type}.metadata.set', owner, $6, $7, $8, $4, changed_at from bumped
    returning sequence, transaction_id, position, created_at
  ), written as (
    insert into indwell_entry ${entryColumns}
    select 'default', '${type}', $1, 'app', $2, $3, null, owner, sequence, changed_at, changed_at from bumped ${putEntry}
  )
  select logged.*, seen.owner, seen.created_at as born from logged, seen`

/** Of users of one org, of whom each has one set. */
export const setMany = `with given as materialized (
    select unnest((select $1::text[])) as id, unnest($2::text[]) as key, unnest($3::text[]) as json, unnest($4::text[]) as payload
  ), seen as materialized (
    select given.*, a.owner, a.sequence, a.changed_at, e.created_at, ${lock('_shared', 'owner', 'a.owner')}::text || ${lock('', 'user', 'a.id')}::text as lock
    from given
      cross join lateral (select * from indwell_aggregate where instance_id = 'default' and type = 'user' and id = given.id and live limit 1) as a
      left join lateral (select * from indwell_entry where instance_id = 'default' and subject_type = 'user' and subject_id = given.id
        and namespace = 'app' and key = given.key limit 1) as e on true
    where e.json is distinct from given.json
  ), bumped as (
    insert into indwell_aggregate as stored select 'default', 'user', id, owner, sequence + 1, sequence, true, greatest($5::int8, changed_at)
    from seen where lock = '' ${bump} returning id, sequence, changed_at
  ), put as materialized (
    select seen.id, key, json, payload, owner, created_at, bumped.sequence, bumped.changed_at from seen join bumped on bumped.id = seen.id
  ), logged as (
    insert into indwell_event ${eventColumns}
    select 'default', 'user', id, sequence, 'user.metadata.set', owner, 'system', '', 'bench', payload, changed_at from put
    returning aggregate_id, sequence, transaction_id, position, created_at
  ), written as (
    insert into indwell_entry ${entryColumns}
    select 'default', 'user', id, 'app', key, json, null, owner, sequence, changed_at, changed_at from put ${putEntry}
  )
  select logged.* from logged`

/** Of one user, each with a key of its own. */
export const setOfOne = `with seen as materialized (
    select owner, sequence, changed_at, ${lock('_shared', 'owner', 'owner')}::text || ${lock('', 'user', '$1')}::text as lock
    from indwell_aggregate where instance_id = 'default' and type = 'user' and id = $1 and live
  ), given as materialized (
    select given.*, e.created_at, row_number() over () as nth
    from (select unnest((select $2::text[])) as key, unnest($3::text[]) as json, unnest($4::text[]) as payload) as given
      left join lateral (select * from indwell_entry where instance_id = 'default' and subject_type = 'user' and subject_id = $1
        and namespace = 'app' and key = given.key limit 1) as e on true
    where e.json is distinct from given.json
  ), bumped as (
    insert into indwell_aggregate as stored
    select 'default', 'user', $1, owner, sequence + (select count(*) from given), sequence, true, greatest($5::int8, changed_at)
    from seen where lock = '' ${bump} returning changed_at
  ), put as materialized (
    select given.*, owner, sequence + nth as sequence, bumped.changed_at from given, seen, bumped
  ), logged as (
    insert into indwell_event ${eventColumns}
    select 'default', 'user', $1, sequence, 'user.metadata.set', owner, 'system', '', 'bench', payload, changed_at from put
    returning transaction_id, position
  ), written as (
    insert into indwell_entry ${entryColumns}
    select 'default', 'user', $1, 'app', key, json, null, owner, sequence, changed_at, changed_at from put ${putEntry}
  )
  select owner, sequence, changed_at, min(transaction_id::text), string_agg(position::text, ',') from seen, logged group by 1, 2, 3`

const createUser = `with made as materialized (
    select greatest($6::int8, o.changed_at) as time
    from (select ${lock('_shared', 'owner', '$3')}::text || ${lock('_shared', 'org', '$3')}::text as lock from (select 1) as one ${permit('$1')}) as waited
      cross join lateral (select changed_at from indwell_aggregate where instance_id = 'default' and type = 'org' and id = $3 and live
        and lock = '' for share) as o
  ), counted as (
    insert into indwell_aggregate select 'default', 'user', $2, $3, 2, 1, true, time from made
  ), logged as (
    insert into indwell_event ${eventColumns}
    select 'default', 'user', $2, nth, type, $3, 'user', $1, null, payload, time
    from made, (values (1, 'user.human.added', $5), (2, 'user.human.email.code.added', '{}')) as given (nth, type, payload)
    returning transaction_id, position
  ), claimed as (
    insert into indwell_claim select 'default', 'user_name', $4, 'user', $2 from made
  ), put as (
    insert into indwell_user (instance_id, user_id, org_id, type, state, user_name, user_name_folded, display_name, first_name,
      last_name, email, email_folded, email_verified, phone_verified, sequence, created_at, changed_at)
    select 'default', $2, $3, 'human', 'active', $4, $4, 'Ada New', 'Ada', 'New', $4, $4, false, false, 1, time, time from made
  )
  select time, min(transaction_id::text), string_agg(position::text, ',') from made, logged group by 1`

const createOrg = `with made as materialized (
    select greatest($7::int8, u.changed_at) as time, u.revision
    from (select ${lock('_shared', 'owner', '$2')}::text || ${lock('', 'user', '$1')}::text as lock from (select 1) as one ${permit('$1')}) as waited
      cross join lateral (select changed_at, revision from indwell_aggregate where instance_id = 'default' and type = 'user' and id = $1
        and live and lock = '' for no key update) as u
  ), counted as (
    insert into indwell_aggregate select 'default', 'org', $2, $2, 5, 1, true, time from made
  ), revised as (
    insert into indwell_aggregate select 'default', 'user', $1, '', 0, revision + 1, true, time from made
    on conflict (instance_id, type, id) do update set revision = excluded.revision
  ), logged as (
    insert into indwell_event ${eventColumns}
    select 'default', 'org', $2, nth, type, $2, 'user', $1, null, payload, time
    from made, (values (1, 'org.added', $8), (2, 'org.domain.added', $9), (3, 'org.domain.verified', $10),
      (4, 'org.domain.primary.set', $11), (5, 'org.member.added', $12)) as given (nth, type, payload)
    returning transaction_id, position
  ), claimed as (
    insert into indwell_claim select 'default', given.*
    from made, (values ('org_name', $4, 'org', $2), ('org_domain', $5, 'org', $2), ('member', $6, 'user', $1)) as given
  ), put as (
    insert into indwell_org (instance_id, org_id, name, state, primary_domain, settings, sequence, created_at, changed_at, name_folded)
    select 'default', $2, $3, 'active', $5, '{}', 4, time, time, $4 from made
  ), put_domain as (
    insert into indwell_org_domain (instance_id, org_id, domain, is_verified, is_primary, sequence, created_at, changed_at)
    select 'default', $2, $5, true, true, 4, time, time from made
  ), put_member as (
    insert into indwell_member (instance_id, level, org_id, user_id, roles, sequence, created_at, changed_at)
    select 'default', 'org', $2, $1, '["ORG_OWNER"]', 5, time, time from made
  )
  select time, min(transaction_id::text), string_agg(position::text, ',') from made, logged group by 1`
