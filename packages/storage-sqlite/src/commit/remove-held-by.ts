import { compile, param } from '@indwell/storage-kysely'
import { type Compilable, sql } from 'kysely'
import type { Connection } from '../connection'

/**
 * Removes what an org holds, as the port's `HeldByOrg` lists it.
 *
 * Claims are found by a scan: an index by their owners would cost every creation more than the few removals of orgs save.
 */
export function removeHeldBy({ names, builder, statements }: Connection): (instanceId: string, orgId: string) => void {
  const { user, client, accessToken, member, orgDomain, org, deletedUser } = names.record
  const orgId = param<string>('orgId')
  const ofOrg = (table: string, id: string) =>
    builder.selectFrom(table).select(id).where('instance_id', '=', param('instanceId')).where('org_id', '=', orgId)
  const users = ofOrg(user, 'user_id')
  const deleted = ofOrg(deletedUser, 'user_id')
  const subjects = sql`(
    select 'user', user_id from ${users} union all select 'client', client_id from ${ofOrg(client, 'client_id')}
  )`
  const holders = sql`(
    select 'user', user_id from ${users} union all select 'client', client_id from ${ofOrg(client, 'client_id')}
    union all select 'org', ${orgId}
  )`
  const deletion = (table: string) => builder.deleteFrom(table).where('instance_id', '=', param('instanceId'))
  const row = ['instanceId', 'orgId']
  const both = [...row, ...row]

  // Users and clients go last: all else is found by them.
  const steps: readonly (readonly [query: Compilable, order: readonly string[]])[] = [
    [
      builder
        .updateTable(names.aggregate)
        .set({ live: sql`0`, revision: sql`revision + 1` })
        .where('instance_id', '=', param('instanceId'))
        .where(sql<boolean>`(type, id) in ${subjects}`)
        .where('live', '=', sql`1`),
      ['instanceId', ...both],
    ],
    [
      // Of each subject by its key, where a scan of the indexes would look at all values of the instance.
      deletion(names.indexedValue).where(
        sql<boolean>`(index_number, subject_id) in (
          select declared.number, holder.id from ${sql.table(names.metadataIndex)} as declared
            join (select 'user' as type, user_id as id from ${users} union all select 'client', client_id from ${ofOrg(client, 'client_id')}
              union all select 'org', ${orgId}) as holder on holder.type = declared.subject_type
          where declared.instance_id = ${param('instanceId')}
        )`,
      ),
      ['instanceId', ...both, 'orgId', 'instanceId'],
    ],
    [
      deletion(names.entry).where(sql<boolean>`(subject_type, subject_id) in ${holders}`),
      ['instanceId', ...both, 'orgId'],
    ],
    [deletion(names.claim).where(sql<boolean>`(owner_type, owner_id) in ${holders}`), ['instanceId', ...both, 'orgId']],
    [deletion(accessToken).where('user_id', 'in', users), ['instanceId', ...row]],
    [deletion(member).where('user_id', 'in', users), ['instanceId', ...row]],
    // Who can come back has no record, and keeps its id by an entry and its names by claims.
    [
      deletion(names.entry).where('subject_type', '=', sql`'user'`).where('subject_id', 'in', deleted),
      ['instanceId', ...row],
    ],
    [
      deletion(names.claim).where('owner_type', '=', sql`'user'`).where('owner_id', 'in', deleted),
      ['instanceId', ...row],
    ],
    ...[member, orgDomain, org, client, user, deletedUser].map(
      (table) => [deletion(table).where('org_id', '=', orgId), row] as const,
    ),
  ]
  const statementsOf = steps.map(([query, order]) => ({
    order,
    statement: statements.keep('run', () => compile(query, order)),
  }))

  return (instanceId, held) => {
    for (const { order, statement } of statementsOf) {
      statement().run(...order.map((name) => (name === 'orgId' ? held : instanceId)))
    }
  }
}
