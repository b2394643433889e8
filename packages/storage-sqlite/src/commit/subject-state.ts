import type { AggregateKey } from '@indwell/core'
import { compile, param, recordTables } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connection } from '../connection'
import type { AggregateState } from './aggregate-states'
import { sequenceParameter } from './sequence-parameter'

/** A subject of metadata within the transaction that writes to it. */
export interface SubjectState extends AggregateState {
  /** Of the indexes of the instance; `null`: it never had any. */
  readonly indexVersion: string | null
  /** When the subject came into being, as its record says; `undefined`: it has none, or was not asked for it. */
  readonly createdAt: number | undefined
}

type Row = readonly [
  sequence: string,
  revision: number,
  changedAt: number,
  owner: string,
  indexVersion: string | null,
  createdAt: number | null,
]

const { user, org, client } = recordTables
const dated = {
  user: user.columns.userId.name,
  org: org.columns.orgId.name,
  client: client.columns.clientId.name,
}
const isDated = (type: string): type is keyof typeof dated => Object.hasOwn(dated, type)

/**
 * All that a write of entries has to know of their subject, found by one statement.
 *
 * Another one writes what moved: `returning` takes SQLite longer than to look first.
 */
export function subjectStates({ names, builder, statements }: Connection) {
  const indexVersion = sql<string | null>`(
    select version from ${sql.table(names.metadataIndexVersion)} where instance_id = ${param('instanceId')}
  )`
  const selectOf = (date: ReturnType<typeof sql<number | null>>) =>
    statements.keep('rows', () =>
      compile(
        builder
          .selectFrom(`${names.aggregate} as a`)
          .select([sql`cast(a.sequence as text)`.as('sequence'), 'a.revision', 'a.changed_at', 'a.owner'])
          .select([indexVersion.as('version'), date.as('created_at')])
          .where('a.instance_id', '=', param('instanceId'))
          .where('a.type', '=', param('type'))
          .where('a.id', '=', param('id'))
          .where('a.live', '=', sql`1`),
        ['instanceId', 'instanceId', 'type', 'id'],
      ),
    )
  const dateIn = (kind: keyof typeof dated) =>
    sql<number | null>`(
      select created_at from ${sql.table(names.record[kind])} as r
      where r.instance_id = a.instance_id and r.${sql.ref(dated[kind])} = a.id
    )`
  const select = selectOf(sql`null`)
  const selectDated = {
    user: selectOf(dateIn('user')),
    org: selectOf(dateIn('org')),
    client: selectOf(dateIn('client')),
  }
  const update = statements.keep('run', () =>
    compile(
      builder
        .updateTable(names.aggregate)
        .set({ sequence: param('sequence'), revision: param('revision'), changed_at: param('changedAt') })
        .where('instance_id', '=', param('instanceId'))
        .where('type', '=', param('type'))
        .where('id', '=', param('id')),
      ['sequence', 'revision', 'changedAt', 'instanceId', 'type', 'id'],
    ),
  )

  return {
    /** `undefined` for one that does not live. */
    read(instanceId: string, key: AggregateKey, withDate: boolean): SubjectState | undefined {
      const { type, id } = key
      const asked = withDate && isDated(type) ? selectDated[type] : select
      const row = asked().get(instanceId, instanceId, type, id) as Row | undefined
      if (row === undefined) return undefined
      return {
        key,
        sequence: row[0],
        revision: row[1],
        live: true,
        changedAt: row[2],
        unsaved: 'nothing',
        owner: row[3],
        indexVersion: row[4],
        createdAt: row[5] ?? undefined,
      }
    },
    save(instanceId: string, { key, sequence, revision, changedAt }: SubjectState): void {
      update().run(sequenceParameter(sequence), revision, changedAt, instanceId, key.type, key.id)
    },
  }
}
