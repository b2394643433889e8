import type {
  AggregateRecord,
  ClaimRecord,
  EntryRecord,
  KeptAnswer,
  LoginDomain,
  OrgState,
  Principal,
  Read,
  RecordKind,
  UserRecord,
} from '@indwell/core'
import { type Columns, recordTables, type TableNames } from '@indwell/storage-kysely'
import { type RawBuilder, sql } from 'kysely'
import type { PostgresRow } from '../postgres-pool'
import { slot, tableReference } from '../statement-cache'
import { type AskedKeys, askedKeys } from './asked-keys'
import { recordDecoder } from './decode-record'
import { entryValue } from './entry-value'
import type { PartName } from './lookup'

/** Where a statement has a member of the key that is looked up: `k1`, `k2` … */
export type KeyPlace = (member: number) => RawBuilder<unknown>

export interface ReadPart {
  readonly asked: AskedKeys
  /** What is read of each row that is found. The first of them is never null. */
  readonly columns: readonly string[]
  /** The rows of one key, as a subquery: one at most, but of `listParts`. */
  readonly found: (key: KeyPlace) => RawBuilder<unknown>
  /** @param first - Where in the row the part's columns start. */
  readonly decode: (row: PostgresRow, first: number, read: Read) => unknown
}

/**
 * What is looked up by a whole key stands as it is, and what comes with it is an expression by a whole key: one node of the
 * plan each, which goes by that key also while the planner knows nothing of the table.
 */
export function readParts(names: TableNames): Readonly<Record<PartName, ReadPart>> {
  const table = (name: string) => tableReference(names, name)
  const records = Object.fromEntries(
    (Object.keys(recordTables) as RecordKind[]).map((kind) => [`record ${kind}`, recordPart(kind)]),
  ) as Record<`record ${RecordKind}`, ReadPart>
  const stateOf = (orgId: RawBuilder<unknown>) =>
    sql`(select state from ${table(names.record.org)} where ${inInstance} and org_id = ${orgId})`
  const principalStates = (
    orgId: RawBuilder<unknown>,
  ) => sql`u.user_id, u.org_id, u.state, ${stateOf(sql`u.org_id`)} as home_org,
    case when ${orgId} <> u.org_id then ${stateOf(orgId)} end as context_org`
  const heldAt = (place: RawBuilder<unknown>, userId: RawBuilder<unknown>) =>
    sql`(select coalesce(expires_at::text, '') || roles from ${table(names.record.member)} where ${inInstance} and ${place} and user_id = ${userId})`

  return {
    ...records,
    aggregate: {
      asked: askedKeys('aggregate', 2, [1]),
      columns: ['type', 'id', 'owner', 'sequence', 'revision', 'live', 'changed_at'],
      found: (key) =>
        sql`select * from ${table(names.aggregate)} where ${inInstance} and type = ${key(1)} and id = ${key(2)}`,
      decode: decodeAggregate,
    },
    entry: {
      asked: askedKeys('entry', 4, [1, 3]),
      columns: ['key', 'json', 'bytes', 'sequence', 'created_at', 'changed_at', 'owner'],
      found: (key) => sql`select * from ${table(names.entry)}
        where ${inInstance} and subject_type = ${key(1)} and subject_id = ${key(2)} and namespace = ${key(3)}
          and key = ${key(4)}`,
      decode: decodeEntry,
    },
    entries: {
      asked: askedKeys('entries', 3, [1, 3]),
      columns: ['key', 'json', 'bytes', 'sequence', 'created_at', 'changed_at', 'owner'],
      found: (key) => sql`select * from ${table(names.entry)}
        where ${inInstance} and subject_type = ${key(1)} and subject_id = ${key(2)} and namespace = ${key(3)}
        order by key`,
      decode: decodeEntry,
    },
    entryPage: {
      asked: askedKeys('entry_page', 5),
      columns: ['key', 'json', 'bytes', 'sequence', 'created_at', 'changed_at', 'owner', 'namespace'],
      found: (key) => sql`select * from ${table(names.entry)}
        where ${inInstance} and subject_type = ${key(1)} and subject_id = ${key(2)}
          and (namespace, key) > (${key(3)}, ${key(4)})
        order by namespace, key limit ${key(5)}::bigint`,
      decode: decodePagedEntry,
    },
    claim: {
      asked: askedKeys('claim', 2, [1]),
      columns: ['type', 'value', 'owner_type', 'owner_id'],
      found: (key) =>
        sql`select * from ${table(names.claim)} where ${inInstance} and type = ${key(1)} and value = ${key(2)}`,
      decode: decodeClaim,
    },
    accessTokenByHash: {
      ...recordPart('accessToken'),
      asked: askedKeys('token', 1),
      found: (key) => sql`select * from ${table(names.record.accessToken)} where ${inInstance} and hash = ${key(1)}`,
    },
    principal: {
      asked: askedKeys('principal', 2, [2]),
      columns: [...principalColumns, 'in_instance', 'in_org'],
      found: (key) => sql`select ${principalStates(key(2))},
          ${heldAt(sql`level = 'instance' and org_id = ''`, key(1))} as in_instance,
          ${heldAt(sql`level = 'org' and org_id = coalesce(${key(2)}, u.org_id)`, key(1))} as in_org
        from ${table(names.record.user)} as u where ${inInstance} and u.user_id = ${key(1)}`,
      decode: decodePrincipal,
    },
    'principal with all memberships': {
      asked: askedKeys('principal_of_all', 2, [2]),
      columns: [...principalColumns, 'memberships'],
      found: (key) => sql`select ${principalStates(key(2))},
          (select json_agg(json_build_array(level, org_id, roles, expires_at) order by level, org_id)
            from (select * from ${table(names.record.member)} where ${inInstance} and user_id = u.user_id offset 0) as m
          ) as memberships
        from ${table(names.record.user)} as u where ${inInstance} and u.user_id = ${key(1)}`,
      decode: decodePrincipalOfAll,
    },
    memberships: {
      ...recordPart('member'),
      asked: askedKeys('memberships', 1),
      found: (key) =>
        sql`select * from ${table(names.record.member)} where ${inInstance} and user_id = ${key(1)} order by level, org_id`,
    },
    loginDomains: {
      asked: askedKeys('login', 1),
      columns: ['domain', 'is_primary'],
      // The limit keeps the user's own lookup one by its key.
      found: (key) => sql`select d.domain, d.is_primary
        from (select org_id from ${table(names.record.user)} where ${inInstance} and user_id = ${key(1)} limit 1) as u
        cross join lateral (
          select * from ${table(names.record.orgDomain)} where ${inInstance} and org_id = u.org_id and is_verified offset 0
        ) as d`,
      decode: (row, first): LoginDomain => ({ domain: row[first]!, isPrimary: row[first + 1]!.startsWith('t') }),
    },
    keptAnswer: {
      asked: askedKeys('answer', 1),
      columns: ['key', 'request', 'answer', 'at', 'sequences', 'expires_at'],
      found: (key) => sql`select * from ${table(names.keptAnswer)} where ${inInstance} and key = ${key(1)}`,
      decode: decodeKeptAnswer,
    },
  }

  function recordPart(kind: RecordKind): ReadPart {
    const columns: Columns = recordTables[kind].columns
    const members = recordTables[kind].key.map((member) => sql.ref(columns[member]!.name))
    return {
      asked: askedKeys(kind, members.length),
      columns: Object.values(columns).map(({ name }) => name),
      found: (key) => {
        const isKey = members.map((member, index) => sql`and ${member} = ${key(index + 1)}`)
        return sql`select * from ${table(names.record[kind])} where ${inInstance} ${sql.join(isKey, sql` `)}`
      },
      decode: recordDecoder(kind),
    }
  }
}

const inInstance = sql`instance_id = ${slot('instance')}`

function decodeAggregate(row: PostgresRow, first: number): AggregateRecord {
  const [type, id, owner, sequence, revision, live, changedAt] = row.slice(first) as string[]
  return {
    type: type as AggregateRecord['type'],
    id: id!,
    owner: owner!,
    sequence: sequence!,
    revision: Number(revision),
    live: live!.startsWith('t'),
    changedAt: Number(changedAt),
  }
}

function decodeEntry(row: PostgresRow, first: number, read: Read): EntryRecord {
  if (read.read !== 'entry' && read.read !== 'entries') throw new TypeError('no read of entries')
  const { subjectType, subjectId } = read.read === 'entry' ? read.key : read.subject
  return {
    subjectType,
    subjectId,
    namespace: read.read === 'entry' ? read.key.namespace : read.namespace,
    key: row[first]!,
    value: entryValue(row[first + 1]!, row[first + 2]!),
    sequence: row[first + 3]!,
    createdAt: Number(row[first + 4]),
    changedAt: Number(row[first + 5]),
    orgId: row[first + 6]!,
  }
}

function decodePagedEntry(row: PostgresRow, first: number, read: Read): EntryRecord {
  if (read.read !== 'entryPage') throw new TypeError('no read of a page of entries')
  const entry = decodeEntry(row, first, { read: 'entries', subject: read.subject, namespace: row[first + 7]! })
  return entry
}

function decodeClaim(row: PostgresRow, first: number): ClaimRecord {
  const [type, value, ownerType, ownerId] = row.slice(first) as string[]
  return { type: type!, value: value!, ownerType: ownerType as ClaimRecord['ownerType'], ownerId: ownerId! }
}

function decodeKeptAnswer(row: PostgresRow, first: number): KeptAnswer {
  const [key, request, answer, at, sequences, expiresAt] = row.slice(first) as string[]
  return {
    key: key!,
    request: request!,
    answer: answer!,
    at: Number(at),
    sequences: sequences!.split(','),
    expiresAt: Number(expiresAt),
  }
}

type Held = Principal['memberships'][number]
type Membership = [level: 'instance' | 'org', orgId: string, roles: string, expiresAt: number | null]

const principalColumns = ['user_id', 'org_id', 'state', 'home_org', 'context_org']

/** The org of the context is told where it is not the user's own. */
function principalOf(
  row: PostgresRow,
  first: number,
  context: string | undefined,
  memberships: readonly Held[],
): Principal {
  const [userId, orgId, state] = row.slice(first) as string[]
  const [homeOrg, contextOrg] = [row[first + 3] ?? undefined, row[first + 4] ?? undefined] as (OrgState | undefined)[]
  return {
    user: { userId: userId!, orgId: orgId!, state: state as UserRecord['state'] },
    homeOrg,
    contextOrg: context === undefined || context === orgId ? homeOrg : contextOrg,
    memberships,
  }
}

function decodePrincipal(row: PostgresRow, first: number, read: Read): Principal {
  const context = contextOf(read)
  const [inInstance, inOrg] = [row[first + principalColumns.length], row[first + principalColumns.length + 1]]
  const held: Held[] = []
  if (typeof inInstance === 'string') held.push(heldAt('instance', '', inInstance))
  if (typeof inOrg === 'string') held.push(heldAt('org', context ?? row[first + 1]!, inOrg))
  return principalOf(row, first, context, held)
}

/** @param held - When it ends, if ever, before the list of its roles. */
function heldAt(level: Held['level'], orgId: string, held: string): Held {
  const end = held.indexOf('[')
  return {
    level,
    orgId,
    roles: JSON.parse(held.slice(end)) as string[],
    expiresAt: end === 0 ? null : Number(held.slice(0, end)),
  }
}

function contextOf(read: Read): string | undefined {
  if (read.read !== 'principal') throw new TypeError('no read of a principal')
  return read.orgId
}

function decodePrincipalOfAll(row: PostgresRow, first: number, read: Read): Principal {
  const list = JSON.parse(row[first + principalColumns.length] ?? '[]') as Membership[]
  return principalOf(
    row,
    first,
    contextOf(read),
    list.map(([level, orgId, roles, expiresAt]) => ({ level, orgId, roles: JSON.parse(roles) as string[], expiresAt })),
  )
}
