import type { AggregateKey, EntryKey, EntryPut } from '@indwell/core'
import { compile, param } from '@indwell/storage-kysely'
import { sql } from 'kysely'
import type { Connection } from '../connection'
import type { AggregateState } from './aggregate-states'

/** An entry that is about to be put, as it is. */
export type StoredEntry = readonly [json: string | null, bytes: Uint8Array | null, createdAt: number]

/** What a set of entries has to know. */
export interface LoadedForSet {
  readonly state: AggregateState
  /** Of the indexes of the instance; `null`: it never had any. */
  readonly indexVersion: string | null
  /** By their places among the puts. */
  readonly stored: readonly (StoredEntry | undefined)[]
}

type SubjectRow = readonly [
  sequence: string,
  revision: number,
  changedAt: number,
  owner: string,
  indexVersion: string | null,
]
type RowWithEntry = readonly [...SubjectRow, json: string | null, bytes: Uint8Array | null, createdAt: number | null]

/** Entries that are found sooner one by one than by a list of their keys. */
const few = 4

/**
 * Reads a subject with entries of one of its namespaces, a single one in the same statement; `undefined` when the subject
 * does not live. To read and then to write takes SQLite less time than a write that answers what it wrote.
 */
export function loadForSet({
  names,
  builder,
  statements,
}: Connection): (instanceId: string, subject: AggregateKey, puts: readonly EntryPut[]) => LoadedForSet | undefined {
  const indexVersion = sql`(
    select version from ${sql.table(names.metadataIndexVersion)} as current where current.instance_id = subject.instance_id
  )`
  const subjects = builder
    .selectFrom(`${names.aggregate} as subject`)
    .select([
      sql`cast(subject.sequence as text)`.as('sequence'),
      'subject.revision',
      'subject.changed_at',
      'subject.owner',
      indexVersion.as('version'),
    ])
    .where('subject.instance_id', '=', param('instanceId'))
    .where('subject.type', '=', param('type'))
    .where('subject.id', '=', param('id'))
    .where('subject.live', '=', sql`1`)
  const ofSubject = ['instanceId', 'type', 'id']
  const selectSubject = statements.keep('rows', () => compile(subjects, ofSubject))
  const selectBoth = statements.keep('rows', () =>
    compile(
      subjects
        .leftJoin(`${names.entry} as entry`, (join) =>
          join
            .onRef('entry.instance_id', '=', 'subject.instance_id')
            .onRef('entry.subject_type', '=', 'subject.type')
            .onRef('entry.subject_id', '=', 'subject.id')
            .on('entry.namespace', '=', param('namespace'))
            .on('entry.key', '=', param('key')),
        )
        .select(['entry.json', 'entry.bytes', 'entry.created_at']),
      ['namespace', 'key', ...ofSubject],
    ),
  )

  const ofNamespace = builder
    .selectFrom(names.entry)
    .where('instance_id', '=', param('instanceId'))
    .where('subject_type', '=', param('subjectType'))
    .where('subject_id', '=', param('subjectId'))
    .where('namespace', '=', param('namespace'))
  const order = ['instanceId', 'subjectType', 'subjectId', 'namespace']
  const one = ofNamespace.select(['json', 'bytes', 'created_at']).where('key', '=', param('key'))
  const some = ofNamespace
    .select(['json', 'bytes', 'created_at', 'key'])
    .where(sql.ref('key'), 'in', sql`(select value from json_each(${param('keys')}))`)
  const selectOne = statements.keep('rows', () => compile(one, [...order, 'key']))
  const selectSome = statements.keep('rows', () => compile(some, [...order, 'keys']))

  function storedEntries(instanceId: string, puts: readonly EntryPut[]): readonly (StoredEntry | undefined)[] {
    if (puts.length <= few) return puts.map(({ key }) => storedEntry(instanceId, key))
    const { subjectType, subjectId, namespace } = puts[0]!.key
    const keys = JSON.stringify(puts.map(({ key }) => key.key))
    const rows = selectSome().all(instanceId, subjectType, subjectId, namespace, keys) as readonly (readonly [
      ...StoredEntry,
      key: string,
    ])[]
    const found = new Map(rows.map(([json, bytes, createdAt, key]) => [key, [json, bytes, createdAt] as const]))
    return puts.map(({ key }) => found.get(key.key))
  }

  function storedEntry(instanceId: string, { subjectType, subjectId, namespace, key }: EntryKey) {
    return selectOne().get(instanceId, subjectType, subjectId, namespace, key) as StoredEntry | undefined
  }

  return (instanceId, subject, puts) => {
    const { type, id } = subject
    if (puts.length === 1) {
      const { namespace, key } = puts[0]!.key
      const row = selectBoth().get(namespace, key, instanceId, type, id) as RowWithEntry | undefined
      if (row === undefined) return undefined
      const createdAt = row[7]
      return {
        state: stateOf(subject, row),
        indexVersion: row[4],
        stored: [createdAt === null ? undefined : [row[5], row[6], createdAt]],
      }
    }
    const row = selectSubject().get(instanceId, type, id) as SubjectRow | undefined
    if (row === undefined) return undefined
    return { state: stateOf(subject, row), indexVersion: row[4], stored: storedEntries(instanceId, puts) }
  }
}

function stateOf(key: AggregateKey, row: SubjectRow | RowWithEntry): AggregateState {
  return {
    key,
    sequence: row[0],
    revision: row[1],
    live: true,
    changedAt: row[2],
    unsaved: 'nothing',
    owner: row[3],
  }
}
