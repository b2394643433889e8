import type { LoginDomain } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connection } from '../connection'

type Row = readonly [domain: string, isPrimary: number]

export function loadLoginDomains({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, userId: string) => readonly LoginDomain[] {
  const query = builder
    .selectFrom(`${names.record.user} as u`)
    .innerJoin(`${names.record.orgDomain} as d`, (join) =>
      join.onRef('d.instance_id', '=', 'u.instance_id').onRef('d.org_id', '=', 'u.org_id'),
    )
    .select(['d.domain', 'd.is_primary'])
    .where('u.instance_id', '=', param('instanceId'))
    .where('u.user_id', '=', param('userId'))
    .where('d.is_verified', '=', sql`1`)
  const select = statements.keep('rows', () => compile(query, ['instanceId', 'userId']))
  return (instanceId, userId) =>
    (select().all(instanceId, userId) as readonly Row[]).map(([domain, isPrimary]) => ({
      domain,
      isPrimary: isPrimary === 1,
    }))
}
