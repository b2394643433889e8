import {
  compile,
  type IndexedValue,
  type KnownIndexes,
  type NumberedIndex,
  param,
  valueDifference,
} from '@indwell/storage-kysely'
import type { Connection } from '../connection'

export interface IndexedValues {
  /** Makes the index hold these values of a subject, and no others. */
  replace(
    instanceId: string,
    index: NumberedIndex,
    subject: { readonly subjectId: string; readonly owner: string },
    values: readonly string[],
  ): void
  add(instanceId: string, index: NumberedIndex, value: IndexedValue): void
  remove(instanceId: string, index: NumberedIndex, value: IndexedValue): void
  /** Makes the indexes hold nothing of a subject. */
  removeSubject(instanceId: string, indexes: KnownIndexes['indexes'], subjectId: string): void
}

export function indexedValues({ names, builder, statements }: Connection): IndexedValues {
  const table = names.indexedValue
  const ofSubject = builder
    .selectFrom(table)
    .select(['value', 'owner'])
    .where('instance_id', '=', param('instanceId'))
    .where('index_number', '=', param('number'))
    .where('subject_id', '=', param('subjectId'))
  const insertion = builder.insertInto(table).values({
    instance_id: param('instanceId'),
    index_number: param('number'),
    subject_id: param('subjectId'),
    value: param('value'),
    owner: param('owner'),
  })
  const deletion = builder
    .deleteFrom(table)
    .where('instance_id', '=', param('instanceId'))
    .where('index_number', '=', param('number'))
    .where('subject_id', '=', param('subjectId'))
  const order = ['instanceId', 'number', 'subjectId']
  const select = statements.keep('rows', () => compile(ofSubject, order))
  const insert = statements.keep('run', () => compile(insertion, [...order, 'value', 'owner']))
  const deleteAll = statements.keep('run', () => compile(deletion, order))
  const deleteOne = statements.keep('run', () =>
    compile(deletion.where('value', '=', param('value')), [...order, 'value']),
  )

  const add: IndexedValues['add'] = (instanceId, { number }, { subjectId, value, owner }) => {
    insert().run(instanceId, number, subjectId, value, owner)
  }
  const remove: IndexedValues['remove'] = (instanceId, { number }, { subjectId, value }) => {
    deleteOne().run(instanceId, number, subjectId, value)
  }
  return {
    add,
    remove,
    replace(instanceId, index, { subjectId, owner }, values) {
      const rows = select().all(instanceId, index.number, subjectId) as readonly (readonly [string, string])[]
      const held = rows.map(([value, owner]) => ({ subjectId, value, owner }))
      const { stale, missing } = valueDifference(
        held,
        values.map((value) => ({ subjectId, value, owner })),
      )
      for (const value of stale) remove(instanceId, index, value)
      for (const value of missing) add(instanceId, index, value)
    },
    removeSubject(instanceId, indexes, subjectId) {
      for (const { number } of indexes) deleteAll().run(instanceId, number, subjectId)
    },
  }
}
