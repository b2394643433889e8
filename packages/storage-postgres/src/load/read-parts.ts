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

export interface ReadPart {
  readonly asked: AskedKeys
  /** What is read of each row that is found. The first of them is never null. */
  readonly columns: readonly string[]
  /** The rows of one key, as a subquery; `asked` is the key. */
  readonly found: RawBuilder<unknown>
  /** @param first - Where in the row the part's columns start. */
  readonly decode: (row: PostgresRow, first: number, read: Read) => unknown
}

/**
 * Every lookup is a subquery of its own that the planner cannot flatten: it goes by the key's index whatever the planner
 * believes of the table, also while the table is new and has no statistics.
 */
export function readParts(names: TableNames): Readonly<Record<PartName, ReadPart>> {
  const table = (name: string) => tableReference(names, name)
  const records = Object.fromEntries(
    (Object.keys(recordTables) as RecordKind[]).map((kind) => [`record ${kind}`, recordPart(kind)]),
  ) as Record<`record ${RecordKind}`, ReadPart>
  const stateOf = (orgId: RawBuilder<unknown>) =>
    sql`(select state from ${table(names.record.org)} where ${inInstance} and org_id = ${orgId})`
  const principalStates = sql`u.user_id, u.org_id, u.state,
    ${stateOf(sql`u.org_id`)} as home_org, ${stateOf(sql`coalesce(asked.k2, u.org_id)`)} as context_org`
  const membership = (place: RawBuilder<unknown>) =>
    sql`select * from ${table(names.record.member)} where ${inInstance} and ${place} and user_id = u.user_id limit 1`

  return {
    ...records,
    aggregate: {
      asked: askedKeys('aggregate', 2, [1]),
      columns: ['type', 'id', 'owner', 'sequence', 'revision', 'live', 'changed_at'],
      found: sql`select * from ${table(names.aggregate)} where ${inInstance} and type = asked.k1 and id = asked.k2 limit 1`,
      decode: decodeAggregate,
    },
    entry: {
      asked: askedKeys('entry', 4, [1, 3]),
      columns: ['key', 'json', 'bytes', 'sequence', 'created_at', 'changed_at', 'owner'],
      found: sql`select * from ${table(names.entry)}
        where ${inInstance} and subject_type = asked.k1 and subject_id = asked.k2 and namespace = asked.k3 and key = asked.k4
        limit 1`,
      decode: decodeEntry,
    },
    entries: {
      asked: askedKeys('entries', 3, [1, 3]),
      columns: ['key', 'json', 'bytes', 'sequence', 'created_at', 'changed_at', 'owner'],
      found: sql`select * from ${table(names.entry)}
        where ${inInstance} and subject_type = asked.k1 and subject_id = asked.k2 and namespace = asked.k3
        order by key`,
      decode: decodeEntry,
    },
    entryPage: {
      asked: askedKeys('entry_page', 5),
      columns: ['key', 'json', 'bytes', 'sequence', 'created_at', 'changed_at', 'owner', 'namespace'],
      found: sql`select * from ${table(names.entry)}
        where ${inInstance} and subject_type = asked.k1 and subject_id = asked.k2
          and (namespace, key) > (asked.k3, asked.k4)
        order by namespace, key limit asked.k5::bigint`,
      decode: decodePagedEntry,
    },
    claim: {
      asked: askedKeys('claim', 2, [1]),
      columns: ['type', 'value', 'owner_type', 'owner_id'],
      found: sql`select * from ${table(names.claim)} where ${inInstance} and type = asked.k1 and value = asked.k2 limit 1`,
      decode: decodeClaim,
    },
    accessTokenByHash: {
      ...recordPart('accessToken'),
      asked: askedKeys('token', 1),
      found: sql`select * from ${table(names.record.accessToken)} where ${inInstance} and hash = asked.k1 limit 1`,
    },
    principal: {
      asked: askedKeys('principal', 2, [2]),
      columns: [...principalColumns, 'instance_roles', 'instance_expiry', 'held_org', 'org_roles', 'org_expiry'],
      found: sql`select ${principalStates},
          i.roles as instance_roles, i.expires_at as instance_expiry,
          o.org_id as held_org, o.roles as org_roles, o.expires_at as org_expiry
        from (select * from ${table(names.record.user)} where ${inInstance} and user_id = asked.k1 limit 1) as u
        left join lateral (${membership(sql`level = 'instance' and org_id = ''`)}) as i on true
        left join lateral (${membership(sql`level = 'org' and org_id = coalesce(asked.k2, u.org_id)`)}) as o on true`,
      decode: decodePrincipal,
    },
    'principal with all memberships': {
      asked: askedKeys('principal_of_all', 2, [2]),
      columns: [...principalColumns, 'memberships'],
      found: sql`select ${principalStates},
          (select json_agg(json_build_array(level, org_id, roles, expires_at) order by level, org_id)
            from (select * from ${table(names.record.member)} where ${inInstance} and user_id = u.user_id offset 0) as m
          ) as memberships
        from ${table(names.record.user)} as u where ${inInstance} and u.user_id = asked.k1 limit 1`,
      decode: decodePrincipalOfAll,
    },
    memberships: {
      ...recordPart('member'),
      asked: askedKeys('memberships', 1),
      found: sql`select * from ${table(names.record.member)} where ${inInstance} and user_id = asked.k1 order by level, org_id`,
    },
    loginDomains: {
      asked: askedKeys('login', 1),
      columns: ['domain', 'is_primary'],
      // The limit keeps the user's own lookup one by its key.
      found: sql`select d.domain, d.is_primary
        from (select org_id from ${table(names.record.user)} where ${inInstance} and user_id = asked.k1 limit 1) as u
        cross join lateral (
          select * from ${table(names.record.orgDomain)} where ${inInstance} and org_id = u.org_id and is_verified offset 0
        ) as d`,
      decode: (row, first): LoginDomain => ({ domain: row[first]!, isPrimary: row[first + 1]!.startsWith('t') }),
    },
    keptAnswer: {
      asked: askedKeys('answer', 1),
      columns: ['key', 'request', 'answer', 'at', 'sequences', 'expires_at'],
      found: sql`select * from ${table(names.keptAnswer)} where ${inInstance} and key = asked.k1 limit 1`,
      decode: decodeKeptAnswer,
    },
  }

  function recordPart(kind: RecordKind): ReadPart {
    const columns: Columns = recordTables[kind].columns
    const key = recordTables[kind].key.map(
      (member, index) => sql`and ${sql.ref(columns[member]!.name)} = ${sql.ref(`asked.k${index + 1}`)}`,
    )
    return {
      asked: askedKeys(kind, key.length),
      columns: Object.values(columns).map(({ name }) => name),
      found: sql`select * from ${table(names.record[kind])} where ${inInstance} ${sql.join(key, sql` `)} limit 1`,
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

function principalOf(row: PostgresRow, first: number, memberships: readonly Held[]): Principal {
  return {
    user: { userId: row[first]!, orgId: row[first + 1]!, state: row[first + 2] as UserRecord['state'] },
    homeOrg: (row[first + 3] ?? undefined) as OrgState | undefined,
    contextOrg: (row[first + 4] ?? undefined) as OrgState | undefined,
    memberships,
  }
}

function decodePrincipal(row: PostgresRow, first: number): Principal {
  const [inInstance = null, untilThere = null, orgId = null, inOrg = null, untilHere = null] = row.slice(
    first + principalColumns.length,
  )
  const held: Held[] = []
  if (inInstance !== null) held.push(heldAt('instance', '', inInstance, untilThere))
  if (orgId !== null && inOrg !== null) held.push(heldAt('org', orgId, inOrg, untilHere))
  return principalOf(row, first, held)
}

function heldAt(level: Held['level'], orgId: string, roles: string, expiresAt: string | null): Held {
  return {
    level,
    orgId,
    roles: JSON.parse(roles) as string[],
    expiresAt: expiresAt === null ? null : Number(expiresAt),
  }
}

function decodePrincipalOfAll(row: PostgresRow, first: number): Principal {
  const list = JSON.parse(row[first + principalColumns.length] ?? '[]') as Membership[]
  return principalOf(
    row,
    first,
    list.map(([level, orgId, roles, expiresAt]) => ({ level, orgId, roles: JSON.parse(roles) as string[], expiresAt })),
  )
}
