import type { AggregateKey, EntryKey } from '@indwell/core'
import { compile, param, recordTables } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connection } from '../connection'
import { sequenceParameter } from './sequence-parameter'

/** A subject of metadata that lives, within the transaction that writes to it. */
export interface SubjectState {
  readonly sequence: string
  readonly changedAt: number
  readonly owner: string
  /** Of the indexes of the instance; `null`: it never had any. */
  readonly indexVersion: string | null
  /** When the entry that was asked for came into being, or else the subject; `undefined`: there is none, or no record. */
  readonly createdAt: number | undefined
}

type Row = readonly [
  sequence: string,
  changedAt: number,
  owner: string,
  indexVersion: string | null,
  createdAt: number | null,
]

const { user, org, client } = recordTables
const ids = {
  user: user.columns.userId.name,
  org: org.columns.orgId.name,
  client: client.columns.clientId.name,
}
const hasRecord = (type: string): type is keyof typeof ids => Object.hasOwn(ids, type)

/**
 * All that a write of entries has to know of their subject, found by one statement.
 *
 * Another one writes what moved: `returning` takes SQLite longer than to look first.
 */
export function subjectStates({ names, builder, statements }: Connection) {
  const indexVersion = sql<string | null>`(
    select version from ${sql.table(names.metadataIndexVersion)} where instance_id = ${param('instanceId')}
  )`
  const selectWith = (date: ReturnType<typeof sql<number | null>>, ...parameters: readonly string[]) =>
    statements.keep('rows', () =>
      compile(
        builder
          .selectFrom(`${names.aggregate} as a`)
          .select([sql`cast(a.sequence as text)`.as('sequence'), 'a.changed_at', 'a.owner'])
          .select([indexVersion.as('version'), date.as('created_at')])
          .where('a.instance_id', '=', param('instanceId'))
          .where('a.type', '=', param('type'))
          .where('a.id', '=', param('id'))
          .where('a.live', '=', sql`1`),
        ['instanceId', ...parameters, 'instanceId', 'type', 'id'],
      ),
    )
  const dateIn = (kind: keyof typeof ids) =>
    sql<number | null>`(
      select r.created_at from ${sql.table(names.record[kind])} as r
      where r.instance_id = a.instance_id and ${sql.ref(`r.${ids[kind]}`)} = a.id
    )`
  const dateOfEntry = sql<number | null>`(
    select e.created_at from ${sql.table(names.entry)} as e
    where e.instance_id = a.instance_id and e.subject_type = a.type and e.subject_id = a.id
      and e.namespace = ${param('namespace')} and e.key = ${param('key')}
  )`
  const select = selectWith(sql`null`)
  const selectWithEntry = selectWith(dateOfEntry, 'namespace', 'key')
  const selectWithRecord = {
    user: selectWith(dateIn('user')),
    org: selectWith(dateIn('org')),
    client: selectWith(dateIn('client')),
  }
  const update = statements.keep('run', () =>
    compile(
      builder
        .updateTable(names.aggregate)
        .set({
          sequence: param('sequence'),
          revision: sql`revision + ${param('revisions')}`,
          changed_at: param('changedAt'),
        })
        .where('instance_id', '=', param('instanceId'))
        .where('type', '=', param('type'))
        .where('id', '=', param('id')),
      ['sequence', 'revisions', 'changedAt', 'instanceId', 'type', 'id'],
    ),
  )

  return {
    /** @param entry - Whose date is asked for instead of the subject's. */
    read(instanceId: string, { type, id }: AggregateKey, entry: EntryKey | undefined): SubjectState | undefined {
      const row = (
        entry === undefined
          ? (hasRecord(type) ? selectWithRecord[type] : select)().get(instanceId, instanceId, type, id)
          : selectWithEntry().get(instanceId, entry.namespace, entry.key, instanceId, type, id)
      ) as Row | undefined
      if (row === undefined) return undefined
      const [sequence, changedAt, owner, indexVersion, createdAt] = row
      return { sequence, changedAt, owner, indexVersion, createdAt: createdAt ?? undefined }
    },
    move(instanceId: string, { type, id }: AggregateKey, sequence: string, revise: boolean, at: number): void {
      update().run(sequenceParameter(sequence), revise ? 1 : 0, at, instanceId, type, id)
    },
  }
}
