import { randomUUID } from 'node:crypto'
import type { MetadataIndex } from '@indwell/core'
import { compile, type NumberedIndex, param } from '@indwell/storage-kysely'
import { type RawBuilder, sql } from 'kysely'
import type { Connection } from '../connection'

export interface DeclaredIndexes {
  add(instanceId: string, index: MetadataIndex): void
  remove(instanceId: string, index: NumberedIndex): void
  /** The last subject that a fill under way has looked at. */
  filledTo(instanceId: string, index: NumberedIndex): string | undefined
  /** Without a subject, the fill came to its end. */
  moveTo(instanceId: string, index: NumberedIndex, subjectId: string | undefined): void
}

/** Every change gives the instance's indexes a version that they never had: what was rolled back counts too. */
export function declaredIndexes({ names, builder, statements }: Connection): DeclaredIndexes {
  const indexes = sql.table(names.metadataIndex)
  const prepare = (kind: 'run' | 'rows', query: RawBuilder<unknown>, order: readonly string[]) =>
    statements.keep(kind, () => compile({ compile: () => query.compile(builder) }, order))
  const ofIndex = sql`instance_id = ${param('instanceId')} and number = ${param('number')}`
  const order = ['instanceId', 'number']

  const insert = prepare(
    'run',
    sql`insert into ${indexes} (instance_id, number, subject_type, namespace, path, ready, filled_to)
      select ${param('instanceId')}, ifnull(max(number), 0) + 1, ${param('subjectType')}, ${param('namespace')}, ${param('path')},
        not exists (select 1 from ${sql.table(names.entry)} where instance_id = ${param('instanceId')} and subject_type = ${param('subjectType')}), null
      from ${indexes} where instance_id = ${param('instanceId')}`,
    ['instanceId', 'subjectType', 'namespace', 'path', 'instanceId', 'subjectType', 'instanceId'],
  )
  const deleteIndex = prepare('run', sql`delete from ${indexes} where ${ofIndex}`, order)
  const deleteValues = prepare(
    'run',
    sql`delete from ${sql.table(names.indexedValue)} where instance_id = ${param('instanceId')} and index_number = ${param('number')}`,
    order,
  )
  const selectFilledTo = prepare('rows', sql`select filled_to from ${indexes} where ${ofIndex}`, order)
  const updateFilledTo = prepare('run', sql`update ${indexes} set filled_to = ${param('to')} where ${ofIndex}`, [
    'to',
    ...order,
  ])
  const updateReady = prepare('run', sql`update ${indexes} set ready = 1 where ${ofIndex}`, order)
  const setVersion = prepare(
    'run',
    sql`insert into ${sql.table(names.metadataIndexVersion)} (instance_id, version) values (${param('instanceId')}, ${param('version')})
      on conflict (instance_id) do update set version = excluded.version`,
    ['instanceId', 'version'],
  )
  const renew = (instanceId: string) => {
    setVersion().run(instanceId, randomUUID())
  }

  return {
    add(instanceId, { subjectType, namespace, path }) {
      insert().run(instanceId, subjectType, namespace, JSON.stringify(path), instanceId, subjectType, instanceId)
      renew(instanceId)
    },
    remove(instanceId, { number }) {
      deleteIndex().run(instanceId, number)
      deleteValues().run(instanceId, number)
      renew(instanceId)
    },
    filledTo(instanceId, { number }) {
      const row = selectFilledTo().get(instanceId, number) as readonly [string | null]
      return row[0] ?? undefined
    },
    moveTo(instanceId, { number, state }, subjectId) {
      updateFilledTo().run(subjectId ?? null, instanceId, number)
      if (subjectId !== undefined || state === 'ready') return
      updateReady().run(instanceId, number)
      renew(instanceId)
    },
  }
}
